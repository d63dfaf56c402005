import { Button, Center, Loader, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { client, result } from '../../shared/api/client';
import { ApiError } from '../../shared/api/problem';
import type { components } from '../../shared/api/schema.gen';
import type { Locale } from '../../shared/i18n';
import { Failure } from '../../shared/ui/Failure';
import { Password } from '../../shared/ui/Password';
import { useProblemText } from '../../shared/ui/problems';
import { Begin } from './Begin';
import classes from './Join.module.css';
import { Outside } from './Outside';
import { useJoin } from './session';
import './words';

type Joining = components['schemas']['Join'];

/** Where a link leads that lets somebody in: to a workspace, or to a new password (ADM-2). */
export default function Join({ token }: { token: string }) {
  const { data, error, refetch } = useQuery({ queryKey: ['join', token] as const, retry: false, refetchOnReconnect: false, queryFn: () => result(client.GET('/join/{token}', { params: { path: { token } } })) });
  if (data?.kind === 'owner') return <Begin token={token} badLink={(gone) => <BadLink error={gone} owner />} />;
  if (data) return <JoinForm token={token} joining={data} />;
  if (error instanceof ApiError && error.code === 'not_found') return <BadLink error={error} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <Center h="100%">
      <Loader />
    </Center>
  );
}

function BadLink({ error, owner = false }: { error: ApiError; owner?: boolean }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  return (
    <Outside title={t('join.bad')}>
      <div className={classes.bad}>
        <p role="alert">{problemText(error)}</p>
        <p>{t(owner ? 'begin.askAgain' : 'join.askAgain')}</p>
        <Button component={Link} to="/" variant="default">
          {t('join.toLogin')}
        </Button>
      </div>
    </Outside>
  );
}

function JoinForm({ token, joining }: { token: string; joining: Joining }) {
  const { t, i18n } = useTranslation();
  const problemText = useProblemText();
  const navigate = useNavigate();
  const join = useJoin(token);
  const invited = joining.kind === 'invitation';
  const newcomer = invited && !joining.hasAccount;
  const [name, setName] = useState(joining.name);
  const [password, setPassword] = useState('');
  const error = join.error;
  if (error instanceof ApiError && error.code === 'not_found') return <BadLink error={error} />;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    join.mutate({ password, ...(newcomer && { name: name.trim(), locale: i18n.language as Locale }) }, { onSuccess: () => void navigate('/', { replace: true }) });
  };
  const at = error instanceof ApiError && error.field === 'name' && newcomer ? 'name' : 'password';
  const refusal = error ? { error: problemText(error) } : {};
  return (
    <Outside title={invited ? t('join.invitation', { workspace: joining.workspace }) : t('join.password')} subtitle={t(newcomer ? 'join.invitationHint' : invited ? 'join.knownHint' : 'join.passwordHint')}>
      <form className={classes.form} onSubmit={submit}>
        <dl className={classes.who}>
          <dt>{t('join.account')}</dt>
          <dd>{joining.email}</dd>
        </dl>
        {newcomer && (
          <TextInput label={t('join.name')} name="name" autoComplete="name" size="md" maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} required withAsterisk={false} errorProps={{ role: 'alert' }} {...(at === 'name' && refusal)} />
        )}
        {/* So that a password store knows whose password this is. */}
        <input type="hidden" name="email" autoComplete="username" value={joining.email} readOnly />
        <Password
          label={t(joining.hasAccount ? 'login.password' : 'join.newPassword')}
          description={joining.hasAccount ? undefined : t('join.rule')}
          name="password"
          autoComplete={joining.hasAccount ? 'current-password' : 'new-password'}
          size="md"
          maxLength={1000}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          required
          withAsterisk={false}
          autoFocus={!newcomer}
          {...(at === 'password' && refusal)}
        />
        <Button type="submit" size="md" fullWidth loading={join.isPending}>
          {t(invited ? 'join.accept' : 'join.set')}
        </Button>
      </form>
    </Outside>
  );
}
