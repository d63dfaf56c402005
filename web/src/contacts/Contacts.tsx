import { ActionIcon, Button, Modal, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconAddressBook, IconArrowLeft, IconPlus, IconSearch, IconSearchOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { contactQuery, contactsQuery } from '../api/queries';
import type { Contact } from '../api/types';
import { Avatar } from '../ui/Avatar';
import { Empty } from '../ui/Empty';
import { Failure } from '../ui/Failure';
import { RowSkeletons } from '../ui/RowSkeletons';
import { Truncated } from '../ui/Truncated';
import { ContactCard } from './ContactCard';
import { ContactConversations } from './ContactConversations';
import { ContactForm } from './ContactForm';
import classes from './Contacts.module.css';
import { useDisplay } from './useDisplay';

const typingPauseMs = 250;

export default function Contacts() {
  const { t } = useTranslation();
  const { contactId } = useParams();
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const [q] = useDebouncedValue(search.trim(), typingPauseMs);
  const [adding, { open, close }] = useDisclosure(false);

  const added = (contact?: Contact) => {
    close();
    if (!contact) return;
    notifications.show({ message: t('contacts.created') });
    void navigate(`/contacts/${contact.id}`);
  };
  return (
    <div className={classes.contacts} data-page={contactId ? 'contact' : 'list'}>
      <section className={classes.list} aria-label={t('contacts.title')}>
        <header className={classes.head}>
          <h1 className={classes.title}>{t('contacts.title')}</h1>
          <Tooltip label={t('contacts.add')}>
            <ActionIcon variant="light" color="iris" aria-label={t('contacts.add')} onClick={open}>
              <IconPlus size={19} />
            </ActionIcon>
          </Tooltip>
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
        <div className={classes.scroll}>
          <Rows q={q} selected={contactId} />
        </div>
      </section>
      {contactId ? <ContactPage key={contactId} id={contactId} /> : <NothingChosen />}
      <Modal opened={adding} onClose={close} title={t('contacts.add')} closeButtonProps={{ 'aria-label': t('app.close') }}>
        <ContactForm onDone={added} />
      </Modal>
    </div>
  );
}

function Rows({ q, selected }: { q: string; selected: string | undefined }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(contactsQuery(q));
  if (isPending) return <RowSkeletons count={8} />;
  if (!data) return <Failure error={error} retry={() => void refetch()} />;
  const contacts = data.pages.flatMap((page) => page.items);
  if (contacts.length === 0)
    return q ? (
      <Empty icon={IconSearchOff} title={t('contacts.noMatch', { q })} text={t('contacts.noMatchHint')} />
    ) : (
      <Empty icon={IconAddressBook} title={t('contacts.none')} text={t('contacts.noneHint')} />
    );
  return (
    <>
      <ul className={classes.rows}>
        {contacts.map((contact) => {
          const name = display.contactName(contact);
          const number = display.number(contact.numbers[0] ?? '');
          return (
            <li key={contact.id}>
              <Link to={`/contacts/${contact.id}`} className={classes.row} aria-current={contact.id === selected ? 'true' : undefined} data-testid="contact-item">
                <Avatar name={contact.name} size={36} />
                <span className={classes.text}>
                  <Truncated text={name} className={classes.name} />
                  <span className={`${classes.number} truncate tabular`}>{name === number ? t('contacts.lead') : number}</span>
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
      {hasNextPage && (
        <Button variant="subtle" fullWidth loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('app.more')}
        </Button>
      )}
    </>
  );
}

function ContactPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data: contact, error, refetch } = useQuery(contactQuery(id));
  return (
    <main className={classes.page}>
      <ActionIcon className={classes.back} component={Link} to="/contacts" aria-label={t('app.back')}>
        <IconArrowLeft size={20} />
      </ActionIcon>
      {contact ? (
        <div className={classes.sheet}>
          <ContactCard contact={contact} />
          <ContactConversations contactId={id} />
        </div>
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <div className={classes.sheet}>
          <RowSkeletons count={4} />
        </div>
      )}
    </main>
  );
}

function NothingChosen() {
  const { t } = useTranslation();
  return (
    <main className={classes.page}>
      <Empty icon={IconAddressBook} title={t('contacts.choose')} text={t('contacts.chooseHint')} />
    </main>
  );
}
