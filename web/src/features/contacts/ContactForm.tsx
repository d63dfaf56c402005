import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../shared/api/problem';
import type { Contact } from '../../shared/api/types';
import classes from './ContactForm.module.css';
import { useFieldProblem } from './problems';
import { useAddContact } from './useSaveContact';

interface ContactFormProps {
  onDone: (contact?: Contact) => void;
}

/** Adds a contact; everything else of it is edited on its card. */
export function ContactForm({ onDone }: ContactFormProps) {
  const { t } = useTranslation();
  const problem = useFieldProblem();
  const add = useAddContact();
  const [name, setName] = useState('');
  const [number, setNumber] = useState('');
  const [email, setEmail] = useState('');

  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ name: name.trim(), email: email.trim(), numbers: number.trim() ? [number.trim()] : [] }, { onSuccess: onDone });
  };
  const field = add.error instanceof ApiError ? add.error.field?.split('.')[0] : undefined;
  const errorAt = (at: string) => (add.error && field === at ? problem(add.error) : undefined);
  const elsewhere = add.error && !['name', 'numbers', 'email'].includes(field ?? '');

  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput label={t('contacts.name')} value={name} maxLength={200} required withAsterisk={false} error={errorAt('name')} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
      <TextInput label={t('contacts.number')} type="tel" value={number} maxLength={40} error={errorAt('numbers')} onChange={(event) => setNumber(event.currentTarget.value)} />
      <TextInput label={t('contacts.email')} type="email" value={email} maxLength={254} error={errorAt('email')} onChange={(event) => setEmail(event.currentTarget.value)} />
      {elsewhere && (
        <p className={classes.error} role="alert">
          {problem(add.error)}
        </p>
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={() => onDone()}>
          {t('app.cancel')}
        </Button>
        <Button type="submit" loading={add.isPending}>
          {t('app.save')}
        </Button>
      </div>
    </form>
  );
}
