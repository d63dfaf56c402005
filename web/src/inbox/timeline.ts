import type { Call, Note } from '../api/types';

export type TimelineItem = { at: string; call: Call; note?: undefined } | { at: string; note: Note; call?: undefined };

export interface Day {
  /** Any time of the day; the first item's. */
  at: string;
  items: TimelineItem[];
}

const dayKey = (iso: string): string => new Date(iso).toDateString();

/** Calls and notes in one order, oldest first, by calendar day. */
export function byDay(calls: Call[], notes: Note[]): Day[] {
  const items: TimelineItem[] = [
    ...calls.map((call) => ({ at: call.startedAt, call })),
    ...notes.map((note) => ({ at: note.createdAt, note })),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const days: Day[] = [];
  for (const item of items) {
    const last = days.at(-1);
    if (last && dayKey(last.at) === dayKey(item.at)) last.items.push(item);
    else days.push({ at: item.at, items: [item] });
  }
  return days;
}
