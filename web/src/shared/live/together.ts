// Longer than a frame, and too short for anybody to see.
const pauseMs = 50;

export interface Together<T> {
  (thing: T): void;
  /** Runs with what waits, now. */
  flush: () => void;
}

/**
 * Gives a function that runs with each thing: at once with the first, and with all that follow within a moment together. One
 * thing done to hundreds of conversations comes as hundreds of changes; each drawn by itself would take the page a minute.
 */
export function together<T>(run: (things: readonly T[]) => void): Together<T> {
  let waiting: T[] = [];
  let pause: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(pause);
    pause = undefined;
    if (waiting.length === 0) return;
    const things = waiting;
    waiting = [];
    pause = setTimeout(flush, pauseMs);
    run(things);
  };
  const take = (thing: T) => {
    waiting.push(thing);
    if (!pause) flush();
  };
  return Object.assign(take, { flush });
}
