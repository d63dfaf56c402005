import { Button, SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../../shared/api/client';
import { ApiError } from '../../../shared/api/problem';
import { browserName } from '../../../shared/format/browserName';
import { dayAndTime } from '../../../shared/format/time';
import { useMe } from '../../../shared/session/me';
import { useUpdateMe } from '../../../shared/session/useUpdateMe';
import { Failure } from '../../../shared/ui/Failure';
import { Password } from '../../../shared/ui/Password';
import { tellProblem, useProblemText } from '../../../shared/ui/problems';
import { Field } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { Page, Section } from '../Page';
import { sessionsQuery, useFresh, type Session } from '../queries';
import { Row, Rows } from '../Rows';
import classes from './AccountPage.module.css';

/** My own account: who I am, how the desk looks, my password, and where I am logged in (SEC-5). */
export default function AccountPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('settings.pages.me')} lead={t('settings.account.lead')} mine>
      <Who />
      <Look />
      <Calls />
      <ChangePassword />
      <Sessions />
    </Page>
  );
}

function Who() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Section title={t('settings.account.who')} text={t('settings.account.nameHint')}>
      <Field name="name" label={t('settings.name')}>
        <span className={fieldClasses.value}>{me.name}</span>
      </Field>
      <Field name="email" label={t('settings.account.email')}>
        <span className={fieldClasses.value}>{me.email}</span>
      </Field>
      <Field name="workspace" label={t('settings.account.workspace')}>
        <span className={fieldClasses.value}>
          {me.workspace.name} · {t(`settings.agents.roles.${me.role}`)}
        </span>
      </Field>
    </Section>
  );
}

function Look() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Section title={t('settings.account.look')}>
      <Field name="locale" label={t('settings.account.language')}>
        <SegmentedControl
          aria-label={t('settings.account.language')}
          value={me.locale}
          onChange={(locale) => update.mutate({ locale })}
          data={[
            { value: 'ko', label: '한국어' },
            { value: 'en', label: 'English' },
          ]}
        />
      </Field>
      <Field name="theme" label={t('settings.account.theme')}>
        <SegmentedControl aria-label={t('settings.account.theme')} value={colorScheme} onChange={setColorScheme} data={(['light', 'dark', 'auto'] as const).map((value) => ({ value, label: t(`settings.account.${value}`) }))} />
      </Field>
    </Section>
  );
}

/** How I come into the talks of others (CALL-4). */
function Calls() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  return (
    <Section title={t('settings.account.call')}>
      <Field name="joinMuted" label={t('settings.account.joinMuted')}>
        <Switch
          label={t('settings.account.joinMutedText')}
          checked={me.joinMuted}
          disabled={update.isPending}
          onChange={(event) => update.mutate({ joinMuted: event.currentTarget.checked })}
        />
      </Field>
    </Section>
  );
}

function ChangePassword() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const me = useMe();
  const fresh = useFresh();
  const [oldPassword, setOldPassword] = useState('');
  const [password, setPassword] = useState('');
  const change = useMutation({
    mutationFn: () => result(client.POST('/me/password', { body: { oldPassword, password } })),
    onSuccess: async () => {
      setOldPassword('');
      setPassword('');
      notifications.show({ message: t('settings.account.changed') });
      await fresh.all();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  const at = change.error instanceof ApiError && change.error.field === 'password' ? 'password' : 'oldPassword';
  const refusal = change.error ? { error: problemText(change.error) } : {};
  return (
    <Section title={t('settings.account.password')} text={t('settings.account.passwordHint')}>
      <form className={classes.password} onSubmit={submit}>
        <input type="hidden" name="email" autoComplete="username" value={me.email} readOnly />
        <Password label={t('settings.account.oldPassword')} autoComplete="current-password" maxLength={1000} value={oldPassword} onChange={(event) => setOldPassword(event.currentTarget.value)} {...(at === 'oldPassword' && refusal)} />
        <Password label={t('settings.account.newPassword')} autoComplete="new-password" maxLength={1000} value={password} onChange={(event) => setPassword(event.currentTarget.value)} {...(at === 'password' && refusal)} />
        <Button type="submit" loading={change.isPending} disabled={!oldPassword || !password}>
          {t('settings.account.change')}
        </Button>
      </form>
    </Section>
  );
}

function Sessions() {
  const { t } = useTranslation();
  const fresh = useFresh();
  const query = useQuery(sessionsQuery);
  const endOthers = useMutation({
    mutationFn: () => result(client.DELETE('/me/sessions')),
    onSuccess: ({ ended }) => notifications.show({ message: t('settings.account.ended', { n: ended }) }),
    onError: tellProblem,
    onSettled: fresh.all,
  });
  const sessions = query.data?.items ?? [];
  return (
    <Section
      title={t('settings.account.sessions')}
      text={t('settings.account.sessionsHint')}
      action={
        sessions.length > 1 && (
          <Button variant="default" size="compact-sm" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t('settings.account.endOthers')}
          </Button>
        )
      }
    >
      {query.data ? (
        <Rows label={t('settings.account.sessions')}>
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </Rows>
      ) : (
        query.error && <Failure error={query.error} retry={() => void query.refetch()} />
      )}
    </Section>
  );
}

function SessionRow({ session: { id, browser, address, createdAt, current, online } }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const fresh = useFresh();
  const end = useMutation({
    mutationFn: () => result(client.DELETE('/me/sessions/{id}', { params: { path: { id } } })),
    onError: tellProblem,
    onSettled: fresh.all,
  });
  const name = browserName(browser) || t('settings.account.browser');
  return (
    <Row
      tone={current || online ? 'green' : 'grey'}
      name={name}
      facts={[current ? t('settings.account.here') : online && t('settings.account.open'), t('settings.account.since', { time: dayAndTime(createdAt, i18n.language) }), address].filter(Boolean).join(' · ')}
      action={
        !current && (
          <Button variant="default" size="compact-sm" loading={end.isPending} onClick={() => end.mutate()} aria-label={t('settings.account.endOf', { browser: name })}>
            {t('settings.account.end')}
          </Button>
        )
      }
    />
  );
}
