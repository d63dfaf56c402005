import { attempt } from './attempt';

// Where the browser keeps nothing (cookies blocked), choices last as long as the page.
const kept = new Map<string, string>();

export const recall = (key: string): string | undefined => attempt(() => localStorage.getItem(key) ?? undefined, undefined) ?? kept.get(key);

/** `undefined` forgets. */
export function keep(key: string, value: string | undefined): void {
  if (value === undefined) kept.delete(key);
  else kept.set(key, value);
  attempt(() => {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  }, undefined);
}
