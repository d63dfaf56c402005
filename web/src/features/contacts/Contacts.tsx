import { ActionIcon, Modal, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { IconAddressBook, IconArrowLeft, IconDownload, IconPlus, IconSearch, IconUpload } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useNavigate, useParams } from 'react-router';
import { apiBase } from '../../shared/api/client';
import type { Contact } from '../../shared/api/types';
import { administers, useMe } from '../../shared/session/me';
import { Empty } from '../../shared/ui/Empty';
import { Failure } from '../../shared/ui/Failure';
import { RowSkeletons } from '../../shared/ui/RowSkeletons';
import { ScreenTitle } from '../../shared/ui/ScreenTitle';
import { ContactCard } from './ContactCard';
import { ContactForm } from './ContactForm';
import { ContactList } from './ContactList';
import classes from './Contacts.module.css';
import { contactQuery } from './queries';

const typingPauseMs = 250;

interface ContactsProps {
  /** What is known of a contact beside their own data: their conversations. */
  beside: (contactId: string) => ReactNode;
}

export default function Contacts({ beside }: ContactsProps) {
  const { t } = useTranslation();
  const { contactId } = useParams();
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const [q] = useDebouncedValue(search.trim(), typingPauseMs);
  const [from, setFrom] = useState<string>();
  const admin = administers(useMe());
  const [adding, { open, close }] = useDisclosure(false);

  const added = (contact?: Contact) => {
    close();
    if (!contact) return;
    notifications.show({ message: t('contacts.created') });
    void navigate(`/contacts/${contact.id}`);
  };
  return (
    <div className={classes.contacts} data-page={contactId ? 'contact' : 'list'}>
      <ScreenTitle>{t('contacts.title')}</ScreenTitle>
      <section className={classes.list} aria-label={t('contacts.title')} data-region>
        <header className={classes.head}>
          <h2 className={classes.title}>{t('contacts.title')}</h2>
          <span className={classes.tools}>
            {admin && <Tools />}
            <Tooltip label={t('contacts.add')}>
              <ActionIcon variant="light" color="iris" aria-label={t('contacts.add')} onClick={open}>
                <IconPlus size={19} />
              </ActionIcon>
            </Tooltip>
          </span>
        </header>
        <div className={classes.search}>
          <TextInput
            type="search"
            aria-label={t('contacts.search')}
            placeholder={t('contacts.search')}
            maxLength={100}
            leftSection={<IconSearch size={16} />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
        <ContactList q={q} from={q ? undefined : from} selected={contactId} onFrom={setFrom} onClear={() => setSearch('')} />
      </section>
      {contactId ? <ContactPage key={contactId} id={contactId} beside={beside(contactId)} /> : <NothingChosen />}
      <Modal opened={adding} onClose={close} title={t('contacts.add')} closeButtonProps={{ 'aria-label': t('app.close') }}>
        <ContactForm onDone={added} />
      </Modal>
    </div>
  );
}

/** What only an owner or admin does with all contacts. */
function Tools() {
  const { t, i18n } = useTranslation();
  return (
    <>
      <Tooltip label={t('contacts.export')}>
        <ActionIcon component="a" href={`${apiBase}/contact-export?language=${i18n.language}`} download aria-label={t('contacts.export')}>
          <IconDownload size={19} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('contacts.import.open')}>
        <ActionIcon component={Link} to="/contacts/import" aria-label={t('contacts.import.open')}>
          <IconUpload size={19} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

function ContactPage({ id, beside }: { id: string; beside: ReactNode }) {
  const { t } = useTranslation();
  const { data: contact, error, refetch } = useQuery(contactQuery(id));
  // The id of one who was merged leads to the other.
  if (contact && contact.id !== id) return <Navigate to={`/contacts/${contact.id}`} replace />;
  return (
    <section className={classes.page} aria-label={t('contacts.member')} data-region>
      <ActionIcon className={classes.back} component={Link} to="/contacts" aria-label={t('app.back')}>
        <IconArrowLeft size={20} />
      </ActionIcon>
      {contact ? (
        <div className={classes.sheet}>
          <ContactCard contact={contact} />
          {beside}
        </div>
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <div className={classes.sheet}>
          <RowSkeletons count={4} />
        </div>
      )}
    </section>
  );
}

function NothingChosen() {
  const { t } = useTranslation();
  return (
    <section className={classes.page} aria-label={t('contacts.member')} data-region>
      <Empty icon={IconAddressBook} title={t('contacts.choose')} text={t('contacts.chooseHint')} />
    </section>
  );
}
