import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { ApiError } from '../../shared/api/problem';
import type { Locale } from '../../shared/i18n';
import { Password } from '../../shared/ui/Password';
import { useProblemText } from '../../shared/ui/problems';
import classes from './Join.module.css';
import { Outside } from './Outside';
import { useJoin } from './session';
import './words';

const texts = ['workspace', 'name', 'email'] as const;
type Text = (typeof texts)[number];

interface BeginProps {
  token: string;
  badLink: (error: ApiError) => ReactNode;
}

/** Where the owner of a new installation begins it: with the business's name, and a log-in of their own. */
export function Begin({ token, badLink }: BeginProps) {
  const { t, i18n } = useTranslation();
  const problemText = useProblemText();
  const navigate = useNavigate();
  const join = useJoin(token);
  const [said, setSaid] = useState<Record<Text, string>>({ workspace: '', name: '', email: '' });
  const [password, setPassword] = useState('');
  const error = join.error;
  if (error instanceof ApiError && error.code === 'not_found') return badLink(error);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    join.mutate({ workspace: said.workspace.trim(), name: said.name.trim(), email: said.email.trim(), password, locale: i18n.language as Locale, timeZone }, { onSuccess: () => void navigate('/', { replace: true }) });
  };
  const at = texts.find((field) => error instanceof ApiError && error.field === field) ?? 'password';
  const refusal = (field: Text | 'password') => (error && at === field ? { error: problemText(error) } : {});
  const field = (name: Text, label: string, description?: string) => (
    <TextInput
      label={label}
      description={description}
      name={name}
      type={name === 'email' ? 'email' : 'text'}
      autoComplete={name === 'email' ? 'username' : name === 'name' ? 'name' : 'organization'}
      size="md"
      maxLength={name === 'email' ? 254 : 100}
      value={said[name]}
      onChange={(event) => {
        const { value } = event.currentTarget;
        setSaid((before) => ({ ...before, [name]: value }));
      }}
      required
      withAsterisk={false}
      descriptionProps={{ mb: 4 }}
      autoFocus={name === 'workspace'}
      errorProps={{ role: 'alert' }}
      {...refusal(name)}
    />
  );
  return (
    <Outside title={t('begin.title')} subtitle={t('begin.hint')}>
      <form className={classes.form} onSubmit={submit}>
        {field('workspace', t('begin.business'), t('begin.businessHint'))}
        {field('name', t('begin.name'))}
        {field('email', t('begin.email'), t('begin.emailHint'))}
        <Password label={t('join.newPassword')} description={t('join.rule')} descriptionProps={{ mb: 4 }} name="password" autoComplete="new-password" size="md" maxLength={1000} value={password} onChange={(event) => setPassword(event.currentTarget.value)} required withAsterisk={false} {...refusal('password')} />
        <Button type="submit" size="md" fullWidth loading={join.isPending}>
          {t('begin.submit')}
        </Button>
      </form>
    </Outside>
  );
}
