import { createContext, use } from 'react';

/** What an agent does with the conversation that is open: a menu of its header, the field for notes, a call; or the search in its list. */
export type Wanted = 'assign' | 'team' | 'tags' | 'snooze' | 'more' | 'note' | 'call' | 'search';

interface Wishes {
  wanted: Wanted | undefined;
  /** `undefined` when it is done. */
  want: (next: Wanted | undefined) => void;
}

export const WantedContext = createContext<Wishes | null>(null);

/** What was asked for by a key or a click in the header; one thing at a time is open. */
export function useWanted(): Wishes {
  const wishes = use(WantedContext);
  if (!wishes) throw new Error('useWanted needs a WantedContext');
  return wishes;
}
