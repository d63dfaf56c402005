// The server's clock decides all times; a desk whose own clock is wrong would show wrong timers.
// The Date header has a resolution of one second, so only a difference above two is corrected.
const worthCorrectingMs = 2000;
let offsetMs = 0;

export function noteServerDate(date: string | null): void {
  const server = date ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(server)) return;
  const difference = server - Date.now();
  offsetMs = Math.abs(difference) > worthCorrectingMs ? difference : 0;
}

/** Milliseconds since 1970 by the server's clock. */
export const serverNow = (): number => Date.now() + offsetMs;
