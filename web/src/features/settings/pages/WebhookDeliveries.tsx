import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../../shared/api/client';
import { paging } from '../../../shared/api/pages';
import { dayAndTime } from '../../../shared/format/time';
import { Failure } from '../../../shared/ui/Failure';
import { tellProblem } from '../../../shared/ui/problems';
import { Section } from '../Page';
import { useFresh, type Webhook, type WebhookDelivery } from '../queries';
import classes from './Webhooks.module.css';
import { wordOf } from './webhookWords';

const states = ['all', 'pending', 'delivered', 'dead'] as const;
type State = (typeof states)[number];

const tones = { pending: 'amber', delivered: 'green', dead: 'red' } as const;

// Whoever looks at what waits wants to see it arrive.
const lookMs = 2000;
const perPage = 10;

/** What a webhook was sent, newest first, with how the last attempt went. */
export function WebhookDeliveries({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const [state, setState] = useState<State>('all');
  const query = useInfiniteQuery({
    queryKey: ['settings', 'webhooks', webhook.id, 'deliveries', state] as const,
    queryFn: ({ pageParam: cursor }) =>
      result(client.GET('/webhooks/{id}/deliveries', { params: { path: { id: webhook.id }, query: { limit: perPage, ...(cursor && { cursor }), ...(state !== 'all' && { state }) } } })),
    ...paging,
    refetchInterval: ({ state: { data } }) => (data?.pages.some(({ items }) => items.some((each) => each.state === 'pending')) ? lookMs : false),
  });
  const items = query.data?.pages.flatMap((page) => page.items);
  return (
    <Section title={t('settings.webhooks.deliveries')}>
      <SegmentedControl
        size="xs"
        className={classes.states}
        aria-label={t('settings.webhooks.state')}
        data={states.map((value) => ({ value, label: value === 'all' ? t('settings.webhooks.all') : t(`settings.webhooks.delivery.${value}`) }))}
        value={state}
        onChange={(value) => setState(value)}
      />
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {items?.length === 0 && <p className={classes.none}>{t(state === 'all' ? 'settings.webhooks.noDeliveries' : 'settings.webhooks.noneSuch')}</p>}
      {items && items.length > 0 && (
        <ul className={classes.deliveries} aria-label={t('settings.webhooks.deliveries')}>
          {items.map((delivery) => (
            <Delivery key={delivery.id} webhook={webhook} delivery={delivery} />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button variant="default" mt={12} loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('settings.webhooks.older')}
        </Button>
      )}
    </Section>
  );
}

function Delivery({ webhook, delivery }: { webhook: Webhook; delivery: WebhookDelivery }) {
  const { t, i18n } = useTranslation();
  const { type, at, state, attempts, dueAt, status, tookMs, error, sequence } = delivery;
  const word = wordOf(type);
  const what = word ? t(`settings.webhooks.types.${word}`) : type;
  const time = (iso: string) => dayAndTime(iso, i18n.language);
  const facts = [
    t(`settings.webhooks.delivery.${state}`),
    attempts > 0 && t('settings.webhooks.attempts', { count: attempts }),
    status !== undefined && t('settings.webhooks.answer', { status }),
    tookMs !== undefined && t('settings.webhooks.took', { ms: tookMs }),
    attempts > 0 && dueAt && t('settings.webhooks.nextTry', { time: time(dueAt) }),
  ];
  return (
    <li>
      <details className={classes.delivery}>
        <summary className={classes.summary}>
          <span className={classes.dot} data-tone={tones[state]} aria-hidden="true" />
          <span className={classes.what}>
            <span className={classes.name}>{what}</span> <time dateTime={at}>{time(at)}</time>
            <span className={classes.facts}>{facts.filter(Boolean).join(' · ')}</span>
          </span>
          <IconChevronDown size={16} className={classes.chevron} aria-hidden="true" />
        </summary>
        <div className={classes.inside}>
          {error && <p className={classes.error}>{error}</p>}
          <p className={classes.facts}>{[type, sequence !== undefined && t('settings.webhooks.sequence', { n: sequence }), delivery.eventId].filter(Boolean).join(' · ')}</p>
          <Text label={t('settings.webhooks.body')} text={pretty(delivery.body)} />
          {delivery.response && <Text label={t('settings.webhooks.response')} text={delivery.response} />}
          <Resend webhook={webhook} delivery={delivery} label={t('settings.webhooks.resendOf', { what, time: time(at) })} />
        </div>
      </details>
    </li>
  );
}

function Text({ label, text }: { label: string; text: string }) {
  return (
    <>
      <p className={classes.label}>{label}</p>
      <pre className={classes.code} aria-label={label} tabIndex={0}>
        {text}
      </pre>
    </>
  );
}

interface ResendProps {
  webhook: Webhook;
  delivery: WebhookDelivery;
  label: string;
}

function Resend({ webhook: { id, enabled }, delivery, label }: ResendProps) {
  const { t } = useTranslation();
  const fresh = useFresh();
  const resend = useMutation({
    mutationFn: () => result(client.POST('/webhooks/{id}/deliveries/{deliveryId}/resend', { params: { path: { id, deliveryId: delivery.id } } })),
    onSuccess: fresh.all,
    onError: tellProblem,
  });
  return (
    <Button variant="default" size="xs" aria-label={label} title={enabled ? undefined : t('settings.webhooks.needsOn')} disabled={!enabled} loading={resend.isPending} onClick={() => resend.mutate()}>
      {t('settings.webhooks.resend')}
    </Button>
  );
}

/** JSON with a line for each part; what is none stays as it is. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
