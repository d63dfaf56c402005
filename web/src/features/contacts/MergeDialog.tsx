import { Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../shared/api/client';
import { ApiError } from '../../shared/api/problem';
import type { Contact, MergeRequest } from '../../shared/api/types';
import { useDisplay } from '../../shared/format/useDisplay';
import { useTellChange } from '../../shared/live/LiveProvider';
import { Avatar } from '../../shared/ui/Avatar';
import { tellError, useProblemText } from '../../shared/ui/problems';
import classes from './MergeDialog.module.css';
import { contactsQuery } from './queries';

const typingPauseMs = 250;
const undoMs = 10_000;
const offered = 6;

/** Makes one contact of two: first the other one is chosen, then what stays of both. */
export default function MergeDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTranslation();
  const [other, setOther] = useState<Contact>();
  return (
    <Modal opened onClose={onClose} size="lg" title={other ? t('contacts.mergePick') : t('contacts.mergeWith')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <p className={classes.hint}>{t('contacts.mergeHint')}</p>
      {other ? <Pick contact={contact} other={other} onBack={() => setOther(undefined)} onClose={onClose} /> : <Choose contact={contact} onChosen={setOther} />}
    </Modal>
  );
}

function Choose({ contact, onChosen }: { contact: Contact; onChosen: (contact: Contact) => void }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const [search, setSearch] = useState(contact.name);
  const [q] = useDebouncedValue(search.trim(), typingPauseMs);
  const { data } = useInfiniteQuery(contactsQuery({ q }));
  const found = (data?.pages[0]?.items ?? []).filter(({ id }) => id !== contact.id).slice(0, offered);
  return (
    <Stack gap="sm">
      <TextInput type="search" aria-label={t('contacts.search')} placeholder={t('contacts.search')} value={search} maxLength={100} onChange={(event) => setSearch(event.currentTarget.value)} data-autofocus />
      <ul className={classes.found}>
        {data && found.length === 0 && <li className={classes.nobody}>{t('contacts.mergeNobody')}</li>}
        {found.map((one) => (
          <li key={one.id}>
            <button type="button" className={classes.choice} onClick={() => onChosen(one)}>
              <Avatar name={one.name} size={32} />
              <span className={classes.who}>
                <span className="truncate">{display.contactName(one)}</span>
                <span className={`${classes.number} truncate tabular`}>{one.numbers.map(display.number).join(' · ') || one.email}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Stack>
  );
}

interface Row {
  key: string;
  label: string;
  mine: string;
  theirs: string;
}

function rowsOf(contact: Contact, other: Contact, name: string, email: string): Row[] {
  const theirs = new Map(other.profile.map((field) => [field.key, field.value]));
  return [
    { key: 'name', label: name, mine: contact.name, theirs: other.name },
    { key: 'email', label: email, mine: contact.email, theirs: other.email },
    ...contact.profile.map((field) => ({ key: `profile.${field.key}`, label: field.label, mine: field.value, theirs: theirs.get(field.key) ?? '' })),
  ].filter((row) => row.mine || row.theirs);
}

function Pick({ contact, other, onBack, onClose }: { contact: Contact; other: Contact; onBack: () => void; onClose: () => void }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const problemText = useProblemText();
  const rows = rowsOf(contact, other, t('contacts.name'), t('contacts.email'));
  // A value that only one of them has stays; of two, this contact's does.
  const [theirs, setTheirs] = useState(() => new Set(rows.filter((row) => !row.mine).map((row) => row.key)));
  const merge = useMerge(contact);
  const done = () => {
    const body: MergeRequest = { contactId: other.id, profile: {} };
    for (const row of rows) {
      const value = theirs.has(row.key) ? row.theirs : row.mine;
      if (row.key === 'name') body.name = value;
      else if (row.key === 'email') body.email = value;
      else body.profile = { ...body.profile, [row.key.slice('profile.'.length)]: value };
    }
    merge.mutate(body, { onSuccess: onClose });
  };
  const failed = merge.error instanceof ApiError && merge.error.field === 'contactId' && merge.error.code === 'conflict' ? t(contact.numbers.length + other.numbers.length > 10 ? 'contacts.errors.mergeNumbers' : 'contacts.errors.mergeCall') : problemText(merge.error);
  return (
    <Stack gap="md">
      {rows.map((row) => (
        <Radio.Group
          key={row.key}
          label={row.label}
          value={theirs.has(row.key) ? 'theirs' : 'mine'}
          onChange={(value) =>
            setTheirs((keys) => {
              const next = new Set(keys);
              if (value === 'theirs') next.add(row.key);
              else next.delete(row.key);
              return next;
            })
          }
        >
          <div className={classes.sides}>
            <Radio className={classes.side} value="mine" disabled={!row.mine && row.key === 'name'} label={<span className={classes.value}>{row.mine || '–'}</span>} description={t('contacts.thisOne')} />
            <Radio className={classes.side} value="theirs" disabled={!row.theirs && row.key === 'name'} label={<span className={classes.value}>{row.theirs || '–'}</span>} description={t('contacts.thatOne')} />
          </div>
        </Radio.Group>
      ))}
      <div>
        <h3 className={classes.label}>{t('contacts.mergeNumbers')}</h3>
        <p className={`${classes.numbers} tabular`}>{[...contact.numbers, ...other.numbers].map(display.number).join(' · ') || '–'}</p>
      </div>
      {merge.error && (
        <p className={classes.error} role="alert">
          {failed}
        </p>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onBack}>
          {t('contacts.mergeBack')}
        </Button>
        <Button loading={merge.isPending} onClick={done}>
          {t('contacts.mergeDo')}
        </Button>
      </Group>
    </Stack>
  );
}

/** Merges, and offers for ten seconds to make two of them again. */
function useMerge(contact: Contact) {
  const { t } = useTranslation();
  const display = useDisplay();
  const tell = useTellChange();
  const undo = useMutation({
    mutationFn: (id: string) => result(client.POST('/contact-merges/{id}/undo', { params: { path: { id } } })),
    onSuccess: (kept) => {
      tell({ topic: 'contact', data: kept });
      notifications.show({ message: t('contacts.mergeUndone') });
    },
    onError: () => tellError(t('contacts.errors.mergeLate')),
  });
  return useMutation({
    mutationFn: (body: MergeRequest) => result(client.POST('/contacts/{id}/merge', { params: { path: { id: contact.id } }, body })),
    onSuccess: ({ contact: kept, mergeId }) => {
      tell({ topic: 'contact', data: kept });
      const id = notifications.show({
        autoClose: undoMs,
        closeButtonProps: { 'aria-label': t('app.close') },
        message: (
          <span className={classes.undo}>
            {t('contacts.merged', { name: display.contactName(kept) })}
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => {
                notifications.hide(id);
                undo.mutate(mergeId);
              }}
            >
              {t('contacts.undo')}
            </Button>
          </span>
        ),
      });
    },
  });
}
