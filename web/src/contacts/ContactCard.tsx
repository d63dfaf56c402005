import { ActionIcon, Tooltip } from '@mantine/core';
import { IconMail, IconPencil, IconPhone } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../api/types';
import { longDate } from '../format/time';
import { Avatar } from '../ui/Avatar';
import classes from './ContactCard.module.css';
import { ContactForm } from './ContactForm';
import { useDisplay } from './useDisplay';

/** A contact's details; the pencil turns them into a form in place. */
export function ContactCard({ contact }: { contact: Contact }) {
  const { t, i18n } = useTranslation();
  const display = useDisplay();
  const [editing, setEditing] = useState(false);
  if (editing)
    return (
      <div className={classes.card}>
        <ContactForm contact={contact} onDone={() => setEditing(false)} />
      </div>
    );
  return (
    <div className={classes.card} data-testid="contact" data-id={contact.id}>
      <div className={classes.head}>
        <Avatar name={contact.name} size={48} />
        <div className={classes.who}>
          <span className={classes.name}>{display.contactName(contact)}</span>
          <span className={classes.kind} data-kind={contact.kind}>
            {t(`contacts.${contact.kind}`)}
          </span>
        </div>
        <Tooltip label={t('contacts.edit')}>
          <ActionIcon aria-label={t('contacts.edit')} onClick={() => setEditing(true)}>
            <IconPencil size={18} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </div>
      {contact.kind === 'lead' && !contact.name && <p className={classes.hint}>{t('contacts.nameHint')}</p>}
      <ul className={classes.lines}>
        {contact.numbers.map((number) => (
          <li key={number} className="tabular">
            <IconPhone size={16} stroke={1.7} /> {display.number(number)}
          </li>
        ))}
        {contact.email && (
          <li>
            <IconMail size={16} stroke={1.7} /> <span className={classes.email}>{contact.email}</span>
          </li>
        )}
      </ul>
      <dl className={classes.profile}>
        {contact.profile.map((field) => (
          <div key={field.key}>
            <dt>{field.label}</dt>
            <dd>{field.value || '–'}</dd>
          </div>
        ))}
      </dl>
      <p className={classes.since}>{t('contacts.since', { date: longDate(contact.createdAt, i18n.language) })}</p>
    </div>
  );
}
