import { client } from '../../../shared/api/client';
import type { CallQualityReport } from '../../../shared/api/types';
import { causeOf, judge, levelOf, mean, readingOf, type Cause, type Judgement, type Level, type Reading } from './judge';
import { isHeard, sampleOf, type Sample, type StatsEntry } from './sample';

/**
 * lost: nothing comes, so the line is broken somewhere. farSilent: sound comes, and there is nothing in it, as of a muted telephone.
 */
export type Sound = 'heard' | 'lost' | 'farSilent';

export interface QualityView {
  /** Undefined until it is measured. */
  level: Level | undefined;
  reading: Reading | undefined;
  /** While it is bad: what made it so. */
  cause: Cause | undefined;
  sound: Sound;
}

const tickMs = 1000;
/** Every second look is one of the quality, over the last five of them. */
const looksEvery = 2;
const windowMs = 10_000;
const lostMs = 3000;
/** Who listens is silent, too, but not so silent for so long. */
const silentMs = 10_000;

type Stats = () => Promise<Iterable<StatsEntry> | undefined>;

/** Whether the sound of one call comes through, as this browser measures it, and the report of it at the end. */
export class QualityMonitor {
  private current: QualityView = { level: undefined, reading: undefined, cause: undefined, sound: 'heard' };
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private ticks = 0;
  private window: Sample[] = [];
  private judgement: Judgement = { shown: 'good' };
  private talking = false;
  private held = false;
  private before: Sample | undefined;
  /** When packets came last, and when something was in them. */
  private cameAt = 0;
  private heardAt = 0;
  private readonly sums = new Sums();

  constructor(
    private readonly callId: string,
    private readonly stats: Stats,
  ) {}

  readonly view = (): QualityView => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  start(): void {
    this.cameAt = this.heardAt = Date.now();
    this.timer = setInterval(() => void this.look(), tickMs);
  }

  /** Whether there is a talk, and whether the customer is on hold: then nobody may be there to be heard. */
  follow(talking: boolean, held: boolean): void {
    if (!this.expected && talking && !held) this.cameAt = this.heardAt = Date.now();
    this.talking = talking;
    this.held = held;
  }

  /** Sends the report, if there is anything to report. */
  end(): void {
    clearInterval(this.timer);
    const body = this.sums.report();
    if (body) void client.PUT('/calls/{id}/quality', { params: { path: { id: this.callId } }, body }).catch(() => undefined);
  }

  private get expected(): boolean {
    return this.talking && !this.held;
  }

  private async look(): Promise<void> {
    const entries = await this.stats().catch(() => undefined);
    const at = Date.now();
    const sample = entries && sampleOf(entries, at);
    const sound = this.listen(sample, at);
    this.ticks += 1;
    if (this.talking && sound === 'lost') this.sums.silent += tickMs / 1000;
    if (sample && this.ticks % looksEvery === 0) this.measure(sample);
    if (sound !== this.current.sound) this.show({ sound });
  }

  private listen(sample: Sample | undefined, at: number): Sound {
    const { before } = this;
    this.before = sample;
    if (sample && sample.received.packets !== before?.received.packets) this.cameAt = at;
    if (sample && isHeard(before, sample)) this.heardAt = at;
    if (!this.expected) return 'heard';
    if (at - this.cameAt >= lostMs) return 'lost';
    return at - this.heardAt >= silentMs ? 'farSilent' : 'heard';
  }

  private measure(sample: Sample): void {
    const last = this.window.at(-1);
    // A connection made anew counts from nothing.
    if (last && (sample.received.packets < last.received.packets || sample.sent.packets < last.sent.packets)) this.window = [];
    this.window = [...this.window.filter(({ at }) => at >= sample.at - windowMs), sample];
    const reading = readingOf(this.window);
    if (!reading) return;
    const measured = levelOf(reading);
    this.judgement = judge(this.judgement, measured, sample.at);
    const level = this.judgement.shown;
    if (this.talking) this.sums.add(this.window.slice(-2), level);
    // It is shown for longer than it is measured.
    const cause = measured === 'bad' ? causeOf(reading) : this.current.cause;
    this.show({ level, reading, cause: level === 'bad' ? cause : undefined });
  }

  private show(change: Partial<QualityView>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener();
  }
}

/** What the report at the end is made of. */
class Sums {
  silent = 0;
  private readonly seconds = { good: 0, fair: 0, bad: 0 };
  private readonly packets = { received: { packets: 0, lost: 0 }, sent: { packets: 0, lost: 0 } };
  private readonly means: Record<'received' | 'sent' | 'rtt', (number | undefined)[]> = { received: [], sent: [], rtt: [] };
  private codec = '';

  add([before, now]: readonly Sample[], level: Level): void {
    if (!before || !now) return;
    this.seconds[level] += (now.at - before.at) / 1000;
    for (const way of ['received', 'sent'] as const) {
      this.packets[way].packets += now[way].packets - before[way].packets;
      this.packets[way].lost += Math.max(0, now[way].lost - before[way].lost);
      this.means[way].push(now[way].jitterMs);
    }
    this.means.rtt.push(now.rttMs);
    this.codec = now.codec || this.codec;
  }

  report(): CallQualityReport | undefined {
    const { good, fair, bad } = this.seconds;
    const seconds = Math.floor(good + fair + bad);
    if (seconds < 1) return undefined;
    const badSeconds = Math.min(Math.round(bad), seconds);
    const way = (name: 'received' | 'sent') => {
      const { packets, lost } = this.packets[name];
      return { packets, lost: Math.min(lost, packets), jitterMs: Math.round(mean(this.means[name]) ?? 0) };
    };
    return {
      seconds,
      badSeconds,
      fairSeconds: Math.min(Math.round(fair), seconds - badSeconds),
      silentSeconds: Math.min(Math.round(this.silent), seconds),
      codec: this.codec,
      rttMs: Math.round(mean(this.means.rtt) ?? 0),
      received: way('received'),
      sent: way('sent'),
    };
  }
}
