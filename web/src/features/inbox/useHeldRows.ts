import { useEffect, useState } from 'react';

interface Row {
  id: string;
}

/** The rows with those of before that have left, each where it stood. */
export function withLeft<T extends Row>(before: readonly T[], rows: readonly T[]): T[] {
  const here = new Set(rows.map((row) => row.id));
  const after = new Map<string | undefined, T[]>();
  let last: string | undefined;
  for (const row of before) {
    if (here.has(row.id)) last = row.id;
    else after.set(last, [...(after.get(last) ?? []), row]);
  }
  return [...(after.get(undefined) ?? []), ...rows.flatMap((row) => [row, ...(after.get(row.id) ?? [])])];
}

/**
 * Rows that stand still under the pointer: one that has left its list stays, greyed, until the person does the next thing.
 * `settle` lets them go; none is held while something is done to many.
 */
export function useHeldRows<T extends Row>(rows: readonly T[], holding: boolean): { held: readonly T[]; left: ReadonlySet<string>; settle: () => void } {
  const [known, setKnown] = useState(rows);
  const [held, setHeld] = useState(rows);
  const [was, setWas] = useState(holding);
  if (known !== rows || was !== holding) {
    setKnown(rows);
    setWas(holding);
    // The rows after what was done to many may come in the same moment as its end.
    setHeld(holding && was ? withLeft(held, rows) : rows);
  }
  const here = new Set(known.map((row) => row.id));
  const left = new Set(held.filter((row) => !here.has(row.id)).map((row) => row.id));
  const settle = () => {
    if (left.size > 0) setHeld(known);
  };
  useEffect(() => {
    if (left.size === 0) return;
    const next = () => setHeld(known);
    document.addEventListener('click', next);
    return () => document.removeEventListener('click', next);
  });
  return { held, left, settle };
}
