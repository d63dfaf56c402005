import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { flushSync } from 'react-dom';
import { ApiError } from '../../shared/api/problem';
import { same } from './same';

type Keys<T> = Extract<keyof T, string>;

/** What is wrong with a value before anything is sent; undefined when nothing is. */
export type Check<T> = (key: Keys<T>, values: T) => string | undefined;

interface Options<T> {
  /** What the server has. */
  saved: T;
  /** What the server has now, so that somebody else's change is seen before it is written over. */
  fresh?: () => Promise<T | undefined>;
  save: (values: T, edits: Partial<T>) => Promise<unknown>;
  check?: Check<T>;
  onSaved?: () => void;
}

export interface PageForm<T> {
  values: T;
  set: <K extends Keys<T>>(key: K, value: T[K]) => void;
  /** What differs from what the server has. */
  changed: Keys<T>[];
  reset: () => void;
  submit: () => void;
  saving: boolean;
  /** The words beside a field. */
  errorOf: (key: Keys<T>) => ErrorOf | undefined;
  /** What was refused as a whole, or at a field that the page does not know. */
  error: unknown;
  /** Others' values where they changed what I am changing. */
  conflicts: Partial<T>;
  /** My values stay, although others have changed the same. */
  keepMine: () => void;
  takeTheirs: () => void;
}

/** Either my own words or the server's problem. */
export type ErrorOf = { text: string } | { problem: ApiError };

class Changed extends Error {}
class Invalid extends Error {}

/**
 * A page's form: what I have changed, and nothing else. What I have not touched follows the server; where others have
 * changed what I am changing, both values are known until I decide.
 */
export function usePageForm<T extends object>({ saved, fresh, save, check, onSaved }: Options<T>): PageForm<T> {
  const [edits, setEdits] = useState<Partial<T>>({});
  const [bases, setBases] = useState<Partial<T>>({});
  const values: T = { ...saved, ...edits };
  const changed = (Object.keys(edits) as Keys<T>[]).filter((key) => !same(edits[key], saved[key]));
  const conflictsWith = (now: T): Partial<T> =>
    Object.fromEntries(changed.filter((key) => !same(bases[key], now[key])).map((key) => [key, now[key]])) as unknown as Partial<T>;
  const wrong = check ? changed.map((key) => [key, check(key, values)] as const).filter(([, text]) => text) : [];

  const submit = useMutation({
    mutationFn: async () => {
      if (wrong.length > 0) throw new Invalid();
      const now = (await fresh?.()) ?? saved;
      if (Object.keys(conflictsWith(now)).length > 0) throw new Changed();
      await save({ ...now, ...edits }, edits);
      await fresh?.();
    },
    onSuccess: () => {
      // What is saved keeps nobody on the page: that must stand before somebody is led on.
      flushSync(() => {
        setEdits({});
        setBases({});
      });
      onSaved?.();
    },
  });

  const refused = submit.error instanceof ApiError ? submit.error : undefined;
  // A field inside another, such as settings.fallback.0.team, belongs to the one that the page shows: fallback. A command's keys are a field each.
  const at = refused?.field?.replace(/^(settings|keys)\./, '').split('.')[0];
  return {
    values,
    set: (key, value) => {
      if (submit.error) submit.reset();
      setBases((before) => (key in before ? before : { ...before, [key]: saved[key] }));
      setEdits((before) => ({ ...before, [key]: value }));
    },
    changed,
    reset: () => {
      setEdits({});
      setBases({});
      submit.reset();
    },
    submit: () => submit.mutate(),
    saving: submit.isPending,
    errorOf: (key) => {
      const own = submit.error instanceof Invalid ? wrong.find(([at]) => at === key)?.[1] : undefined;
      if (own) return { text: own };
      return refused && at === key ? { problem: refused } : undefined;
    },
    error: submit.error instanceof Changed || submit.error instanceof Invalid ? undefined : submit.error,
    conflicts: conflictsWith(saved),
    keepMine: () => {
      setBases(Object.fromEntries(changed.map((key) => [key, saved[key]])) as unknown as Partial<T>);
      submit.reset();
    },
    takeTheirs: () => {
      const theirs = Object.keys(conflictsWith(saved));
      setEdits((before) => Object.fromEntries(Object.entries(before).filter(([key]) => !theirs.includes(key))) as Partial<T>);
      setBases((before) => Object.fromEntries(Object.entries(before).filter(([key]) => !theirs.includes(key))) as Partial<T>);
      submit.reset();
    },
  };
}
