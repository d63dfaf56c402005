import { ringingCalls } from '../live/calls';
import type { LiveConnection } from '../live/connection';
import { watchDevices } from './devices';
import { IceServers } from './ice';
import { LateInvites } from './lateInvites';
import { Line, type LineState, type LineTrouble } from './line';
import { checkMicrophone, watchMicrophone, MicrophoneError, type MicrophoneState } from './microphone';
import { Ownership } from './ownership';
import { Sessions, type SessionStates, type VoiceStates } from './sessions';
import { applySpeaker } from './speaker';

/** What the agent sees of the phone, the most pressing first: see phoneStatus. */
export type PhoneStatus = 'ready' | 'connecting' | 'lost' | 'elsewhere' | 'no-mic';

export interface PhoneView {
  line: 'connecting' | 'ready' | 'lost' | 'elsewhere';
  /** False while the server says that the phone system is gone: whatever the line seems, no call can come. */
  engineUp: boolean;
  trouble?: LineTrouble;
  /** The window that has the phone is in a call and did not give it up. */
  elsewhereBusy: boolean;
  microphone: MicrophoneState;
  sessions: SessionStates;
  /** Whether the far side gets what the agent says; a call that is not here is well. */
  voices: VoiceStates;
  /** The chosen speaker is unplugged: callers are heard on the system's. */
  speakerGone: boolean;
  /** The browser refuses to play the far side's sound until the page is clicked. */
  soundBlocked: boolean;
}

const initial: PhoneView = {
  line: 'connecting',
  engineUp: true,
  elsewhereBusy: false,
  microphone: 'unknown',
  sessions: {},
  voices: {},
  speakerGone: false,
  soundBlocked: false,
};

export function phoneStatus(view: PhoneView): PhoneStatus {
  return view.engineUp ? ownStatus(view) : 'lost';
}

/** What this window's own part is; the engine is told of that, so that it finds all phones when it is back. */
function ownStatus(view: PhoneView): PhoneStatus {
  if (view.line === 'elsewhere') return 'elsewhere';
  if (view.microphone !== 'ok' && view.microphone !== 'unknown') return 'no-mic';
  return view.line;
}

/** The agent's phone in this window: line, microphone, sessions and who of several windows has it. */
export class Phone {
  private current = initial;
  private readonly listeners = new Set<() => void>();
  private readonly ice = new IceServers();
  private readonly line: Line;
  private ownership: Ownership | undefined;
  private readonly sessions: Sessions;
  private readonly lateInvites = new LateInvites(() => this.line.anew());
  private phoneId: string | undefined;
  private stopWatching: (() => void)[] = [];
  private voiceBack: ((device: string) => void) | null = null;

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
      onVoices: (voices) => this.update({ voices }),
      onVoiceBack: (device) => this.voiceBack?.(device),
      onRemote: (stream) => this.play(stream),
      onError: (error) => this.failed(error),
      iceServers: () => this.ice.current,
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
    this.ownership = new Ownership(this.agentId, { inCall: () => this.sessions.inCall, onLost: () => this.giveAway(false), onTaken: () => this.handOver() });
    this.stopWatching = [watchMicrophone(() => void this.testMicrophone()), watchDevices(this.devicesChanged), this.live.subscribe(this.reconcile)];
    this.live.whenPhoneTaken(() => this.line.taken());
    this.ice.start();
    void this.testMicrophone();
    void this.claim();
  }

  stop(): void {
    this.stopWatching.forEach((stop) => stop());
    this.live.whenPhoneTaken(null);
    this.ice.stop();
    this.line.vanish();
    this.sessions.endAll();
    this.ownership?.close();
    this.lateInvites.look([], {});
    this.update({ line: 'connecting', trouble: undefined });
  }

  /** Takes the phone into this window, unless another window is in a call with it; with `take` the call comes along. */
  readonly claim = async (take = false): Promise<void> => {
    if (await this.ownership?.claim(take)) {
      this.update({ line: 'connecting', trouble: undefined, elsewhereBusy: false });
      this.line.start();
    } else {
      this.giveAway(true);
    }
  };

  /** Who is told when a microphone that had been unplugged in mid-call is in use again. */
  whenVoiceBack(listener: ((device: string) => void) | null): void {
    this.voiceBack = listener;
  }

  private readonly devicesChanged = (): void => {
    this.sessions.devicesChanged();
    this.applySound(); // the chosen speaker may have gone or come
  };

  /** Plays the call's sound where and as loud as it is chosen now. */
  readonly applySound = (): void => {
    const audio = this.audio();
    if (!audio?.srcObject) return;
    void applySpeaker(audio).then((chosen) => {
      if (chosen === this.current.speakerGone) this.update({ speakerGone: !chosen });
    });
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

  /** How many packets of the far side have come; undefined without a call. */
  readonly packetsHeard = (): Promise<number | undefined> => this.sessions.packetsHeard();

  readonly stats = (callId: string): Promise<RTCStatsReport | undefined> => this.sessions.stats(callId);

  readonly changeMicrophone = (): Promise<void> => this.sessions.changeMicrophone();

  /** After a click on the page the browser lets sound through. */
  readonly resumeSound = (): void => {
    const audio = this.audio();
    if (audio?.srcObject) this.play(audio.srcObject as MediaStream);
  };

  private readonly reconcile = (): void => {
    const { status, state } = this.live.view();
    this.sessions.reconcile(status === 'live' ? state.calls : undefined);
    const engineUp = state.engine?.up !== false;
    if (engineUp !== this.current.engineUp) this.update({ engineUp });
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
    this.applySound();
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

  /** Lets the call go as a page that is closed does: the controller keeps the customer and rings the window that has the phone now (IN-12). */
  private handOver(): void {
    this.line.vanish();
    this.sessions.endAll();
    this.elsewhere(false);
  }

  private elsewhere(busy: boolean): void {
    this.update({ line: 'elsewhere', trouble: undefined, elsewhereBusy: busy });
  }

  private failed(error: unknown): void {
    if (error instanceof MicrophoneError) this.update({ microphone: error.state });
  }

  private update(change: Partial<PhoneView>): void {
    this.current = { ...this.current, ...change };
    this.ownership?.mark(this.sessions.inCall);
    // Only a phone that can really answer is offered calls.
    if (this.phoneId) this.live.reportPhone(this.phoneId, ownStatus(this.current) === 'ready' && this.current.microphone === 'ok');
    for (const listener of this.listeners) listener();
    this.lookForInvites();
  }
}
