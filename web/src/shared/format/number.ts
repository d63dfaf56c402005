import type { CountryCode } from 'libphonenumber-js/min';
import { formatKorean } from './korea';

type Library = Pick<typeof import('libphonenumber-js/min'), 'parsePhoneNumberFromString'>;

let library: Library | undefined;
let loading: Promise<void> | undefined;
const listeners = new Set<() => void>();

/** The library that knows every country's way of writing, 35 kB: loaded once a number needs it. */
export function loadNumbers(): Promise<void> {
  loading ??= import('libphonenumber-js/min').then(
    (loaded) => {
      library = loaded;
      for (const listener of listeners) listener();
    },
    () => {
      loading = undefined; // asked for again with the next number
    },
  );
  return loading;
}

/** Calls back when numbers can be written that could not before. Returns how to stop. */
export function watchNumbers(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const numbersLoaded = (): boolean => library !== undefined;

/**
 * A phone number as people of the workspace's country write it: domestic numbers in national form
 * (02-1234-5678), others international (+81 3 1234 5678). What cannot be parsed is shown as it is.
 */
export function formatNumber(number: string, country: string): string {
  if (number.includes('@')) return number; // an address; digits in it are no number
  const korean = country === 'KR' ? formatKorean(number) : undefined;
  if (korean) return korean;
  if (!library) {
    if (/\d{5}/.test(number)) void loadNumbers();
    return number;
  }
  return formatBy(library, number, country as CountryCode);
}

function formatBy(library: Library, number: string, country: CountryCode): string {
  const parsed = library.parsePhoneNumberFromString(number, country);
  if (!parsed) return number;
  // Numbers such as Korea's 070 and 15xx are valid without being tied to one region in the small metadata.
  const domestic = parsed.country === country || (!parsed.country && parsed.countryCallingCode === library.parsePhoneNumberFromString('0000000', country)?.countryCallingCode);
  return domestic ? parsed.formatNational() : parsed.formatInternational();
}
