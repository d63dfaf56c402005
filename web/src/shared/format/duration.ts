const pad = (n: number) => String(n).padStart(2, '0');

/** A running timer or a length: 0:07, 12:34, 1:02:03. Negative and invalid lengths count as zero. */
export function clock(milliseconds: number): string {
  const seconds = Number.isFinite(milliseconds) ? Math.max(0, Math.floor(milliseconds / 1000)) : 0;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = seconds % 60;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}

/** Milliseconds between two RFC 3339 times; undefined where either is missing. */
export function between(from: string | undefined, to: string | undefined): number | undefined {
  if (!from || !to) return undefined;
  return Math.max(0, Date.parse(to) - Date.parse(from));
}

const units = [
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A length that somebody has set, in words: 1시간 30분, 1 hour 30 minutes. */
export function spelled(seconds: number, locale: string): string {
  let rest = Math.max(0, Math.round(seconds));
  const parts = units.flatMap(([unit, length]) => {
    const count = Math.floor(rest / length);
    rest %= length;
    return count > 0 ? [new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count)] : [];
  });
  return parts.join(' ') || new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', unitDisplay: 'long' }).format(0);
}
