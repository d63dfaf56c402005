/** Steps at which people count seconds and minutes. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400].map((seconds) => seconds * 1000);
const mostTicks = 5;

/** At most five round values from zero that reach to the largest one. */
export function countTicks(largest: number): number[] {
  const rough = Math.max(1, largest) / (mostTicks - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? 10 * power);
  return upTo(step, largest);
}

/** The same of milliseconds. */
export function timeTicks(largest: number): number[] {
  const rough = Math.max(1, largest) / (mostTicks - 1);
  return upTo(timeSteps.find((step) => step >= rough) ?? Math.ceil(rough / 86_400_000) * 86_400_000, largest);
}

/** Shares have one scale, so that two charts of them can be compared. */
export const shareTicks: readonly number[] = [0, 0.25, 0.5, 0.75, 1];

const upTo = (step: number, largest: number): number[] => Array.from({ length: Math.max(1, Math.ceil(largest / step)) + 1 }, (_, n) => n * step);

/** Which of so many places have a name: at most five, evenly, the first one among them. */
export function named(count: number): number[] {
  const step = Math.max(1, Math.ceil(count / mostTicks));
  return Array.from({ length: Math.ceil(count / step) }, (_, n) => n * step);
}

/** Heights for labels at the ends of lines that do not lie upon each other. */
export function apart(at: readonly number[], least: number, lowest: number): number[] {
  const order = at.map((_, index) => index).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0));
  const placed = [...at];
  let above = -Infinity;
  for (const index of order) above = placed[index] = Math.max(placed[index] ?? 0, above + least);
  let below = lowest;
  for (const index of order.reverse()) {
    placed[index] = Math.min(placed[index] ?? 0, below);
    below = (placed[index] ?? 0) - least;
  }
  return placed;
}
