import { useTranslation } from 'react-i18next';
import type { Call, Contact } from '../api/types';
import { formatNumber } from '../format/number';
import { useMe } from '../session/MeContext';

/** How contacts and numbers are written for this agent. */
export function useDisplay() {
  const { t } = useTranslation();
  const { country } = useMe().workspace;
  const number = (e164: string) => (e164 ? formatNumber(e164, country) : t('inbox.withheld'));
  const contactName = (contact: Contact) => contact.name || number(contact.numbers[0] ?? '');
  const customerNumber = (call: Call) => number(call.direction === 'inbound' ? call.from : call.to);
  return { number, contactName, customerNumber };
}
