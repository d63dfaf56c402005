import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Password } from '../../shared/ui/Password';
import { useProblemText } from '../../shared/ui/problems';
import classes from './LoginForm.module.css';
import { useLogin } from './session';

interface LoginFormProps {
  /** Of who was signed in here before. */
  email?: string;
  /** Where they were. */
  workspaceId?: string;
}

/** E-mail and password; what is wrong stands under the password and moves nothing. */
export function LoginForm({ email: known = '', workspaceId }: LoginFormProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const login = useLogin();
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');

  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate({ email: email.trim(), password, workspaceId });
  };

  return (
    <form className={classes.form} onSubmit={submit}>
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
        autoFocus={!known}
      />
      <Password
        className={classes.password}
        label={t('login.password')}
        name="password"
        autoComplete="current-password"
        size="md"
        maxLength={1000}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={login.error ? problemText(login.error) : undefined}
        required
        withAsterisk={false}
        autoFocus={known !== ''}
        data-autofocus={known !== '' || undefined}
      />
      <Button type="submit" size="md" fullWidth loading={login.isPending}>
        {t('login.submit')}
      </Button>
    </form>
  );
}
