import type { RTCSession } from 'jssip/lib/RTCSession';
import type { Call } from '../api/types';
import { myPart } from '../calls/selectors';
import { closeMicrophone, openMicrophone } from './microphone';
import { inviteGraceMs, verdict, type SessionFacts } from './verdict';

interface Held {
  session: RTCSession;
  state: SessionFacts['state'];
  seen: boolean;
  since: number;
  stream?: MediaStream;
  muted: boolean;
  remote?: MediaStream;
}

/** By call id. */
export type SessionStates = Readonly<Record<string, SessionFacts['state']>>;

export interface SessionsHandlers {
  onChange: (states: SessionStates) => void;
  /** The far side's sound, to be played; null when no call is up. */
  onRemote: (stream: MediaStream | null) => void;
  /** An answer that the live channel asked for (rejoin) failed for want of a microphone. */
  onError: (error: unknown) => void;
}

/** The SIP sessions of this browser's phone, one per call, held against what the live channel says. */
export class Sessions {
  private readonly held = new Map<string, Held>();
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
    const held: Held = { session, state: 'incoming', seen: false, since: Date.now(), muted: false };
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
  }

  /** Throws MicrophoneError; the call goes on ringing then. */
  async answer(callId: string): Promise<void> {
    const held = this.held.get(callId);
    if (!held || held.state !== 'incoming') return;
    this.moved(held, 'answering');
    try {
      held.stream = await openMicrophone();
    } catch (error) {
      this.moved(held, 'incoming');
      throw error;
    }
    if (held.session.isEnded()) return closeMicrophone(held.stream);
    this.setMuted(callId, held.muted);
    held.session.answer({ mediaStream: held.stream, pcConfig: { iceServers: [] } });
  }

  setMuted(callId: string, muted: boolean): void {
    const held = this.held.get(callId);
    if (!held) return;
    held.muted = muted;
    held.stream?.getAudioTracks().forEach((track) => {
      track.enabled = !muted;
    });
  }

  /** The running call's own microphone, for the level meter. */
  microphone(callId: string): MediaStream | undefined {
    return this.held.get(callId)?.stream;
  }

  /** Takes the newly chosen microphone into every running call. Throws MicrophoneError. */
  async changeMicrophone(): Promise<void> {
    for (const held of this.held.values()) {
      if (!held.stream) continue;
      const stream = await openMicrophone();
      const track = stream.getAudioTracks()[0];
      if (!track) continue;
      track.enabled = !held.muted;
      const sender = held.session.connection?.getSenders().find((candidate) => candidate.track?.kind === 'audio');
      await sender?.replaceTrack(track);
      closeMicrophone(held.stream);
      held.stream = stream;
    }
    this.changed();
  }

  /** `calls` undefined: the live channel is not connected, nothing can be concluded. */
  reconcile(calls: Readonly<Record<string, Call>> | undefined): void {
    this.calls = calls;
    if (!calls) return;
    for (const [callId, held] of [...this.held]) {
      const call = calls[callId];
      const mine = call && myPart(call, this.agentId);
      switch (verdict({ state: held.state, seen: held.seen, ageMs: Date.now() - held.since }, call, this.agentId)) {
        case 'end':
          this.end(held);
          break;
        case 'rejoin':
          held.muted = mine?.muted ?? false;
          this.answer(callId).catch(this.handlers.onError);
          break;
        case 'keep':
          if (mine && (mine.state === 'joined' || mine.state === 'ringing')) held.seen = true;
      }
    }
  }

  endAll(): void {
    for (const held of [...this.held.values()]) this.end(held);
  }

  private end(held: Held): void {
    if (!held.session.isEnded()) held.session.terminate(held.state === 'up' ? undefined : { status_code: 486 });
  }

  private forget(callId: string, held: Held): void {
    closeMicrophone(held.stream);
    if (this.held.get(callId) !== held) return;
    this.held.delete(callId);
    const playing = [...this.held.values()].findLast((other) => other.remote);
    this.handlers.onRemote(playing?.remote ?? null);
    this.changed();
  }

  private moved(held: Held, state: Held['state']): void {
    held.state = state;
    this.changed();
  }

  private changed(): void {
    this.handlers.onChange(Object.fromEntries([...this.held].map(([callId, held]) => [callId, held.state])));
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
