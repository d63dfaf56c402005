import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/problem';
import type { Contact } from '../api/types';
import { useProblemText } from '../ui/problems';
import classes from './ContactForm.module.css';
import { useDisplay } from './useDisplay';
import { useSaveContact } from './useSaveContact';

const maxNumbers = 10;

interface ContactFormProps {
  /** Absent to add one. */
  contact?: Contact;
  onDone: (contact?: Contact) => void;
}

export function ContactForm({ contact, onDone }: ContactFormProps) {
  const { t } = useTranslation();
  const display = useDisplay();
  const problemText = useProblemText();
  const save = useSaveContact(contact?.id);
  const [name, setName] = useState(contact?.name ?? '');
  const [email, setEmail] = useState(contact?.email ?? '');
  const [numbers, setNumbers] = useState(() => (contact?.numbers.length ? contact.numbers.map(display.number) : ['']));
  const [profile, setProfile] = useState(() => Object.fromEntries((contact?.profile ?? []).map((field) => [field.key, field.value])));

  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ name: name.trim(), email: email.trim(), numbers: numbers.map((n) => n.trim()).filter(Boolean), profile }, { onSuccess: onDone });
  };
  const field = save.error instanceof ApiError ? save.error.field : undefined;
  const errorAt = (name: string) => (save.error && field === name ? problemText(save.error) : undefined);
  const known = field === 'name' || field === 'email' || field?.startsWith('numbers');

  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput label={t('contacts.name')} value={name} maxLength={200} required withAsterisk={false} error={errorAt('name')} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
      <fieldset className={classes.numbers}>
        <legend>{t('contacts.numbers')}</legend>
        {numbers.map((number, index) => (
          <TextInput
            key={index}
            type="tel"
            aria-label={t('contacts.number')}
            value={number}
            maxLength={40}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setNumbers((all) => all.map((old, at) => (at === index ? value : old)));
            }}
            rightSection={
              numbers.length > 1 && (
                <ActionIcon size={26} aria-label={t('contacts.removeNumber')} onClick={() => setNumbers((all) => all.filter((_, at) => at !== index))}>
                  <IconX size={15} />
                </ActionIcon>
              )
            }
          />
        ))}
        {field?.startsWith('numbers') && save.error && <p className={classes.error}>{problemText(save.error)}</p>}
        {numbers.length < maxNumbers && (
          <Button variant="subtle" size="compact-sm" className={classes.add} leftSection={<IconPlus size={15} />} onClick={() => setNumbers((all) => [...all, ''])}>
            {t('contacts.addNumber')}
          </Button>
        )}
      </fieldset>
      <TextInput label={t('contacts.email')} type="email" value={email} maxLength={254} error={errorAt('email')} onChange={(event) => setEmail(event.currentTarget.value)} />
      {contact?.profile.map(({ key, label }) => (
        <TextInput
          key={key}
          label={label}
          value={profile[key] ?? ''}
          maxLength={500}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setProfile((fields) => ({ ...fields, [key]: value }));
          }}
        />
      ))}
      {save.error && !known && (
        <p className={classes.error} role="alert">
          {problemText(save.error)}
        </p>
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={() => onDone()}>
          {t('app.cancel')}
        </Button>
        <Button type="submit" loading={save.isPending}>
          {t('app.save')}
        </Button>
      </div>
    </form>
  );
}
