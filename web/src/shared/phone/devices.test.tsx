import { act, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { setUp, show } from '../../testing/desk';
import { keep } from '../browser/storage';
import { Devices } from './Devices';
import { chosenDevice, microphoneConstraints, outputDevice, volumeOf } from './preferences';
import { Ringer } from './ringer';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

const device = (kind: MediaDeviceKind, deviceId: string) => ({ kind, deviceId, label: `The ${deviceId}`, groupId: deviceId, toJSON: () => ({}) });
const all = [device('audioinput', 'headset'), device('audioinput', 'laptop'), device('audiooutput', 'headset'), device('audiooutput', 'monitor'), device('audiooutput', 'default')];

let plugged = all;
let changed: (() => void)[] = [];
const getUserMedia = vi.fn<(wish: MediaStreamConstraints) => Promise<unknown>>();
const sinks: string[] = [];
const played: HTMLMediaElement[] = [];

beforeEach(() => {
  for (const name of ['microphone', 'speaker', 'ring']) for (const key of [`ringdesk.${name}`, `ringdesk.${name}.label`, `ringdesk.volume.${name}`]) keep(key, undefined);
  for (const name of ['echo', 'noise']) keep(`ringdesk.keep.${name}`, undefined);
  // jsdom lays nothing out, so there is nothing to scroll.
  Element.prototype.scrollIntoView = () => {};
  plugged = all;
  changed = [];
  sinks.length = played.length = 0;
  const track = { clone: () => track, stop: () => {}, enabled: true, kind: 'audio', addEventListener: () => {}, removeEventListener: () => {} };
  getUserMedia.mockReset().mockResolvedValue({ getTracks: () => [track], getAudioTracks: () => [track] });
  Object.defineProperty(navigator, 'mediaDevices', {
    configurable: true,
    value: {
      getUserMedia,
      enumerateDevices: () => Promise.resolve(plugged),
      addEventListener: (_: string, listener: () => void) => changed.push(listener),
      removeEventListener: () => {},
    },
  });
  HTMLMediaElement.prototype.setSinkId = function (id) {
    if (id !== '' && !plugged.some(({ deviceId }) => deviceId === id)) return Promise.reject(new DOMException('gone', 'NotFoundError'));
    sinks.push(id);
    return Promise.resolve();
  };
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockImplementation(function (this: HTMLMediaElement) {
    played.push(this);
    return Promise.resolve();
  });
});

const part = (name: string) => within(screen.getByRole('region', { name }));

describe('microphone, speaker and ring (CALL-5, SYS-4)', () => {
  it.each([
    ['en', 'Microphone', 'Speaker', 'Ring', 'Play the ring', 'Same as the speaker'],
    ['ko', '마이크', '스피커', '벨소리', '벨소리 재생', '스피커와 같게'],
  ] as const)('are chosen and tried each on its own (%s)', async (locale, microphone, speaker, ring, playRing, same) => {
    const { user } = await show(<Devices />, { locale });
    await user.click(part(speaker).getByRole('combobox'));
    await user.click(await screen.findByRole('option', { name: 'The monitor' }));
    expect(chosenDevice('speaker')).toBe('monitor');
    // Without a choice of its own the ring follows the speaker.
    expect(part(ring).getByRole<HTMLInputElement>('combobox').value).toBe(same);
    await user.click(part(ring).getByRole('button', { name: playRing }));
    await waitFor(() => expect(sinks).toEqual(['monitor']));
    await user.click(part(ring).getByRole('combobox'));
    await user.click(await screen.findByRole('option', { name: 'The headset' }));
    await user.click(part(ring).getByRole('button', { name: playRing }));
    await waitFor(() => expect(sinks).toEqual(['monitor', 'headset']));
    expect(part(microphone).getByRole('meter')).toBeTruthy();
    expect([outputDevice('speaker'), outputDevice('ring')]).toEqual(['monitor', 'headset']);
  });

  it('lists devices by their labels, and no role that another stands for', async () => {
    const { user } = await show(<Devices />);
    await user.click(part('Speaker').getByRole('combobox'));
    const options = await screen.findAllByRole('option');
    expect(options.map(({ textContent }) => textContent)).toEqual(['System default', 'The headset', 'The monitor']);
  });

  it('takes echo and noise out only as long as it is wished, and for a call at once', async () => {
    const { user } = await show(<Devices />);
    await waitFor(() => expect(getUserMedia).toHaveBeenCalled());
    expect(microphoneConstraints()).toMatchObject({ echoCancellation: true, noiseSuppression: true });
    await user.click(screen.getByRole('switch', { name: 'Remove background noise' }));
    expect(microphoneConstraints()).toMatchObject({ echoCancellation: true, noiseSuppression: false });
    await waitFor(() => expect(getUserMedia.mock.lastCall?.[0].audio).toMatchObject({ noiseSuppression: false }));
  });

  it('says that a chosen device is unplugged, and that it is back', async () => {
    keep('ringdesk.ring', 'monitor');
    keep('ringdesk.ring.label', 'The monitor');
    await show(<Devices />);
    await screen.findByRole('region', { name: 'Ring' });
    const replug = (now: typeof all) => {
      plugged = now;
      act(() => changed.forEach((listener) => listener()));
    };
    replug(all.filter(({ deviceId }) => deviceId !== 'monitor'));
    await waitFor(() => expect(part('Ring').getByRole('status').textContent).toContain('The monitor is unplugged'));
    replug(all);
    await waitFor(() => expect(part('Ring').queryByRole('status')).toBeNull());
  });

  it('rings where and as loud as chosen, and on the system’s while that is unplugged', async () => {
    keep('ringdesk.ring', 'monitor');
    keep('ringdesk.volume.ring', '0.4');
    const ringer = new Ringer(() => {});
    ringer.start({ ringTone: 'chime', volume: 100 });
    await waitFor(() => expect(sinks).toEqual(['monitor']));
    expect(played[0]?.volume).toBe(0.4);
    ringer.stop();
    plugged = [];
    ringer.start({ ringTone: 'chime', volume: 100 });
    await waitFor(() => expect(sinks).toEqual(['monitor', '']));
    ringer.stop();
    expect(volumeOf('speaker')).toBe(1);
  });

  it('records three seconds and plays them on the speaker', async () => {
    class FakeRecorder {
      state = 'inactive';
      mimeType = 'audio/webm';
      ondataavailable: ((event: { data: Blob }) => void) | null = null;
      onstop: (() => void) | null = null;
      start(): void {
        this.state = 'recording';
      }
      stop(): void {
        this.state = 'inactive';
        this.ondataavailable?.({ data: new Blob(['x']) });
        this.onstop?.();
      }
    }
    vi.stubGlobal('MediaRecorder', FakeRecorder);
    vi.stubGlobal('MediaStream', class {});
    const { user } = await show(<Devices />);
    const record = await screen.findByRole<HTMLButtonElement>('button', { name: 'Record 3 s and play it' });
    await waitFor(() => expect(record.disabled).toBe(false));
    await user.click(record);
    expect(record.textContent).toContain('Recording');
    await waitFor(() => expect(record.textContent).toBe('Playing…'), { timeout: 5000 });
    expect(played).toHaveLength(1);
    act(() => void played[0]?.dispatchEvent(new Event('ended')));
    expect(record.textContent).toBe('Record 3 s and play it');
  });
});
