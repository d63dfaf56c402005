import { Button } from '@mantine/core';
import { hashKey, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconAddressBook, IconArrowUp, IconSearchOff } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Contact } from '../../shared/api/types';
import { reachOf } from '../../shared/format/caller';
import { useDisplay } from '../../shared/format/useDisplay';
import { Avatar } from '../../shared/ui/Avatar';
import { Empty } from '../../shared/ui/Empty';
import { Failure } from '../../shared/ui/Failure';
import { RowSkeletons } from '../../shared/ui/RowSkeletons';
import { Truncated } from '../../shared/ui/Truncated';
import { useAfter } from '../../shared/ui/useAfter';
import { VirtualList } from '../../shared/ui/VirtualList';
import classes from './ContactList.module.css';
import { contactsQuery, initialsQuery } from './queries';

const rowHeight = 56;
const quickMs = 150;
/** The initial of contacts without a name (GET /contact-initials). */
const noName = '*';
/** Fewer contacts are found by eye. */
const fewest = 20;

interface ContactListProps {
  q: string;
  from: string | undefined;
  selected: string | undefined;
  onFrom: (initial: string | undefined) => void;
  onClear: () => void;
}

/** Contacts by name, as many as there are, with an index of first letters beside them. */
export function ContactList({ q, from, selected, onFrom, onClear }: ContactListProps) {
  const { t } = useTranslation();
  const options = contactsQuery({ q, from });
  const { data, error, isPending, refetch, hasNextPage, isFetching, fetchNextPage } = useInfiniteQuery(options);
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const waited = useAfter(quickMs);
  const nextPage = useCallback(() => {
    if (hasNextPage && !isFetching && !error) void fetchNextPage();
  }, [hasNextPage, isFetching, error, fetchNextPage]);
  const place = hashKey(options.queryKey);

  if (isPending) return waited ? <RowSkeletons count={8} /> : null;
  if (!data) return <Failure error={error} retry={() => void refetch()} />;
  if (items.length === 0 && q)
    return (
      <Empty icon={IconSearchOff} title={t('contacts.noMatch', { q })} text={t('contacts.noMatchHint')}>
        <Button variant="default" onClick={onClear}>
          {t('contacts.clear')}
        </Button>
      </Empty>
    );
  if (items.length === 0 && !from) return <Empty icon={IconAddressBook} title={t('contacts.none')} text={t('contacts.noneHint')} />;
  return (
    <>
      {error && (
        <p className={classes.failed} role="status">
          {t('contacts.failed')}
          <Button variant="subtle" size="compact-xs" onClick={() => void refetch()}>
            {t('app.retry')}
          </Button>
        </p>
      )}
      {from && !q && (
        <Button className={classes.start} variant="subtle" size="compact-sm" leftSection={<IconArrowUp size={15} />} onClick={() => onFrom(undefined)}>
          {t('contacts.fromStart')}
        </Button>
      )}
      <div className={classes.body}>
        <VirtualList
          key={place}
          items={items}
          rowHeight={rowHeight}
          label={t('contacts.title')}
          place={place}
          onNearEnd={nextPage}
          row={(contact) => <Row contact={contact} selected={contact.id === selected} />}
        />
        {!q && <Index from={from} onFrom={onFrom} />}
      </div>
    </>
  );
}

function Row({ contact, selected }: { contact: Contact; selected: boolean }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const name = display.contactName(contact);
  const number = display.contactNumber(contact);
  return (
    <Link to={`/contacts/${contact.id}`} className={classes.row} aria-current={selected ? 'true' : undefined} data-testid="contact-item">
      <Avatar name={contact.name} size={36} />
      <span className={classes.text}>
        <Truncated text={name} className={classes.name} />
        <span className={`${classes.number} truncate tabular`}>{reachOf(contact) && name !== number ? number : contact.email || t(`contacts.${contact.kind}`)}</span>
      </span>
    </Link>
  );
}

/** The first letters of the names; each begins the list there. */
function Index({ from, onFrom }: Pick<ContactListProps, 'from' | 'onFrom'>) {
  const { t } = useTranslation();
  const { data } = useQuery(initialsQuery);
  const initials = data?.items ?? [];
  if (initials.reduce((sum, { count }) => sum + count, 0) < fewest) return null;
  return (
    <nav className={classes.index} aria-label={t('contacts.index')}>
      {initials.map(({ initial, count }) => (
        <button
          key={initial}
          type="button"
          className={classes.initial}
          aria-pressed={initial === from}
          aria-label={t('contacts.indexOf', { initial: initial === noName ? t('contacts.noNames') : initial, count })}
          onClick={() => onFrom(initial)}
        >
          {initial === noName ? '–' : initial}
        </button>
      ))}
    </nav>
  );
}
