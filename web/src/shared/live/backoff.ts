const firstMs = 500;
const longestMs = 10_000;

/** Milliseconds to wait before attempt n (from 0): doubling, with up to a quarter of jitter so that desks do not come back all at once. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 10));
  return Math.round(base * (1 + random() / 4));
}
