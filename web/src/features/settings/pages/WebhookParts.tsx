import { Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconCheck, IconCopy, IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copy } from '../../../shared/browser/clipboard';
import { client, result } from '../../../shared/api/client';
import { dayAndTime } from '../../../shared/format/time';
import { tellProblem } from '../../../shared/ui/problems';
import { OneTime } from '../OneTime';
import { Section } from '../Page';
import { useFresh, type Webhook } from '../queries';
import classes from './Webhooks.module.css';
import { samples } from './webhookWords';

/** Sends an event that only tests; how it went stands among the deliveries. */
export function TestButton({ webhook: { id, enabled } }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const fresh = useFresh();
  const test = useMutation({
    mutationFn: () => result(client.POST('/webhooks/{id}/test', { params: { path: { id } } })),
    onSuccess: fresh.all,
    onError: tellProblem,
  });
  return (
    <Button variant="default" leftSection={<IconSend size={16} />} title={enabled ? t('settings.webhooks.tryText') : t('settings.webhooks.needsOn')} disabled={!enabled} loading={test.isPending} onClick={() => test.mutate()}>
      {t('settings.webhooks.test')}
    </Button>
  );
}

/** Gives a new secret, which is shown once. */
export function SecretSection({ webhook: { id, oldSecretUntil } }: { webhook: Webhook }) {
  const { t, i18n } = useTranslation();
  const fresh = useFresh();
  const [atOnce, setAtOnce] = useState(false);
  const rotate = useMutation({
    mutationFn: () => result(client.POST('/webhooks/{id}/secret', { params: { path: { id } }, body: { atOnce } })),
    onSuccess: () => {
      setAtOnce(false);
      return fresh.all();
    },
    onError: tellProblem,
  });
  return (
    <Section title={t('settings.webhooks.secret')} text={oldSecretUntil ? t('settings.webhooks.oldUntil', { time: dayAndTime(oldSecretUntil, i18n.language) }) : t('settings.webhooks.secretText')}>
      {rotate.data ? (
        <OneTime text={t('settings.webhooks.once')} values={[{ label: t('settings.webhooks.secret'), value: rotate.data.secret }]} />
      ) : (
        <div className={classes.lines}>
          <Checkbox label={t('settings.webhooks.atOnce')} description={!atOnce && t('settings.webhooks.overlap')} checked={atOnce} onChange={(event) => setAtOnce(event.currentTarget.checked)} />
          <Button variant="default" loading={rotate.isPending} onClick={() => rotate.mutate()}>
            {t('settings.webhooks.rotate')}
          </Button>
        </div>
      )}
    </Section>
  );
}

type Language = keyof typeof samples;

/** How a receiver verifies a signature, to be copied. */
export function WebhookSample() {
  const { t } = useTranslation();
  const [language, setLanguage] = useState<Language>('JavaScript');
  const [copied, setCopied] = useState<Language | undefined>();
  return (
    <Section title={t('settings.webhooks.sample')} text={t('settings.webhooks.sampleText')}>
      <div className={classes.sampleHead}>
        <SegmentedControl size="xs" aria-label={t('settings.webhooks.language')} data={Object.keys(samples)} value={language} onChange={(value) => setLanguage(value as Language)} />
        <Button
          variant="default"
          size="xs"
          leftSection={copied === language ? <IconCheck size={14} /> : <IconCopy size={14} />}
          aria-label={t('settings.webhooks.copySample')}
          onClick={() => void copy(samples[language]).then((done) => setCopied(done ? language : undefined))}
        >
          {copied === language ? t('settings.invite.copied') : t('settings.invite.copy')}
        </Button>
      </div>
      <pre className={classes.code} aria-label={t('settings.webhooks.sampleOf', { language })} tabIndex={0}>
        {samples[language]}
      </pre>
    </Section>
  );
}

/** Sends again all that has happened since a moment. */
export function ReplaySection({ webhook: { id, enabled } }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const fresh = useFresh();
  const [from, setFrom] = useState('');
  const replay = useMutation({
    mutationFn: () => result(client.POST('/webhooks/{id}/replay', { params: { path: { id } }, body: { from: new Date(from).toISOString() } })),
    onSuccess: fresh.all,
    onError: tellProblem,
  });
  return (
    <Section title={t('settings.webhooks.replay')} text={t('settings.webhooks.replayText')}>
      <div className={classes.replay}>
        <TextInput
          type="datetime-local"
          label={t('settings.webhooks.from')}
          value={from}
          onChange={(event) => {
            setFrom(event.currentTarget.value);
            replay.reset();
          }}
        />
        <Button variant="default" title={enabled ? undefined : t('settings.webhooks.needsOn')} disabled={!enabled || Number.isNaN(new Date(from).getTime())} loading={replay.isPending} onClick={() => replay.mutate()}>
          {t('settings.webhooks.replayRun')}
        </Button>
      </div>
      {replay.data && (
        <p className={classes.done} role="status">
          {t('settings.webhooks.replayed', { count: replay.data.deliveries })}
        </p>
      )}
    </Section>
  );
}
