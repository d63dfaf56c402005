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

export const longDate = (iso: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'full' }).format(Date.parse(iso));

export const exactTime = (iso: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(Date.parse(iso));
