// The server's clock decides all times; a desk whose own clock is wrong would show wrong timers.
// The Date header has a resolution of one second, so only a difference above two is corrected.
const worthCorrectingMs = 2000;
let offsetMs = 0;
let heldAt: number | undefined;

export function noteServerDate(date: string | null): void {
  const server = date ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(server)) return;
  const difference = server - Date.now();
  offsetMs = Math.abs(difference) > worthCorrectingMs ? difference : 0;
}

/** Stops the clock at a moment, or lets it run again. */
export function holdClock(at: number | undefined): void {
  heldAt = at;
}

/** Milliseconds since 1970 by the server's clock; the moment at which it is held, while it is. */
export const serverNow = (): number => heldAt ?? runningNow();

/** The same, held or not. */
export const runningNow = (): number => Date.now() + offsetMs;
