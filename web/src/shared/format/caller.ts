import type { Call, Contact } from '../api/types';

/** The carrier's name for a caller, where it says something else than the contact's own. Nobody has checked it. */
export const carrierName = ({ name, callerName }: { name: string; callerName?: string | undefined }): string | undefined =>
  callerName && callerName !== name ? callerName : undefined;

/** Who called: a number, the address of a caller who has none, or empty for one who withholds it. */
export const callerOf = ({ from, callerAddress }: Pick<Call, 'from' | 'callerAddress'>): string => from || (callerAddress ?? '');

/** How a contact is reached, likewise. */
export const reachOf = ({ numbers, callerAddress }: Pick<Contact, 'numbers' | 'callerAddress'>): string => numbers[0] ?? callerAddress ?? '';
