import { Alert, Button, PasswordInput, SegmentedControl, TextInput } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/problem';
import { applyLocale, type Locale } from '../i18n';
import { Mark } from '../ui/Mark';
import { useProblemText } from '../ui/problems';
import classes from './Login.module.css';
import { useLogin } from './session';

export function Login({ ended }: { ended: boolean }) {
  const { t, i18n } = useTranslation();
  const problemText = useProblemText();
  const login = useLogin();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');

  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate({ email: email.trim(), password });
  };

  const message = login.error ? explain(login.error, t('login.wrong'), t('login.limited'), problemText) : ended ? t('login.ended') : undefined;

  return (
    <main className={classes.page}>
      <div className={classes.column}>
        <Mark size={40} />
        <h1 className={classes.title}>{t('login.title')}</h1>
        <p className={classes.subtitle}>{t('login.subtitle')}</p>
        <form className={classes.card} onSubmit={submit}>
          {message && (
            <Alert color={login.error ? 'red' : 'iris'} variant="light" icon={<IconAlertCircle size={18} />} role="alert">
              {message}
            </Alert>
          )}
          <TextInput
            label={t('login.email')}
            type="email"
            name="email"
            autoComplete="username"
            size="md"
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            required
            withAsterisk={false}
            autoFocus
          />
          <PasswordInput
            label={t('login.password')}
            name="password"
            autoComplete="current-password"
            size="md"
            maxLength={1000}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            required
            withAsterisk={false}
          />
          <Button type="submit" size="md" fullWidth loading={login.isPending} mt={4}>
            {t('login.submit')}
          </Button>
        </form>
        <SegmentedControl
          size="xs"
          aria-label={t('login.language')}
          value={i18n.language}
          onChange={(locale) => applyLocale(locale as Locale)}
          data={[
            { value: 'ko', label: '한국어' },
            { value: 'en', label: 'English' },
          ]}
        />
      </div>
    </main>
  );
}

function explain(error: Error, wrong: string, limited: string, otherwise: (error: Error) => string): string {
  if (error instanceof ApiError && error.code === 'unauthenticated') return wrong;
  if (error instanceof ApiError && error.code === 'limit') return limited;
  return otherwise(error);
}
