// Safari has no idle callbacks; by then its first paint is over.
const otherwiseMs = 200;
/** A page that is never idle gets to it all the same. */
const timeout = 1500;

export function whenIdle(run: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(run, { timeout });
  else setTimeout(run, otherwiseMs);
}
