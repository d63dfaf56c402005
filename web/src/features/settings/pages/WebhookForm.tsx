import { Button, Checkbox, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { client, result } from '../../../shared/api/client';
import { Danger } from '../Danger';
import { Field } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { OneTime } from '../OneTime';
import { Page, Section } from '../Page';
import { useFresh, webhooksQuery, type NewWebhook, type Webhook } from '../queries';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';
import { WebhookDeliveries } from './WebhookDeliveries';
import { ReplaySection, SecretSection, TestButton, WebhookSample } from './WebhookParts';
import classes from './Webhooks.module.css';
import { eventTypes, eventWords } from './webhookWords';

const list = '/settings/webhooks';

type Values = Pick<Webhook, 'name' | 'url' | 'events' | 'enabled'>;

const valuesOf = ({ name, url, events, enabled }: Webhook): Values => ({ name, url, events, enabled });

/** What is wrong with a webhook's values; of the address the server knows more. */
function useCheckWebhook() {
  const { t } = useTranslation();
  return (key: keyof Values, values: Values): string | undefined => {
    if (key === 'name' || key === 'url') return values[key].trim() ? undefined : t('settings.required');
    return key === 'events' && values.events.length === 0 ? t('settings.webhooks.noEvent') : undefined;
  };
}

const trimmed = <T extends Partial<Values>>(values: T): T => ({ ...values, ...(values.name !== undefined && { name: values.name.trim() }), ...(values.url !== undefined && { url: values.url.trim() }) });

/** A new webhook; when it is made, its secret, once. */
export function NewWebhookPage() {
  const { t } = useTranslation();
  const fresh = useFresh();
  const [made, setMade] = useState<NewWebhook | undefined>();
  const form = usePageForm<Values>({
    saved: { name: '', url: '', events: eventTypes, enabled: true },
    save: async (values) => {
      const { name, url, events } = trimmed(values);
      setMade(await result(client.POST('/webhooks', { body: { name, url, events } })));
      await fresh.all();
    },
    check: useCheckWebhook(),
  });
  const up = { to: list, label: t('settings.pages.webhooks') };
  if (made)
    return (
      <Page title={t('settings.webhooks.made', { name: made.webhook.name })} up={up}>
        <OneTime text={t('settings.webhooks.once')} values={[{ label: t('settings.webhooks.secret'), value: made.secret }]} />
        <WebhookSample />
        <Button component={Link} to={list} variant="default" mt={16}>
          {t('settings.webhooks.toWebhooks')}
        </Button>
      </Page>
    );
  return (
    <Page title={t('settings.webhooks.new')} up={up} onSubmit={form.submit}>
      <WebhookFields form={form} autoFocus />
      <SaveBar form={form} label={t('settings.webhooks.create')} />
    </Page>
  );
}

export function WebhookForm({ saved }: { saved: Webhook }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const fresh = useFresh();
  const path = { params: { path: { id: saved.id } } };
  const form = usePageForm<Values>({
    saved: valuesOf(saved),
    fresh: async () => {
      const now = (await fresh.one<{ items: Webhook[] }>(webhooksQuery)).items.find(({ id }) => id === saved.id);
      return now && valuesOf(now);
    },
    save: (_, edits) => result(client.PATCH('/webhooks/{id}', { ...path, body: trimmed(edits) })),
    check: useCheckWebhook(),
  });
  return (
    <Page title={saved.name} up={{ to: list, label: t('settings.pages.webhooks') }} action={<TestButton webhook={saved} />} onSubmit={form.submit}>
      <WebhookFields form={form} saved />
      <SaveBar form={form} />
      <WebhookDeliveries webhook={saved} />
      <ReplaySection webhook={saved} />
      <SecretSection webhook={saved} />
      <WebhookSample />
      <Section title={t('settings.danger')}>
        <Danger
          label={t('settings.webhooks.remove')}
          title={t('settings.removeTitle', { name: saved.name })}
          text={t('settings.webhooks.removeText')}
          run={() => result(client.DELETE('/webhooks/{id}', path))}
          onDone={() => void fresh.all().then(() => navigate(list))}
        />
      </Section>
    </Page>
  );
}

interface WebhookFieldsProps {
  form: ReturnType<typeof usePageForm<Values>>;
  /** One that is there can be switched off. */
  saved?: boolean;
  autoFocus?: boolean;
}

function WebhookFields({ form: { values, set, errorOf }, saved = false, autoFocus = false }: WebhookFieldsProps) {
  const { t } = useTranslation();
  return (
    <Section title={t('settings.webhooks.itself')}>
      <Field name="name" label={t('settings.name')} error={errorOf('name')}>
        <TextInput aria-label={t('settings.name')} className={fieldClasses.wide} placeholder={t('settings.webhooks.nameHint')} maxLength={100} value={values.name} autoFocus={autoFocus} onChange={(event) => set('name', event.currentTarget.value)} />
      </Field>
      <Field name="url" label={t('settings.webhooks.url')} error={errorOf('url')} under={t('settings.webhooks.urlHint')}>
        <TextInput aria-label={t('settings.webhooks.url')} type="url" className={fieldClasses.wide} placeholder="https://crm.example.com/calls" maxLength={2000} value={values.url} onChange={(event) => set('url', event.currentTarget.value)} />
      </Field>
      {saved && (
        <Field name="enabled" label={t('settings.webhooks.enabled')} error={errorOf('enabled')} under={!values.enabled && t('settings.webhooks.offHint')}>
          <Switch checked={values.enabled} label={t('settings.webhooks.enabledText')} onChange={(event) => set('enabled', event.currentTarget.checked)} />
        </Field>
      )}
      <Field name="events" label={t('settings.webhooks.events')} error={errorOf('events')}>
        <div className={classes.events}>
          {eventTypes.map((type) => (
            <Checkbox
              key={type}
              label={t(`settings.webhooks.types.${eventWords[type]}`)}
              description={type}
              checked={values.events.includes(type)}
              onChange={(event) => set('events', eventTypes.filter((each) => (each === type ? event.currentTarget.checked : values.events.includes(each))))}
            />
          ))}
        </div>
      </Field>
    </Section>
  );
}
