import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Empty } from '../../../shared/ui/Empty';
import { Gone } from '../Gone';
import { Loaded, Page } from '../Page';
import { webhooksQuery, type Webhook } from '../queries';
import { Row, Rows } from '../Rows';
import { NewWebhookPage, WebhookForm } from './WebhookForm';

const list = '/settings/webhooks';

/** Where other systems are told of calls (ADM-6). */
export default function WebhooksPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const query = useQuery(webhooksQuery);
  return (
    <Loaded query={query} title={t('settings.pages.webhooks')}>
      {({ items }) => {
        if (!id) return <Webhooks webhooks={items} />;
        if (id === 'new') return <NewWebhookPage />;
        const webhook = items.find((each) => each.id === id);
        return webhook ? <WebhookForm saved={webhook} /> : <Gone to={list} label={t('settings.pages.webhooks')} />;
      }}
    </Loaded>
  );
}

type Tone = 'green' | 'amber' | 'red' | 'grey';

function Webhooks({ webhooks }: { webhooks: readonly Webhook[] }) {
  const { t } = useTranslation();
  const standing = ({ enabled, dead, pending }: Webhook): [Tone, string] => {
    if (!enabled) return ['grey', t('settings.webhooks.states.off')];
    if (dead > 0) return ['red', t('settings.webhooks.states.dead', { count: dead })];
    return pending > 0 ? ['amber', t('settings.webhooks.states.pending', { count: pending })] : ['green', t('settings.webhooks.states.good')];
  };
  const add = (
    <Button component={Link} to={`${list}/new`} leftSection={<IconPlus size={16} />}>
      {t('settings.webhooks.add')}
    </Button>
  );
  return (
    <Page title={t('settings.pages.webhooks')} lead={t('settings.webhooks.lead')} action={add}>
      {webhooks.length === 0 ? (
        <Empty icon={IconWebhook} title={t('settings.webhooks.none')} text={t('settings.webhooks.noneHint')} />
      ) : (
        <Rows label={t('settings.pages.webhooks')}>
          {webhooks.map((webhook) => {
            const [tone, state] = standing(webhook);
            const facts = [state, new URL(webhook.url).host, t('settings.webhooks.chosen', { count: webhook.events.length })].join(' · ');
            return <Row key={webhook.id} to={`${list}/${webhook.id}`} tone={tone} name={webhook.name} facts={facts} />;
          })}
        </Rows>
      )}
    </Page>
  );
}
