import { Button, PasswordInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { client, result } from '../../../shared/api/client';
import { Danger } from '../Danger';
import { Field } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { Loaded, Page, Section } from '../Page';
import { useFresh } from '../queries';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';
import { gatewayQuery } from './queries';
import classes from './Workflows.module.css';

const list = '/settings/workflows';

interface Values {
  url: string;
  headers: string;
  body: string;
  sender: string;
  secret: string;
}

/** Requests as gateways in Korea want them; the address and the account are one's own. */
const shapes = {
  form: { headers: 'Content-Type: application/x-www-form-urlencoded', body: 'key=${secret}&user_id=ACCOUNT&sender=${from}&receiver=${to.local}&msg=${text}' },
  json: { headers: 'Authorization: Bearer ${secret}', body: '{"from":"${from}","to":"${to.local}","text":"${text}"}' },
} as const;

const linesOf = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

const headersOf = (lines: string): Record<string, string> =>
  Object.fromEntries(
    lines
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()] as const)
      .filter(([name]) => name !== ''),
  );

/** How workflows send text messages. */
export function SmsPage() {
  const { t } = useTranslation();
  const query = useQuery(gatewayQuery);
  return (
    <Loaded query={query} title={t('settings.workflows.sms')}>
      {({ set, url = '', headers = {}, body = '', sender = '', hasSecret = false }) => <SmsForm isSet={set} hasSecret={hasSecret} saved={{ url, headers: linesOf(headers), body, sender, secret: '' }} />}
    </Loaded>
  );
}

function SmsForm({ isSet, hasSecret, saved }: { isSet: boolean; hasSecret: boolean; saved: Values }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const fresh = useFresh();
  const { values, set, errorOf, ...form } = usePageForm<Values>({
    saved,
    save: async ({ url, headers, body, sender, secret }) => {
      await result(client.PUT('/sms-gateway', { body: { url: url.trim(), headers: headersOf(headers), body, sender: sender.trim(), ...(secret && { secret }) } }));
      await fresh.all();
    },
    check: (key, now) => (key === 'url' && !now.url.trim() ? t('settings.required') : undefined),
  });
  return (
    <Page title={t('settings.workflows.sms')} lead={t('settings.workflows.smsLead')} up={{ to: list, label: t('settings.pages.workflows') }} onSubmit={form.submit}>
      <Section title={t('settings.workflows.sms')} text={t('settings.workflows.smsHint')}>
        <div className={classes.templates} role="group" aria-label={t('settings.workflows.shapes')}>
          <span className={classes.templatesLabel} aria-hidden="true">
            {t('settings.workflows.shapes')}
          </span>
          {(['form', 'json'] as const).map((shape) => (
            <Button
              key={shape}
              variant="default"
              size="compact-sm"
              onClick={() => {
                set('headers', shapes[shape].headers);
                set('body', shapes[shape].body);
              }}
            >
              {t(`settings.workflows.shape.${shape}`)}
            </Button>
          ))}
        </div>
        <Field name="url" label={t('settings.workflows.fields.url')} error={errorOf('url')} under={t('settings.webhooks.urlHint')}>
          <TextInput aria-label={t('settings.workflows.fields.url')} className={fieldClasses.wide} maxLength={2000} value={values.url} onChange={(event) => set('url', event.currentTarget.value)} />
        </Field>
        <Field name="headers" label={t('settings.workflows.headers')} error={errorOf('headers')} under={t('settings.workflows.headersHint')}>
          <Textarea aria-label={t('settings.workflows.headers')} className={fieldClasses.wide} rows={2} spellCheck={false} value={values.headers} onChange={(event) => set('headers', event.currentTarget.value)} />
        </Field>
        <Field name="body" label={t('settings.workflows.body')} error={errorOf('body')}>
          <Textarea aria-label={t('settings.workflows.body')} className={fieldClasses.wide} rows={3} spellCheck={false} maxLength={4000} value={values.body} onChange={(event) => set('body', event.currentTarget.value)} />
        </Field>
        <Field name="sender" label={t('settings.workflows.sender')} error={errorOf('sender')}>
          <TextInput aria-label={t('settings.workflows.sender')} className={fieldClasses.wide} maxLength={50} value={values.sender} onChange={(event) => set('sender', event.currentTarget.value)} />
        </Field>
        <Field name="secret" label={t('settings.workflows.secret')} error={errorOf('secret')}>
          <PasswordInput aria-label={t('settings.workflows.secret')} className={fieldClasses.wide} autoComplete="off" maxLength={500} placeholder={hasSecret ? t('settings.workflows.kept') : ''} value={values.secret} onChange={(event) => set('secret', event.currentTarget.value)} />
        </Field>
      </Section>
      {isSet && (
        <Section title={t('settings.danger')}>
          <Danger label={t('settings.workflows.smsRemove')} title={t('settings.workflows.smsRemove')} text={t('settings.workflows.smsRemoveText')} run={() => result(client.DELETE('/sms-gateway'))} onDone={() => void fresh.all().then(() => navigate(list))} />
        </Section>
      )}
      <SaveBar form={{ values, set, errorOf, ...form }} />
    </Page>
  );
}
