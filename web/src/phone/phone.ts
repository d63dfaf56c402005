import { ringingCalls } from '../calls/selectors';
import type { LiveConnection } from '../live/connection';
import { LateInvites } from './lateInvites';
import { Line, type LineState, type LineTrouble } from './line';
import { checkMicrophone, watchMicrophone, MicrophoneError, type MicrophoneState } from './microphone';
import { Ownership } from './ownership';
import { Sessions, type SessionStates } from './sessions';
import { applySpeaker } from './speaker';

/** What the agent sees of the phone, the most pressing first: see phoneStatus. */
export type PhoneStatus = 'ready' | 'connecting' | 'lost' | 'elsewhere' | 'no-mic';

export interface PhoneView {
  line: 'connecting' | 'ready' | 'lost' | 'elsewhere';
  trouble?: LineTrouble;
  /** The window that has the phone is in a call and did not give it up. */
  elsewhereBusy: boolean;
  microphone: MicrophoneState;
  sessions: SessionStates;
  /** The browser refuses to play the far side's sound until the page is clicked. */
  soundBlocked: boolean;
}

const initial: PhoneView = {
  line: 'connecting',
  elsewhereBusy: false,
  microphone: 'unknown',
  sessions: {},
  soundBlocked: false,
};

export function phoneStatus(view: PhoneView): PhoneStatus {
  if (view.line === 'elsewhere') return 'elsewhere';
  if (view.microphone !== 'ok' && view.microphone !== 'unknown') return 'no-mic';
  return view.line;
}

/** The agent's phone in this window: line, microphone, sessions and who of several windows has it. */
export class Phone {
  private current = initial;
  private readonly listeners = new Set<() => void>();
  private readonly line: Line;
  private ownership: Ownership | undefined;
  private readonly sessions: Sessions;
  private readonly lateInvites = new LateInvites(() => this.line.anew());
  private phoneId: string | undefined;
  private stopWatching: (() => void)[] = [];

  constructor(
    private readonly agentId: string,
    private readonly live: LiveConnection,
    private readonly audio: () => HTMLAudioElement | null,
  ) {
    this.sessions = new Sessions(agentId, {
      onChange: (sessions) => {
        this.update({ sessions });
        this.line.settle();
      },
      onRemote: (stream) => this.play(stream),
      onError: (error) => this.failed(error),
    });
    this.line = new Line({
      onState: (state) => this.lineChanged(state),
      onInvite: (session, callId) => this.sessions.invited(session, callId),
      reachable: () => this.live.view().status === 'live',
      inCall: () => this.sessions.inCall,
      ringing: () => this.sessions.ringing,
    });
  }

  readonly view = (): PhoneView => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  start(): void {
    this.ownership = new Ownership(this.agentId, { inCall: () => this.sessions.inCall, onLost: () => this.giveAway(false) });
    this.stopWatching = [watchMicrophone(() => void this.testMicrophone()), this.live.subscribe(this.reconcile)];
    this.live.whenPhoneTaken(() => this.line.taken());
    void this.testMicrophone();
    void this.claim();
  }

  stop(): void {
    this.stopWatching.forEach((stop) => stop());
    this.live.whenPhoneTaken(null);
    this.sessions.endAll();
    this.line.stop();
    this.ownership?.close();
    this.lateInvites.look([], {});
  }

  /** Takes the phone into this window, unless another window is in a call with it. */
  readonly claim = async (): Promise<void> => {
    if (await this.ownership?.claim()) {
      this.update({ line: 'connecting', trouble: undefined, elsewhereBusy: false });
      this.line.start();
    } else {
      this.giveAway(true);
    }
  };

  readonly testMicrophone = async (): Promise<void> => {
    this.update({ microphone: await checkMicrophone() });
  };

  /** Throws MicrophoneError; the call goes on ringing then. */
  readonly answer = async (callId: string): Promise<void> => {
    try {
      await this.sessions.answer(callId);
    } catch (error) {
      this.failed(error);
      throw error;
    }
  };

  /** Silences the microphone itself, before and besides the engine's mute. */
  readonly setMuted = (callId: string, muted: boolean): void => this.sessions.setMuted(callId, muted);

  readonly microphone = (callId: string): MediaStream | undefined => this.sessions.microphone(callId);

  readonly changeMicrophone = (): Promise<void> => this.sessions.changeMicrophone();

  /** After a click on the page the browser lets sound through. */
  readonly resumeSound = (): void => {
    const audio = this.audio();
    if (audio?.srcObject) this.play(audio.srcObject as MediaStream);
  };

  private readonly reconcile = (): void => {
    const { status, state } = this.live.view();
    this.sessions.reconcile(status === 'live' ? state.calls : undefined);
    this.lookForInvites();
  };

  private lookForInvites(): void {
    const { status, state } = this.live.view();
    const able = status === 'live' && this.current.line === 'ready';
    const ringing = able ? ringingCalls(state.calls, this.agentId).map((call) => call.id) : [];
    this.lateInvites.look(ringing, this.current.sessions);
  }

  private play(stream: MediaStream | null): void {
    const audio = this.audio();
    if (!audio) return;
    audio.srcObject = stream;
    this.update({ soundBlocked: false });
    if (!stream) return;
    void applySpeaker(audio);
    audio.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.update({ soundBlocked: true });
    });
  }

  private lineChanged(state: LineState): void {
    this.phoneId = state.phoneId;
    if (state.status === 'lost' && state.trouble === 'replaced') return this.elsewhere(false);
    this.update({ line: state.status, trouble: state.status === 'lost' ? state.trouble : undefined });
  }

  private giveAway(busy: boolean): void {
    this.line.stop();
    this.elsewhere(busy);
  }

  private elsewhere(busy: boolean): void {
    this.update({ line: 'elsewhere', trouble: undefined, elsewhereBusy: busy });
  }

  private failed(error: unknown): void {
    if (error instanceof MicrophoneError) this.update({ microphone: error.state });
  }

  private update(change: Partial<PhoneView>): void {
    this.current = { ...this.current, ...change };
    // Only a phone that can really answer is offered calls.
    if (this.phoneId) this.live.reportPhone(this.phoneId, phoneStatus(this.current) === 'ready' && this.current.microphone === 'ok');
    for (const listener of this.listeners) listener();
    this.lookForInvites();
  }
}
