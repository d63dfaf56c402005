import type { RTCSession } from 'jssip/lib/RTCSession';
import type { Call } from '../api/types';
import { myPart } from '../live/calls';
import { inviteGraceMs, verdict, type SessionFacts } from './verdict';
import { Voice, type VoiceState } from './voice';

interface Held {
  session: RTCSession;
  state: SessionFacts['state'];
  seen: boolean;
  since: number;
  voice: Voice;
  remote?: MediaStream;
}

/** By call id. early: its answer is wanted, its INVITE is on the way. */
export type SessionStates = Readonly<Record<string, SessionFacts['state'] | 'early'>>;

/** By call id; only calls with a microphone. */
export type VoiceStates = Readonly<Record<string, VoiceState>>;

export interface SessionsHandlers {
  onChange: (states: SessionStates) => void;
  onVoices: (voices: VoiceStates) => void;
  /** A microphone that had been unplugged in mid-call is in use again. */
  onVoiceBack: (device: string) => void;
  /** The far side's sound, to be played; null when no call is up. */
  onRemote: (stream: MediaStream | null) => void;
  /** An answer that the live channel asked for (rejoin) failed for want of a microphone. */
  onError: (error: unknown) => void;
  /** The servers that help sound through NAT, as they are known now. */
  iceServers: () => RTCIceServer[];
}

/** The SIP sessions of this browser's phone, one per call, held against what the live channel says. */
export class Sessions {
  private readonly held = new Map<string, Held>();
  /** Who answered before the INVITE came: the live channel shows a ring first, by as much as a second on a bad line. */
  private readonly early = new Map<string, (answered: Promise<void>) => void>();
  private readonly voices = new Map<string, VoiceState>();
  private calls: Readonly<Record<string, Call>> | undefined;

  constructor(
    private readonly agentId: string,
    private readonly handlers: SessionsHandlers,
  ) {}

  get inCall(): boolean {
    return [...this.held.values()].some((held) => held.state !== 'incoming');
  }

  /** Whether an INVITE waits for an answer. */
  get ringing(): boolean {
    return [...this.held.values()].some((held) => held.state === 'incoming');
  }

  /** An INVITE: kept when it names a call that has none yet, otherwise answered "busy here". */
  invited(session: RTCSession, callId: string | undefined): void {
    if (!callId || this.held.has(callId)) {
      session.terminate({ status_code: 486 });
      return;
    }
    const held: Held = { session, state: 'incoming', seen: false, since: Date.now(), voice: this.voiceOf(callId, session) };
    this.held.set(callId, held);
    session.on('accepted', () => this.moved(held, 'up'));
    session.on('icecandidate', ({ candidate, ready }) => {
      if (suffices(candidate)) ready();
    });
    session.on('peerconnection', ({ peerconnection }) => {
      peerconnection.addEventListener('track', (event: RTCTrackEvent) => {
        held.remote = event.streams[0] ?? new MediaStream([event.track]);
        this.handlers.onRemote(held.remote);
      });
    });
    session.on('ended', () => this.forget(callId, held));
    session.on('failed', () => this.forget(callId, held));
    this.changed();
    this.reconcile(this.calls);
    setTimeout(() => this.reconcile(this.calls), inviteGraceMs);
    const wanted = this.early.get(callId);
    this.early.delete(callId);
    wanted?.(this.answer(callId));
  }

  /**
   * Answers, or will when the INVITE comes; without one it never settles. Throws MicrophoneError; the call goes on
   * ringing then.
   */
  async answer(callId: string): Promise<void> {
    const held = this.held.get(callId);
    if (!held) return this.answerEarly(callId);
    if (held.state !== 'incoming') return;
    this.moved(held, 'answering');
    let mediaStream: MediaStream;
    try {
      mediaStream = await held.voice.open();
    } catch (error) {
      this.moved(held, 'incoming');
      throw error;
    }
    if (held.session.isEnded()) return held.voice.close();
    held.session.answer({ mediaStream, pcConfig: { iceServers: this.handlers.iceServers() } });
  }

  private answerEarly(callId: string): Promise<void> {
    return new Promise((resolve) => {
      this.early.set(callId, resolve);
      this.changed();
    });
  }

  setMuted(callId: string, muted: boolean): void {
    this.held.get(callId)?.voice.setMuted(muted);
  }

  /** The running call's own microphone, for the level meter. */
  microphone(callId: string): MediaStream | undefined {
    return this.held.get(callId)?.voice.media;
  }

  /** How many packets of the far side have come in the running call; undefined without one. */
  async packetsHeard(): Promise<number | undefined> {
    const up = [...this.held.values()].findLast(({ state }) => state === 'up');
    if (!up) return undefined;
    let packets = 0;
    const stats = await up.session.connection?.getStats();
    stats?.forEach((entry: { type: string; packetsReceived?: number }) => {
      if (entry.type === 'inbound-rtp') packets += entry.packetsReceived ?? 0;
    });
    return packets;
  }

  /** What the browser has counted of a call's packets; undefined while it has no connection. */
  async stats(callId: string): Promise<RTCStatsReport | undefined> {
    return this.held.get(callId)?.session.connection?.getStats();
  }

  /** Takes the newly chosen microphone into every running call. Throws MicrophoneError. */
  async changeMicrophone(): Promise<void> {
    for (const { voice } of this.held.values()) if (voice.media) await voice.change();
  }

  /** To be called when something was plugged in or out. */
  devicesChanged(): void {
    for (const { voice } of this.held.values()) voice.devicesChanged();
  }

  /** `calls` undefined: the live channel is not connected, nothing can be concluded. */
  reconcile(calls: Readonly<Record<string, Call>> | undefined): void {
    this.calls = calls;
    if (!calls) return;
    this.forgetEarly(calls);
    for (const [callId, held] of [...this.held]) {
      const call = calls[callId];
      const mine = call && myPart(call, this.agentId);
      if (mine?.state === 'joined') held.voice.onlyListens(mine.role === 'supervisor' && mine.supervision === 'listen');
      switch (verdict({ state: held.state, seen: held.seen, ageMs: Date.now() - held.since }, call, this.agentId)) {
        case 'end':
          this.end(held);
          break;
        case 'rejoin':
          held.voice.setMuted(mine?.muted ?? false);
          this.answer(callId).catch(this.handlers.onError);
          break;
        case 'keep':
          if (mine && (mine.state === 'joined' || mine.state === 'ringing')) held.seen = true;
      }
    }
  }

  private forgetEarly(calls: Readonly<Record<string, Call>>): void {
    const over = [...this.early.keys()].filter((callId) => !ringingFor(calls[callId], this.agentId));
    for (const callId of over) this.early.delete(callId);
    if (over.length > 0) this.changed();
  }

  endAll(): void {
    this.early.clear();
    for (const held of [...this.held.values()]) this.end(held);
  }

  private end(held: Held): void {
    if (!held.session.isEnded()) held.session.terminate(held.state === 'up' ? undefined : { status_code: 486 });
  }

  private forget(callId: string, held: Held): void {
    held.voice.close();
    if (this.held.get(callId) !== held) return;
    this.held.delete(callId);
    this.voiceChanged(callId, undefined);
    const playing = [...this.held.values()].findLast((other) => other.remote);
    this.handlers.onRemote(playing?.remote ?? null);
    this.changed();
  }

  private voiceOf(callId: string, session: RTCSession): Voice {
    return new Voice({
      sender: () => session.connection?.getSenders().find((sender) => sender.track?.kind === 'audio'),
      onChange: (voice) => this.voiceChanged(callId, voice),
      onBack: this.handlers.onVoiceBack,
    });
  }

  private voiceChanged(callId: string, voice: VoiceState | undefined): void {
    if (voice) this.voices.set(callId, voice);
    else if (!this.voices.delete(callId)) return;
    this.handlers.onVoices(Object.fromEntries(this.voices));
  }

  private moved(held: Held, state: Held['state']): void {
    held.state = state;
    this.changed();
  }

  private changed(): void {
    const early = [...this.early.keys()].map((callId) => [callId, 'early'] as const);
    this.handlers.onChange(Object.fromEntries([...early, ...[...this.held].map(([callId, held]) => [callId, held.state] as const)]));
  }
}

/**
 * Whether an answer with this candidate alone will do: engines find the browser's other addresses by themselves, but
 * FreeSWITCH refuses an answer whose candidates are all of TCP, or of IPv6 that it has not. Without one, the answer
 * goes out when all are gathered.
 */
function suffices({ protocol, address }: RTCIceCandidate): boolean {
  return protocol === 'udp' && /^[\d.]+$/.test(address ?? '');
}

const ringingFor = (call: Call | undefined, agentId: string): boolean => call !== undefined && myPart(call, agentId)?.state === 'ringing';
