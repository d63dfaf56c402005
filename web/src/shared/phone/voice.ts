import { openSilence } from '../browser/sound';
import { listDevices } from './devices';
import { closeMicrophone, openMicrophone } from './microphone';

/**
 * What becomes of what the agent says in a running call. fallback: the microphone was unplugged, and another one has taken
 * its place. lost: there is no other, nobody hears the agent. silent: the microphone is there and gives nothing (switched
 * off at the headset or by the system), nobody hears the agent.
 */
export type VoiceState = { state: 'heard' | 'lost' | 'silent' } | { state: 'fallback'; device: string };

export interface VoiceHandlers {
  /** Where the call's sound is sent from; undefined before it is connected. */
  sender: () => RTCRtpSender | undefined;
  onChange: (voice: VoiceState) => void;
  /** The microphone that had been unplugged is in use again. */
  onBack: (device: string) => void;
}

/** A track that gives nothing for less than this is a hiccup. */
const silentMs = 1000;

/** The microphone of one call: what is unplugged is replaced, and taken again when it is back. */
export class Voice {
  private stream: MediaStream | undefined;
  private muted = false;
  private closed = false;
  /** The device that was lost; it goes before the others when it is back. */
  private wanted: string | undefined;
  private current: VoiceState = { state: 'heard' };
  /** What holds again once a silent microphone gives sound. */
  private sounding: VoiceState = this.current;
  private unwatch: (() => void) | undefined;
  private work = Promise.resolve();

  constructor(private readonly handlers: VoiceHandlers) {}

  get media(): MediaStream | undefined {
    return this.stream;
  }

  /** Whether the microphone stays closed: who only listens is not heard, and the browser must not say that they are recorded. */
  private closedMicrophone = false;

  /** Throws MicrophoneError. */
  async open(): Promise<MediaStream> {
    const stream = (this.closedMicrophone ? openSilence() : undefined) ?? (await openMicrophone());
    this.adopt(stream);
    return stream;
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
    this.stream?.getAudioTracks().forEach((track) => {
      track.enabled = !muted;
    });
  }

  /** Closes the microphone for who only listens, and opens it for who speaks again (CALL-7). */
  onlyListens(listens: boolean): void {
    if (listens === this.closedMicrophone) return;
    this.closedMicrophone = listens;
    this.next(async () => {
      const stream = listens ? openSilence() : await openMicrophone();
      if (stream) await this.replace(stream);
    });
  }

  /** Takes the microphone that the agent has just chosen. Throws MicrophoneError. */
  async change(): Promise<void> {
    if (this.closedMicrophone) return;
    await this.replace(await openMicrophone());
    this.wanted = undefined;
    this.tell({ state: 'heard' });
  }

  /** To be called when something was plugged in or out. */
  devicesChanged(): void {
    if (this.closedMicrophone) return;
    this.next(async () => {
      const track = this.stream?.getAudioTracks()[0];
      const there = (await listDevices()).filter((device) => device.kind === 'audioinput' && device.deviceId);
      const used = track?.getSettings().deviceId;
      // Not every browser ends the track of a device that is gone.
      const gone = track?.readyState === 'ended' || (used && there.length > 0 && !there.some((device) => device.deviceId === used));
      if (this.current.state === 'lost' || gone) return this.recover(track);
      const again = there.find((device) => !roles.includes(device.deviceId) && identity(device) === this.wanted);
      if (again) await this.goBack(again.deviceId);
    });
  }

  close(): void {
    this.closed = true;
    this.unwatch?.();
    closeMicrophone(this.stream);
  }

  /** One after the other: that a device is gone is told several times. */
  private next(step: () => Promise<void>): void {
    this.work = this.work.then(() => (this.closed || !this.stream ? undefined : step())).catch(() => undefined);
  }

  private async recover(lost: MediaStreamTrack | undefined): Promise<void> {
    if (lost && lost !== this.stream?.getAudioTracks()[0]) return; // replaced since
    if (this.current.state !== 'lost') this.wanted ??= identity(lost?.getSettings());
    try {
      const stream = await openMicrophone();
      const track = stream.getAudioTracks()[0];
      await this.replace(stream);
      if (this.wanted && identity(track?.getSettings()) === this.wanted) this.back(track);
      else this.tell({ state: 'fallback', device: track?.label ?? '' });
    } catch {
      this.tell({ state: 'lost' });
    }
  }

  private async goBack(device: string): Promise<void> {
    const stream = await openMicrophone(device);
    await this.replace(stream);
    this.back(stream.getAudioTracks()[0]);
  }

  private back(track: MediaStreamTrack | undefined): void {
    this.wanted = undefined;
    this.tell({ state: 'heard' });
    this.handlers.onBack(track?.label ?? '');
  }

  private async replace(stream: MediaStream): Promise<void> {
    if (this.closed) return closeMicrophone(stream);
    const former = this.stream;
    this.adopt(stream);
    await this.handlers.sender()?.replaceTrack(stream.getAudioTracks()[0] ?? null);
    closeMicrophone(former);
  }

  private adopt(stream: MediaStream): void {
    this.unwatch?.();
    this.stream = stream;
    this.setMuted(this.muted);
    const track = stream.getAudioTracks()[0];
    if (track) this.unwatch = this.watch(track);
  }

  private watch(track: MediaStreamTrack): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ended = () => this.next(() => this.recover(track));
    const quiet = () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.tell({ state: 'silent' }), silentMs);
    };
    const loud = () => {
      clearTimeout(timer);
      if (this.current.state === 'silent') this.tell(this.sounding);
    };
    track.addEventListener('ended', ended);
    track.addEventListener('mute', quiet);
    track.addEventListener('unmute', loud);
    if (track.muted) quiet();
    return () => {
      clearTimeout(timer);
      track.removeEventListener('ended', ended);
      track.removeEventListener('mute', quiet);
      track.removeEventListener('unmute', loud);
    };
  }

  private tell(voice: VoiceState): void {
    if (this.closed || (voice.state === this.current.state && voice.state !== 'fallback')) return;
    this.current = voice;
    if (voice.state !== 'silent') this.sounding = voice;
    this.handlers.onChange(voice);
  }
}

/** Ids under which Chromium lists whichever device the system prefers at the moment. */
const roles = ['default', 'communications'];

/** The device itself, which is in a group of its own; its id may be that of a role. */
const identity = (device: { groupId?: string; deviceId?: string } | undefined): string | undefined => device?.groupId || device?.deviceId;
