import { describe, expect, it } from 'vitest';
import { phoneStatus, type PhoneView } from './phone';
import { microphoneConstraints } from './preferences';
import { ringTone, wav } from './tones';
import { levelOf } from './useInputLevel';

describe('tones', () => {
  it('is a 16 kHz mono WAV whose header tells its length', () => {
    const bytes = new DataView(wav([{ hertz: 440, from: 0, length: 0.5 }], 0.5));
    expect(bytes.getUint32(0)).toBe(0x52494646); // RIFF
    expect(bytes.getUint32(4, true)).toBe(bytes.byteLength - 8);
    expect([bytes.getUint16(22, true), bytes.getUint32(24, true)]).toEqual([1, 16_000]);
    expect(bytes.getUint32(40, true)).toBe(16_000);
  });
  it.each(['chime', 'bell', 'soft', 'pulse'] as const)('rings as %s, loud and without clipping', (tone) => {
    const samples = new Int16Array(ringTone(tone), 44);
    const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(loudest).toBeGreaterThan(8_000);
    expect(loudest).toBeLessThan(32_767);
  });
});

describe('levelOf', () => {
  it.each([
    ['silence', 0, 0],
    ['full scale', 1, 1],
    ['half of the range (-35 dB)', 10 ** (-35 / 20), 0.5],
  ])('%s', (_, amplitude, expected) => {
    expect(levelOf(new Float32Array(64).fill(amplitude))).toBeCloseTo(expected, 2);
  });
});

describe('microphoneConstraints', () => {
  it('switches sound processing off only where it is asked for', () => {
    expect(microphoneConstraints()).toMatchObject({ echoCancellation: true, noiseSuppression: true, autoGainControl: true });
    localStorage.setItem('ringdesk.rawAudio', '1');
    expect(microphoneConstraints()).toEqual({ echoCancellation: false, noiseSuppression: false, autoGainControl: false });
    localStorage.clear();
  });
});

describe('phoneStatus', () => {
  const view: PhoneView = { line: 'ready', engineUp: true, elsewhereBusy: false, microphone: 'ok', sessions: {}, voices: {}, speakerGone: false, soundBlocked: false };
  it.each<[Partial<PhoneView>, string]>([
    [{}, 'ready'],
    [{ line: 'lost' }, 'lost'],
    [{ microphone: 'unknown', line: 'connecting' }, 'connecting'],
    [{ microphone: 'denied' }, 'no-mic'],
    [{ microphone: 'missing', line: 'elsewhere' }, 'elsewhere'],
  ])('%o is %s', (change, expected) => {
    expect(phoneStatus({ ...view, ...change })).toBe(expected);
  });
});
