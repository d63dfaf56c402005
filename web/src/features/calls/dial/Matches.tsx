import { useTranslation } from 'react-i18next';
import type { Contact } from '../../../shared/api/types';
import { useDisplay } from '../../../shared/format/useDisplay';
import { Truncated } from '../../../shared/ui/Truncated';
import classes from './Dial.module.css';

const mostShown = 5;
const mostOfEach = 2;

/** Whom is meant by what is typed, each with the numbers that can be dialled (OUT-2). */
export function Matches({ contacts, onChoose }: { contacts: Contact[]; onChoose: (contact: Contact, number: string) => void }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const rows = contacts.flatMap((contact) => contact.numbers.slice(0, mostOfEach).map((number) => ({ contact, number }))).slice(0, mostShown);
  if (rows.length === 0) return null;
  return (
    <ul className={classes.matches} aria-label={t('placing.matches')}>
      {rows.map(({ contact, number }) => (
        <li key={`${contact.id} ${number}`}>
          <button type="button" className={classes.match} onClick={() => onChoose(contact, number)}>
            <Truncated text={display.contactName(contact)} className={classes.name} />
            <span className="tabular">{display.number(number)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
