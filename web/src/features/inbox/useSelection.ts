import { useState } from 'react';

export interface Selection {
  /** The ids chosen one by one. */
  ids: ReadonlySet<string>;
  /** All that the list's filter finds, whether it is loaded or not. */
  everything: boolean;
  toggle: (id: string) => void;
  /** From the one chosen last to this one. */
  reach: (id: string) => void;
  add: (ids: readonly string[]) => void;
  chooseEverything: () => void;
  clear: () => void;
}

/** Which rows are chosen for something that is done to all of them (MISS-3). */
export function useSelection(rows: readonly { id: string }[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [everything, setEverything] = useState(false);
  const [last, setLast] = useState<string>();
  const choose = (next: Iterable<string>) => {
    setIds(new Set(next));
    setEverything(false);
  };
  return {
    ids,
    everything,
    toggle: (id) => {
      choose(ids.has(id) ? [...ids].filter((other) => other !== id) : [...ids, id]);
      setLast(id);
    },
    reach: (id) => {
      const [from, to] = [rows.findIndex((row) => row.id === last), rows.findIndex((row) => row.id === id)].sort((a, b) => a - b);
      choose([...ids, ...(from === undefined || from < 0 ? [id] : rows.slice(from, (to ?? from) + 1).map((row) => row.id))]);
      setLast(id);
    },
    add: (more) => choose([...ids, ...more]),
    chooseEverything: () => setEverything(true),
    clear: () => choose([]),
  };
}
