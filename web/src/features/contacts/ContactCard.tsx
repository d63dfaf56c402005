import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAt, IconBan, IconDots, IconMail, IconUsers } from '@tabler/icons-react';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../../shared/api/types';
import { carrierName } from '../../shared/format/caller';
import { longDate } from '../../shared/format/time';
import { useDisplay } from '../../shared/format/useDisplay';
import { administers, useMe } from '../../shared/session/me';
import { Avatar } from '../../shared/ui/Avatar';
import { part } from '../../shared/ui/part';
import { BlockNotice } from './BlockNotice';
import classes from './ContactCard.module.css';
import { ContactNumbers } from './ContactNumbers';
import { EditableField } from './EditableField';
import { useFieldProblem } from './problems';
import { useChangeContact } from './useSaveContact';

const MergeDialog = part(() => import('./MergeDialog'));
const BlockDialog = part(() => import('./BlockDialog'));

/** How many profile fields the ring shows (IN-1). */
const inRing = 3;

/** A contact's details; each value is edited where it stands. */
export function ContactCard({ contact }: { contact: Contact }) {
  const { t, i18n } = useTranslation();
  const { mutateAsync: change, mutate, error } = useChangeContact(contact.id);
  const problem = useFieldProblem();
  const says = carrierName(contact);
  return (
    <div className={classes.card} data-testid="contact" data-id={contact.id}>
      <Head contact={contact} save={(name) => change({ name })} />
      {!contact.name && <p className={classes.hint}>{t('contacts.nameHint')}</p>}
      {says && (
        <p className={classes.hint}>
          {t('app.carrierSays', { name: says })}
          {!contact.name && (
            <Button variant="subtle" size="compact-sm" className={classes.use} onClick={() => mutate({ name: says })}>
              {t('contacts.useCarrierName', { name: says })}
            </Button>
          )}
          {error && <span role="alert">{problem(error)}</span>}
        </p>
      )}
      <BlockNotice contact={contact} />
      <ul className={classes.lines}>
        <ContactNumbers contact={contact} save={(numbers) => change({ numbers })} />
        {contact.callerAddress && (
          <li>
            <IconAt size={16} stroke={1.7} /> <span className={classes.wrap}>{contact.callerAddress}</span>
          </li>
        )}
        <li>
          <IconMail size={16} stroke={1.7} />
          <EditableField label={t('contacts.email')} value={contact.email} placeholder={t('contacts.noEmail')} type="email" maxLength={254} save={(email) => change({ email })} />
        </li>
      </ul>
      {contact.profile.length > 0 && (
        <dl className={classes.profile}>
          {contact.profile.map((field, index) => (
            <div key={field.key} data-last-in-ring={(index === inRing - 1 && contact.profile.length > inRing) || undefined}>
              <dt>{field.label}</dt>
              <dd>
                <EditableField label={field.label} value={field.value} placeholder="–" maxLength={500} save={(value) => change({ profile: { [field.key]: value } })} />
              </dd>
              {index === inRing - 1 && contact.profile.length > inRing && <p className={classes.ringLine}>{t('contacts.ringLine')}</p>}
            </div>
          ))}
        </dl>
      )}
      <p className={classes.since}>{t('contacts.since', { date: longDate(contact.createdAt, i18n.language) })}</p>
    </div>
  );
}

function Head({ contact, save }: { contact: Contact; save: (name: string) => Promise<unknown> }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const admin = administers(useMe());
  const [merging, merge] = useDisclosure(false);
  const [blocking, block] = useDisclosure(false);
  const blockable = contact.numbers[0] ?? contact.callerAddress;
  return (
    <div className={classes.head}>
      <Avatar name={contact.name} size={48} />
      <div className={classes.who}>
        <EditableField className={classes.name} label={t('contacts.name')} value={contact.name} placeholder={contact.numbers.length > 0 || contact.callerAddress ? display.contactName(contact) : t('contacts.noName')} maxLength={200} save={save} />
        <span className={classes.kind} data-kind={contact.kind}>
          {t(`contacts.${contact.kind}`)}
        </span>
      </div>
      <Menu position="bottom-end">
        <Menu.Target>
          <Tooltip label={t('contacts.more')}>
            <ActionIcon className={classes.more} aria-label={t('contacts.more')}>
              <IconDots size={19} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconUsers size={16} />} onClick={merge.open}>
            {t('contacts.merge')}
          </Menu.Item>
          {blockable && (
            <Menu.Item leftSection={<IconBan size={16} />} disabled={!admin} onClick={block.open}>
              {t('contacts.block')}
              {!admin && <span className={classes.why}>{t('contacts.adminOnly')}</span>}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {merging && <MergeDialog contact={contact} onClose={merge.close} />}
        {blocking && blockable && <BlockDialog number={blockable} onClose={block.close} />}
      </Suspense>
    </div>
  );
}

