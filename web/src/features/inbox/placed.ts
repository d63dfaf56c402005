import type { Note, Recording } from '../../shared/api/types';
import type { Gap } from './journal';

/** What stands in a recording, in hundredths of its length. */
export interface Placed {
  gaps: { gap: Gap; left: number; width: number }[];
  notes: { note: Note; left: number; seconds: number }[];
}

/** Where the call's holds and pauses and the notes that were written meanwhile stand in its recording. */
export function placed({ startedAt, durationMs = 0 }: Pick<Recording, 'startedAt' | 'durationMs'>, gaps: readonly Gap[], notes: readonly Note[]): Placed {
  if (durationMs <= 0) return { gaps: [], notes: [] };
  const begin = Date.parse(startedAt);
  const within = (time: number) => Math.min(durationMs, Math.max(0, time - begin));
  return {
    gaps: gaps.flatMap((gap) => {
      const [from, to] = [within(gap.from), within(gap.to)];
      return to > from ? [{ gap, left: (from / durationMs) * 100, width: ((to - from) / durationMs) * 100 }] : [];
    }),
    notes: notes.flatMap((note) => {
      const ms = Date.parse(note.createdAt) - begin;
      return ms >= 0 && ms <= durationMs ? [{ note, left: (ms / durationMs) * 100, seconds: ms / 1000 }] : [];
    }),
  };
}
