import type { Call, Note, TimelineEvent } from '../../shared/api/types';

export type TimelineItem =
  | { at: string; call: Call; note?: undefined; events?: undefined }
  | { at: string; note: Note; call?: undefined; events?: undefined }
  | { at: string; events: TimelineEvent[]; call?: undefined; note?: undefined };

export interface Day {
  /** Any time of the day; the first item's. */
  at: string;
  items: TimelineItem[];
}

const dayKey = (iso: string): string => new Date(iso).toDateString();

/** Calls, notes and what was done, in one order, oldest first, by calendar day; what was done one after another stands together. */
export function byDay(calls: readonly Call[], notes: readonly Note[], events: readonly TimelineEvent[] = []): Day[] {
  const items: TimelineItem[] = [
    ...calls.map((call) => ({ at: call.startedAt, call })),
    ...notes.map((note) => ({ at: note.createdAt, note })),
    ...events.map((event) => ({ at: event.at, events: [event] })),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const days: Day[] = [];
  for (const item of items) {
    const last = days.at(-1);
    const before = last?.items.at(-1);
    const sameDay = last && dayKey(last.at) === dayKey(item.at);
    if (sameDay && item.events && before?.events) before.events.push(...item.events);
    else if (sameDay) last.items.push(item);
    else days.push({ at: item.at, items: [item] });
  }
  return days;
}
