import type { Sample, Way } from './sample';

export type Level = 'good' | 'fair' | 'bad';

/** How one direction came through lately; undefined what is not known. */
export interface Figures {
  lossPercent: number | undefined;
  jitterMs: number | undefined;
}

export interface Reading {
  received: Figures;
  sent: Figures;
  rttMs: number | undefined;
  codec: string;
}

/** From these on sound is fair, or bad. */
const limits = {
  fair: { lossPercent: 1, jitterMs: 30, rttMs: 200 },
  bad: { lossPercent: 3, jitterMs: 60, rttMs: 400 },
} as const;

type Measure = keyof typeof limits.bad;

/** How good one figure is; what is not known is not held against anybody. */
export function levelOfFigure(measure: Measure, value: number | undefined): Level {
  if (value === undefined || value < limits.fair[measure]) return 'good';
  return value < limits.bad[measure] ? 'fair' : 'bad';
}

function figures(first: Way, last: Way, all: readonly Way[]): Figures {
  const packets = last.packets - first.packets;
  // A new connection counts from nothing.
  const lost = Math.max(0, last.lost - first.lost);
  return { lossPercent: packets > 0 ? (100 * lost) / packets : undefined, jitterMs: mean(all.map(({ jitterMs }) => jitterMs)) };
}

/** The mean of what is known. */
export function mean(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : undefined;
}

/** What the samples of the last seconds say together, the oldest first. */
export function readingOf(samples: readonly Sample[]): Reading | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || first === last) return undefined;
  return {
    received: figures(first.received, last.received, samples.map(({ received }) => received)),
    sent: figures(first.sent, last.sent, samples.map(({ sent }) => sent)),
    rttMs: mean(samples.map(({ rttMs }) => rttMs)),
    codec: last.codec,
  };
}

const order: readonly Level[] = ['good', 'fair', 'bad'];
const worst = (levels: readonly Level[]): Level => order[Math.max(...levels.map((level) => order.indexOf(level)))] ?? 'good';

const levelOfWay = ({ lossPercent, jitterMs }: Figures): Level => worst([levelOfFigure('lossPercent', lossPercent), levelOfFigure('jitterMs', jitterMs)]);

/** As good as its worst figure. */
export const levelOf = ({ received, sent, rttMs }: Reading): Level => worst([levelOfWay(received), levelOfWay(sent), levelOfFigure('rttMs', rttMs)]);

export interface Judgement {
  shown: Level;
  /** Since when it measures on the other side of bad than is shown. */
  crossing?: number;
}

// An indicator that cries wolf is not looked at.
const badAfterMs = 4000;
const backAfterMs = 8000;

/** What is shown after one more look: bad only when it lasts, and it stays until it has been better for longer. */
export function judge(before: Judgement, level: Level, at: number): Judgement {
  const isBad = level === 'bad';
  if ((before.shown === 'bad') === isBad) return { shown: level };
  const crossing = before.crossing ?? at;
  if (at - crossing >= (isBad ? badAfterMs : backAfterMs)) return { shown: level };
  return { shown: isBad ? 'fair' : 'bad', crossing };
}

/** What most likely makes it bad. far: on the other side of the phone system; all others are in this network. */
export type Cause = 'far' | 'slow' | 'upload' | 'download' | 'unsteady';

export function causeOf({ received, sent, rttMs }: Reading): Cause {
  const is = (level: Level, measure: Measure, value: number | undefined) => levelOfFigure(measure, value) === level;
  if (is('bad', 'rttMs', rttMs)) return 'slow';
  if (is('bad', 'lossPercent', received.lossPercent)) return 'download';
  if (is('bad', 'lossPercent', sent.lossPercent)) return 'upload';
  // What comes unevenly over a way that is even in all else was uneven before.
  const even = is('good', 'lossPercent', received.lossPercent) && levelOfWay(sent) === 'good' && is('good', 'rttMs', rttMs);
  return even ? 'far' : 'unsteady';
}
