import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Voice, type VoiceState } from './voice';

const headset = { kind: 'audioinput', deviceId: 'headset', groupId: 'g-headset', label: 'Jabra' };
const laptop = { kind: 'audioinput', deviceId: 'laptop', groupId: 'g-laptop', label: 'Built-in' };
const webcam = { kind: 'audioinput', deviceId: 'webcam', groupId: 'g-webcam', label: 'Webcam' };
type Device = typeof headset;
/** How Chromium lists the device that the system prefers. */
const preferred = (device: Device): Device => ({ ...device, deviceId: 'default', label: `Default - ${device.label}` });

class Track extends EventTarget {
  kind = 'audio';
  enabled = true;
  muted = false;
  readyState = 'live';
  constructor(readonly device: Device) {
    super();
    tracks.push(this);
  }
  get label(): string {
    return this.device.label;
  }
  getSettings = () => ({ deviceId: this.device.deviceId, groupId: this.device.groupId });
  stop = () => (this.readyState = 'ended');
  gone(tell: boolean): void {
    this.readyState = 'ended';
    if (tell) this.dispatchEvent(new Event('ended'));
  }
  gives(sound: boolean): void {
    this.muted = !sound;
    this.dispatchEvent(new Event(sound ? 'unmute' : 'mute'));
  }
}

let tracks: Track[] = [];
let plugged: Device[] = [];
let states: VoiceState[] = [];
let back: string[] = [];
let sent: (Track | null)[] = [];
let voice: Voice;

interface Wish {
  audio: { deviceId?: { exact?: string; ideal?: string } };
}

const getUserMedia = vi.fn(({ audio }: Wish) => {
  const { exact, ideal } = audio.deviceId ?? {};
  const device = plugged.find((candidate) => candidate.deviceId === (exact ?? ideal)) ?? (exact ? undefined : plugged[0]);
  if (!device) return Promise.reject(new DOMException('none', 'NotFoundError'));
  const track = new Track(device);
  return Promise.resolve({ getTracks: () => [track], getAudioTracks: () => [track] });
});

beforeEach(async () => {
  vi.useFakeTimers();
  tracks = [];
  states = [];
  back = [];
  sent = [];
  plugged = [headset, laptop];
  localStorage.clear();
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia, enumerateDevices: () => Promise.resolve(plugged) } });
  const sender = { replaceTrack: (track: Track | null) => Promise.resolve(void sent.push(track)) };
  voice = new Voice({ sender: () => sender as unknown as RTCRtpSender, onChange: (state) => states.push(state), onBack: (device) => back.push(device) });
  await voice.open();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const live = () => tracks.filter((track) => track.readyState === 'live').map((track) => track.label);
const settle = () => vi.advanceTimersByTimeAsync(0);

/** The device is pulled out; browsers tell it by the track, by a change of devices, or by both. */
async function unplug(device: Device, how: 'track' | 'devices' | 'both' = 'both'): Promise<void> {
  plugged = plugged.filter((other) => other.groupId !== device.groupId);
  tracks.filter((track) => track.device.groupId === device.groupId && track.readyState === 'live').forEach((track) => track.gone(how !== 'devices'));
  if (how !== 'track') voice.devicesChanged();
  await settle();
}

async function plug(...devices: Device[]): Promise<void> {
  plugged = [...devices, ...plugged];
  voice.devicesChanged();
  await settle();
}

describe('a microphone that is unplugged in mid-call (CALL-5, CALL-4)', () => {
  it.each(['track', 'devices', 'both'] as const)('gives way to another one, told by the %s', async (how) => {
    await unplug(headset, how);
    expect(states).toEqual([{ state: 'fallback', device: 'Built-in' }]);
    expect(sent.map((track) => track?.label)).toEqual(['Built-in']);
    expect(live()).toEqual(['Built-in']);
  });

  it('is noticed though the browser keeps its track going', async () => {
    plugged = [laptop];
    voice.devicesChanged();
    await settle();
    expect(states).toEqual([{ state: 'fallback', device: 'Built-in' }]);
    expect(live()).toEqual(['Built-in']);
  });

  it('is taken again when it is plugged in again', async () => {
    await unplug(headset);
    await plug(headset);
    expect(states.at(-1)).toEqual({ state: 'heard' });
    expect(back).toEqual(['Jabra']);
    expect(sent.map((track) => track?.label)).toEqual(['Built-in', 'Jabra']);
    expect(live()).toEqual(['Jabra']);
  });

  it('leaves nobody hearing the agent where there is no other, until one is plugged in', async () => {
    plugged = [headset];
    await unplug(headset);
    expect(states).toEqual([{ state: 'lost' }]);
    await plug();
    expect(states.at(-1)).toEqual({ state: 'lost' });
    await plug(webcam);
    expect(states.at(-1)).toEqual({ state: 'fallback', device: 'Webcam' });
    expect(back).toEqual([]);
    await plug(headset);
    expect(states.at(-1)).toEqual({ state: 'heard' });
    expect(back).toEqual(['Jabra']);
    expect(live()).toEqual(['Jabra']);
  });

  it('and in again at once, is simply back', async () => {
    plugged = [headset];
    await unplug(headset);
    await plug(headset);
    expect(states).toEqual([{ state: 'lost' }, { state: 'heard' }]);
    expect(back).toEqual(['Jabra']);
  });

  it('is told from the one that takes its place as the system’s default', async () => {
    voice.close();
    plugged = [preferred(headset), headset, laptop];
    tracks = [];
    const sender = { replaceTrack: () => Promise.resolve() };
    voice = new Voice({ sender: () => sender as unknown as RTCRtpSender, onChange: (state) => states.push(state), onBack: (device) => back.push(device) });
    await voice.open();
    plugged = [preferred(laptop), laptop];
    tracks[0]?.gone(true);
    voice.devicesChanged();
    await settle();
    expect(states).toEqual([{ state: 'fallback', device: 'Default - Built-in' }]);
    await plug(headset);
    expect(back).toEqual(['Jabra']);
    expect(live()).toEqual(['Jabra']);
  });

  it('keeps a muted agent muted', async () => {
    voice.setMuted(true);
    await unplug(headset);
    expect(tracks.at(-1)?.enabled).toBe(false);
    voice.setMuted(false);
    expect(tracks.at(-1)?.enabled).toBe(true);
  });

  it('does not come back over the agent’s own choice', async () => {
    await unplug(headset);
    localStorage.setItem('ringdesk.microphone', 'laptop');
    await voice.change();
    await plug(headset);
    expect(states.at(-1)).toEqual({ state: 'heard' });
    expect(live()).toEqual(['Built-in']);
  });

  it('opens nothing once the call is over', async () => {
    voice.close();
    await unplug(headset);
    await plug(webcam);
    expect(states).toEqual([]);
    expect(live()).toEqual([]);
  });

  it('opens nothing for the devices of others', async () => {
    await plug(webcam);
    await unplug(laptop);
    expect(states).toEqual([]);
    expect(live()).toEqual(['Jabra']);
  });
});

describe('a microphone that gives no sound (CALL-5)', () => {
  it('is told after a second, and when it gives some again', async () => {
    tracks[0]?.gives(false);
    await vi.advanceTimersByTimeAsync(999);
    expect(states).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(states).toEqual([{ state: 'silent' }]);
    tracks[0]?.gives(true);
    expect(states.at(-1)).toEqual({ state: 'heard' });
  });

  it('and took another one’s place, gives way to that all the same when it is back', async () => {
    await unplug(headset);
    tracks.at(-1)?.gives(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(states.at(-1)).toEqual({ state: 'silent' });
    tracks.at(-1)?.gives(true);
    expect(states.at(-1)).toEqual({ state: 'fallback', device: 'Built-in' });
    await plug(headset);
    expect(states.at(-1)).toEqual({ state: 'heard' });
    expect(back).toEqual(['Jabra']);
    expect(live()).toEqual(['Jabra']);
  });

  it('gives way while it is silent, too, to the one whose place it took', async () => {
    await unplug(headset);
    tracks.at(-1)?.gives(false);
    await vi.advanceTimersByTimeAsync(1000);
    await plug(headset);
    expect(states.at(-1)).toEqual({ state: 'heard' });
    expect(back).toEqual(['Jabra']);
    expect(live()).toEqual(['Jabra']);
  });

  it('for a moment only is not told', async () => {
    tracks[0]?.gives(false);
    await vi.advanceTimersByTimeAsync(500);
    tracks[0]?.gives(true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(states).toEqual([]);
  });
});
