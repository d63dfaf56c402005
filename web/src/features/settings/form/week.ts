import type { Hours, Override, Period } from '../queries';

export const minutesOfDay = 1440;
/** What drawing with the pointer snaps to, in minutes. */
export const step = 30;

/** Monday first, as an office reads its week; the numbers are those of the API, Sunday is 0. */
export const weekdays = [1, 2, 3, 4, 5, 6, 0] as const;

/** The words of each weekday, by its number. */
export const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const pad = (n: number) => String(n).padStart(2, '0');

/** 540 is 09:00; the end of the day is 24:00. */
export const timeText = (minute: number): string => `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;

/** What a time input holds: it knows no 24:00. */
export const inputText = (minute: number): string => timeText(minute % minutesOfDay);

export function minuteOf(text: string, end: boolean): number | undefined {
  const [hours, minutes] = text.split(':').map(Number);
  if (hours === undefined || minutes === undefined || Number.isNaN(hours) || Number.isNaN(minutes)) return undefined;
  const minute = hours * 60 + minutes;
  return end && minute === 0 ? minutesOfDay : minute;
}

/** Periods in their order, those that touch or overlap made one. */
export function tidy(periods: readonly Period[]): Period[] {
  const tidied: Period[] = [];
  for (const period of [...periods].sort((a, b) => a.from - b.from)) {
    const last = tidied.at(-1);
    if (last && period.from <= last.to) last.to = Math.max(last.to, period.to);
    else tidied.push({ ...period });
  }
  return tidied;
}

export const officeHours = (): Hours => ({ week: Array.from({ length: 7 }, (_, day) => (day === 0 || day === 6 ? [] : [{ from: 540, to: 1080 }])) });

interface LocalTime {
  date: string;
  weekday: number;
  minute: number;
}

const weekdayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

export function localTime(at: number, timeZone: string): LocalTime {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short', hour: '2-digit', minute: '2-digit' })
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    weekday: weekdayNames.indexOf(parts.weekday ?? ''),
    minute: Number(parts.hour) * 60 + Number(parts.minute),
  };
}

/** Whether calls are taken at a moment: what was switched by hand, or else the hours (IN-10). */
export function operating(hours: Hours | undefined, override: Override | undefined, at: number, timeZone: string): boolean {
  if (override && (!override.until || Date.parse(override.until) > at)) return override.open;
  if (!hours) return true;
  const { date, weekday, minute } = localTime(at, timeZone);
  const holiday = hours.holidays?.find((day) => day.date === date);
  const periods = holiday ? (holiday.periods ?? []) : (hours.week[weekday] ?? []);
  return periods.some(({ from, to }) => from <= minute && minute < to);
}
