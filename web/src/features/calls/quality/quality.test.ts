import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallQualityReport } from '../../../shared/api/types';
import { causeOf, judge, levelOf, readingOf, type Cause, type Judgement, type Level, type Reading } from './judge';
import { sampleOf, type Sample, type StatsEntry } from './sample';

const put = vi.hoisted(() => vi.fn<(path: string, options: { body: CallQualityReport }) => Promise<void>>(() => Promise.resolve()));
vi.mock('../../../shared/api/client', () => ({ client: { PUT: put } }));
const { QualityMonitor } = await import('./monitor');

const well: Reading = { received: { lossPercent: 0, jitterMs: 2 }, sent: { lossPercent: 0, jitterMs: 2 }, rttMs: 40, codec: 'opus' };
const way = (lossPercent: number | undefined, jitterMs?: number) => ({ lossPercent, jitterMs });

describe('sound quality (CALL-1)', () => {
  it.each([
    ['all is well', {}, 'good'],
    ['nothing is known', { received: way(undefined), sent: way(undefined), rttMs: undefined }, 'good'],
    ['just under each limit', { received: way(0.99, 29.9), sent: way(0.99, 29.9), rttMs: 199 }, 'good'],
    ['1 % of what comes is lost', { received: way(1) }, 'fair'],
    ['30 ms of jitter on the way out', { sent: way(0, 30) }, 'fair'],
    ['200 ms there and back', { rttMs: 200 }, 'fair'],
    ['just under each of the next', { received: way(2.99, 59.9), sent: way(2.99, 59.9), rttMs: 399 }, 'fair'],
    ['3 % of what goes out is lost', { sent: way(3) }, 'bad'],
    ['60 ms of jitter', { received: way(0, 60) }, 'bad'],
    ['400 ms there and back', { rttMs: 400 }, 'bad'],
  ] satisfies [string, Partial<Reading>, Level][])('when %s', (_, rest, level) => {
    expect(levelOf({ ...well, ...rest })).toBe(level);
  });

  it.each([
    ['bad at once, shown after 4 s', 'ggbbb', 'ggffb'],
    ['bad for a moment only', 'gbbgbbg', 'gffgffg'],
    ['better at once, shown after 8 s', 'bbbgggggf', 'ffbbbbbgf'],
    ['better for a moment only', 'bbbgggbgggg', 'ffbbbbbbbbb'],
    ['good and fair change at once', 'gfgf', 'gfgf'],
  ])('does not cry wolf: %s', (_, measured, shown) => {
    const level = { g: 'good', f: 'fair', b: 'bad' } as const;
    let now: Judgement = { shown: 'good' };
    const said = [...measured].map((letter, i) => {
      now = judge(now, level[letter as keyof typeof level], i * 2000);
      return now.shown[0];
    });
    expect(said.join('')).toBe(shown);
  });

  it.each([
    ['slow', { rttMs: 500, received: way(9) }],
    ['download', { received: way(5, 80), sent: way(5) }],
    ['upload', { sent: way(5, 80) }],
    ['far', { received: way(0, 80) }],
    ['unsteady', { received: way(0, 80), sent: way(0, 40) }],
  ] satisfies [Cause, Partial<Reading>][])('tells the likeliest cause: %s', (cause, rest) => {
    expect(causeOf({ ...well, ...rest })).toBe(cause);
  });
});

const entries = (rest: Partial<Record<'received' | 'lost' | 'sent' | 'sentLost' | 'energy' | 'seconds', number>> = {}): StatsEntry[] => [
  { id: 'c', type: 'codec', mimeType: 'audio/opus' },
  { id: 'i', type: 'inbound-rtp', kind: 'audio', packetsReceived: rest.received ?? 0, packetsLost: rest.lost ?? 0, jitter: 0.004, codecId: 'c', totalAudioEnergy: rest.energy ?? 0, totalSamplesDuration: rest.seconds ?? 0 },
  { id: 'o', type: 'outbound-rtp', kind: 'audio', packetsSent: rest.sent ?? 0 },
  { id: 'r', type: 'remote-inbound-rtp', kind: 'audio', packetsLost: rest.sentLost ?? 0, jitter: 0.002, roundTripTime: 0.05 },
  { id: 'p', type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 0.04 },
];

describe('what the browser has counted (CALL-1)', () => {
  it('is read from its statistics', () => {
    expect(sampleOf(entries({ received: 95, lost: 5, sent: 100, sentLost: -1 }), 7)).toEqual({
      at: 7,
      received: { packets: 100, lost: 5, jitterMs: 4 },
      sent: { packets: 100, lost: 0, jitterMs: 2 },
      rttMs: 40,
      energy: 0,
      seconds: 0,
      codec: 'opus',
    } satisfies Sample);
    expect(sampleOf([{ id: 'c', type: 'codec' }], 7)).toBeUndefined();
  });

  it('is taken together over the window', () => {
    const at = (seconds: number, received: number, lost: number) => sampleOf(entries({ received, lost, sent: received }), seconds * 1000)!;
    expect(readingOf([at(0, 1000, 100), at(2, 1090, 110), at(4, 1180, 120)])).toEqual({
      received: { lossPercent: 10, jitterMs: 4 },
      sent: { lossPercent: 0, jitterMs: 2 },
      rttMs: 40,
      codec: 'opus',
    });
    expect(readingOf([at(0, 1000, 100)])).toBeUndefined();
  });
});

describe('the monitor of a call’s sound (CALL-1)', () => {
  let now: StatsEntry[] | undefined;
  let counted = { received: 0, lost: 0, sent: 0, energy: 0, seconds: 0 };
  const monitor = () => {
    const made = new QualityMonitor('call-1', () => Promise.resolve(now));
    made.start();
    made.follow(true, false);
    return made;
  };
  /** A second passes, in which so much comes. */
  const seconds = async (n: number, more: Partial<typeof counted>) => {
    for (let i = 0; i < n; i++) {
      for (const key of ['received', 'lost', 'sent', 'energy', 'seconds'] as const) counted[key] += more[key] ?? 0;
      now = entries(counted);
      await vi.advanceTimersByTimeAsync(1000);
    }
  };
  const talk = { received: 50, sent: 50, energy: 0.01, seconds: 1 };
  const silence = { ...talk, energy: 1e-9 };

  beforeEach(() => {
    vi.useFakeTimers();
    counted = { received: 0, lost: 0, sent: 0, energy: 0, seconds: 0 };
    put.mockClear();
  });
  afterEach(() => vi.useRealTimers());

  it('measures, and reports once the call is over', async () => {
    const made = monitor();
    await seconds(10, talk);
    expect(made.view()).toMatchObject({ level: 'good', sound: 'heard', cause: undefined });
    await seconds(10, { ...talk, received: 40, lost: 10 });
    expect(made.view()).toMatchObject({ level: 'bad', cause: 'download' });
    made.end();
    expect(put).toHaveBeenCalledOnce();
    const [path, { body }] = put.mock.calls[0]!;
    expect(path).toBe('/calls/{id}/quality');
    expect(body).toMatchObject({ seconds: 18, silentSeconds: 0, codec: 'opus', rttMs: 40, received: { packets: 900, lost: 100, jitterMs: 4 }, sent: { packets: 900, lost: 0, jitterMs: 2 } });
    expect(body.badSeconds).toBeGreaterThanOrEqual(4);
    expect(body.badSeconds + body.fairSeconds).toBeLessThanOrEqual(12);
    await vi.advanceTimersByTimeAsync(5000);
    expect(put).toHaveBeenCalledOnce();
  });

  it('says within 3 s that nothing comes, and when it does again', async () => {
    const made = monitor();
    await seconds(5, talk);
    await seconds(2, {});
    expect(made.view().sound).toBe('heard');
    await seconds(1, {});
    expect(made.view().sound).toBe('lost');
    await seconds(1, talk);
    expect(made.view().sound).toBe('heard');
  });

  it('does not take a far side from which only silence comes for a broken line, nor who listens for one who is gone', async () => {
    const made = monitor();
    await seconds(5, talk);
    await seconds(9, silence);
    expect(made.view().sound).toBe('heard');
    await seconds(1, silence);
    expect(made.view().sound).toBe('farSilent');
    await seconds(3, {});
    expect(made.view().sound).toBe('lost');
    await seconds(1, talk);
    expect(made.view().sound).toBe('heard');
  });

  it('expects nothing while the customer is on hold, nor before there is a talk', async () => {
    const made = monitor();
    made.follow(true, true);
    await seconds(6, {});
    expect(made.view().sound).toBe('heard');
    made.follow(false, false);
    await seconds(6, {});
    expect(made.view().sound).toBe('heard');
    made.follow(true, false);
    await seconds(2, {});
    expect(made.view().sound).toBe('heard');
    await seconds(1, {});
    expect(made.view().sound).toBe('lost');
  });

  it('starts anew with a connection that was made anew', async () => {
    const made = monitor();
    await seconds(6, talk);
    counted = { received: 0, lost: 0, sent: 0, energy: 0, seconds: 0 };
    await seconds(6, talk);
    expect(made.view()).toMatchObject({ level: 'good', sound: 'heard' });
    made.end();
    expect(put.mock.calls[0]?.[1].body.received.lost).toBe(0);
  });

  it('reports nothing of a call without sound', () => {
    monitor().end();
    expect(put).not.toHaveBeenCalled();
  });
});
