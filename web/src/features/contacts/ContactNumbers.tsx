import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconPhone, IconPhoneCall, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../../shared/api/types';
import { useDisplay } from '../../shared/format/useDisplay';
import { useMe } from '../../shared/session/me';
import { tellProblem } from '../../shared/ui/problems';
import classes from './ContactCard.module.css';
import { EditableField } from './EditableField';
import { useCallContact } from './useSaveContact';

const maxNumbers = 10;

/** A contact's numbers, each of which can be called, changed and removed. */
export function ContactNumbers({ contact, save }: { contact: Contact; save: (numbers: string[]) => Promise<unknown> }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const { placesCalls } = useMe();
  const call = useCallContact(contact.id);
  const [adding, setAdding] = useState(false);
  const { numbers } = contact;
  return (
    <>
      {numbers.map((number, index) => {
        const shown = display.number(number);
        return (
          <li key={number} className="tabular">
            <IconPhone size={16} stroke={1.7} />
            <EditableField
              label={numbers.length > 1 ? t('contacts.numberAt', { place: index + 1 }) : t('contacts.number')}
              value={shown}
              placeholder={t('contacts.addNumber')}
              type="tel"
              maxLength={40}
              save={(value) => save(numbers.flatMap((old, at) => (at !== index ? [old] : value ? [value] : [])))}
            />
            {placesCalls && (
              <Tooltip label={t('contacts.call', { number: shown })}>
                <ActionIcon className={classes.act} variant="light" color="iris" loading={call.isPending && call.variables === number} disabled={call.isPending} aria-label={t('contacts.call', { number: shown })} onClick={() => call.mutate(number)}>
                  <IconPhoneCall size={17} stroke={1.7} />
                </ActionIcon>
              </Tooltip>
            )}
            <Tooltip label={t('contacts.removeNumber', { number: shown })}>
              <ActionIcon className={classes.act} data-quiet aria-label={t('contacts.removeNumber', { number: shown })} onClick={() => void save(numbers.filter((old) => old !== number)).catch(tellProblem)}>
                <IconTrash size={16} stroke={1.7} />
              </ActionIcon>
            </Tooltip>
          </li>
        );
      })}
      {adding && (
        <li className="tabular">
          <IconPhone size={16} stroke={1.7} />
          <EditableField label={t('contacts.number')} value="" placeholder={t('contacts.addNumber')} type="tel" maxLength={40} editing onClosed={() => setAdding(false)} save={(value) => save([...numbers, value])} />
        </li>
      )}
      {!adding && numbers.length < maxNumbers && (
        <li>
          <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
            {t('contacts.addNumber')}
          </Button>
        </li>
      )}
    </>
  );
}
