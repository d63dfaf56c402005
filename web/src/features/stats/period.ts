/** Days as the API names them, such as 2026-11-30; they are the workspace's. */
export interface Period {
  from: string;
  to: string;
}

export const presets = ['today', '7', '30'] as const;
export type Preset = (typeof presets)[number];

/** The most days that a period of one's own may have. */
export const mostDays = 90;
const dayMs = 86_400_000;

/** Which day it is in a time zone. */
export const dayIn = (timeZone: string, at: number): string => new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at).replaceAll('/', '-');

const utc = (day: string): number => Date.parse(`${day}T00:00:00Z`);
export const addDays = (day: string, days: number): string => new Date(utc(day) + days * dayMs).toISOString().slice(0, 10);
export const daysOf = ({ from, to }: Period): number => Math.round((utc(to) - utc(from)) / dayMs) + 1;
/** All days of a period, those without calls among them. */
export const eachDay = (period: Period): string[] => Array.from({ length: Math.max(0, daysOf(period)) }, (_, n) => addDays(period.from, n));

export const periodOf = (preset: Preset, today: string): Period => ({ from: addDays(today, preset === 'today' ? 0 : 1 - Number(preset)), to: today });

const isDay = (text: string | null): text is string => text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(utc(text));

/** The days of an address, or nothing where they make no period. */
export function ownPeriod(from: string | null, to: string | null): Period | undefined {
  if (!isDay(from) || !isDay(to)) return undefined;
  const days = daysOf({ from, to });
  return days >= 1 && days <= mostDays ? { from, to } : undefined;
}

const named = (options: Intl.DateTimeFormatOptions) => (day: string, locale: string) => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(utc(day));
export const shortDay = named({ month: 'numeric', day: 'numeric' });
export const fullDay = named({ month: 'long', day: 'numeric', weekday: 'short' });
export const weekdayName = (weekday: number, locale: string, width: 'short' | 'long' = 'short'): string =>
  // 4 January 1970 was a Sunday.
  new Intl.DateTimeFormat(locale, { weekday: width, timeZone: 'UTC' }).format((3 + weekday) * dayMs);
