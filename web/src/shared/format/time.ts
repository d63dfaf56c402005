const dayMs = 86_400_000;

const startOfDay = (time: number): number => new Date(time).setHours(0, 0, 0, 0);

/** Whole days from the calendar day of `time` to that of `now`. */
export const daysAgo = (time: number, now: number): number =>
  Math.round((startOfDay(now) - startOfDay(time)) / dayMs);

/** The short time of a list row: 14:05 today, the weekday within a week, the date before that. */
export function listTime(iso: string, locale: string, now: number): string {
  const time = Date.parse(iso);
  const days = daysAgo(time, now);
  if (days <= 0) return timeOfDay(iso, locale);
  if (days < 7) return new Intl.DateTimeFormat(locale, { weekday: 'short' }).format(time);
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale, sameYear ? { month: 'short', day: 'numeric' } : { year: 'numeric', month: 'short', day: 'numeric' }).format(time);
}

export const timeOfDay = (iso: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(Date.parse(iso));

/** To the second, for what happened a moment ago: 14:05:12. */
export const secondOfDay = (time: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }).format(time);

/** The time of day, with its day when that is not today, and with the year when it is another. */
export function dayAndTime(iso: string, locale: string, now: Date = new Date()): string {
  const date = new Date(iso);
  const year: Intl.DateTimeFormatOptions = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' };
  const day: Intl.DateTimeFormatOptions = date.toDateString() === now.toDateString() ? {} : { ...year, month: 'short', day: 'numeric' };
  return new Intl.DateTimeFormat(locale, { ...day, hour: 'numeric', minute: '2-digit' }).format(date);
}

export const longDate = (iso: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'full' }).format(Date.parse(iso));

/** To the second and with the year, for what must not be mistaken. */
export const exactTime = (iso: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(Date.parse(iso));

/** Weekday and time, for a moment of the next days. */
export const moment = (at: Date, locale: string): string =>
  new Intl.DateTimeFormat(locale, { weekday: 'short', hour: 'numeric', minute: '2-digit' }).format(at);
