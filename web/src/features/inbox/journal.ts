import { queryOptions } from '@tanstack/react-query';
import { client, result } from '../../shared/api/client';
import type { JournalEntry } from '../../shared/api/types';
import { keys } from './queries';

/** Everything that happened in a call. One that is over changes no more. */
export const journalQuery = (callId: string, over: boolean) =>
  queryOptions({
    queryKey: [...keys.journal, callId, over] as const,
    queryFn: async () => (await result(client.GET('/calls/{id}/journal', { params: { path: { id: callId } } }))).items,
    staleTime: over ? Infinity : 0,
  });

/** A stretch of a call in which something else went on than the talk. */
export interface Gap {
  kind: 'hold' | 'pause';
  /** In milliseconds since 1970. */
  from: number;
  to: number;
  /** Who put the customer on hold, or paused the recording. */
  by: string;
}

const begins: Record<string, Gap['kind']> = { 'call.held': 'hold', 'recording.paused': 'pause' };
const ends: Record<string, Gap['kind']> = { 'call.released': 'hold', 'recording.resumed': 'pause' };

const nameIn = (entry: JournalEntry): string => (typeof entry.data.name === 'string' ? entry.data.name : '');

/** Holds and pauses of a call in order; one that was never ended lasts as long as the call. */
export function gapsIn(entries: readonly JournalEntry[], end: number): Gap[] {
  const open = new Map<Gap['kind'], Gap>();
  const gaps: Gap[] = [];
  for (const entry of entries) {
    const at = Date.parse(entry.at);
    const beginning = begins[entry.type];
    const over = ends[entry.type];
    if (beginning && !open.has(beginning)) {
      const gap: Gap = { kind: beginning, from: at, to: end, by: nameIn(entry) };
      open.set(beginning, gap);
      gaps.push(gap);
    }
    const running = over && open.get(over);
    if (running) {
      running.to = at;
      open.delete(over);
    }
  }
  return gaps;
}

export const lengthOf = (gaps: readonly Gap[], kind: Gap['kind']): number =>
  gaps.reduce((sum, gap) => (gap.kind === kind ? sum + Math.max(0, gap.to - gap.from) : sum), 0);
