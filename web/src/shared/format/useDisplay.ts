import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call, Contact } from '../api/types';
import { useMe } from '../session/me';
import { callerOf, reachOf } from './caller';
import { formatNumber, numbersLoaded, watchNumbers } from './number';

/** How contacts and numbers are written for this agent. */
export function useDisplay() {
  const { t } = useTranslation();
  const { country } = useMe().workspace;
  useSyncExternalStore(watchNumbers, numbersLoaded); // written anew once the other countries' ways are known
  const number = (text: string) => (text ? formatNumber(text, country) : t('app.withheld'));
  const contactNumber = (contact: Contact) => number(reachOf(contact));
  const contactName = (contact: Contact) => contact.name || contactNumber(contact);
  const caller = (call: Call) => number(callerOf(call));
  const customerNumber = (call: Call) => (call.direction === 'inbound' ? caller(call) : number(call.to));
  return { number, contactNumber, contactName, caller, customerNumber };
}
