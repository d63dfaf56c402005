import { useSyncExternalStore } from 'react';

// A ring to try things out with: asked for where agents look at themselves, shown where calls ring.
let practising = false;
const listeners = new Set<() => void>();

function set(to: boolean): void {
  practising = to;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Lets the ring box ring without a call. */
export const practiseRing = (): void => set(true);
export const endPractice = (): void => set(false);

export const usePractising = (): boolean => useSyncExternalStore(subscribe, () => practising);
