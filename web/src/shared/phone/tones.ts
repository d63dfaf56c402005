import type { RingTone } from '../api/types';

// Sounds are computed instead of shipped: 16-bit mono PCM in a WAV container.
const rate = 16_000;

/** Notes with seconds of start and length, over a loop of `seconds`. */
interface Note {
  hertz: number;
  from: number;
  length: number;
}

function sample(notes: Note[], time: number): number {
  let sum = 0;
  for (const { hertz, from, length } of notes) {
    const t = time - from;
    if (t < 0 || t > length) continue;
    // A fast rise and a slow fall sound like a struck bar, not like an alarm clock.
    const envelope = Math.min(1, t / 0.01) * Math.exp((-3.2 * t) / length) * Math.min(1, (length - t) / 0.03);
    sum += envelope * (Math.sin(2 * Math.PI * hertz * t) + 0.25 * Math.sin(4 * Math.PI * hertz * t));
  }
  return sum * 0.38;
}

/** A WAV file (RIFF, PCM) of the notes. */
export function wav(notes: Note[], seconds: number): ArrayBuffer {
  const count = Math.round(rate * seconds);
  const file = new ArrayBuffer(44 + count * 2);
  const view = new DataView(file);
  const text = (at: number, value: string) => [...value].forEach((char, i) => view.setUint8(at + i, char.charCodeAt(0)));
  text(0, 'RIFF');
  view.setUint32(4, 36 + count * 2, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, count * 2, true);
  for (let i = 0; i < count; i++) {
    const value = Math.max(-1, Math.min(1, sample(notes, i / rate)));
    view.setInt16(44 + i * 2, Math.round(value * 32_767), true);
  }
  return file;
}

const phrase = (from: number): Note[] => [
  { hertz: 784, from, length: 0.5 },
  { hertz: 988, from: from + 0.14, length: 0.5 },
  { hertz: 1175, from: from + 0.28, length: 0.8 },
];

/** Two notes in turn, quickly, as the two gongs of a bell. */
const bell = (from: number): Note[] => Array.from({ length: 12 }, (_, i) => ({ hertz: i % 2 ? 1047 : 831, from: from + i * 0.075, length: 0.16 }));

const rings: Record<RingTone, { notes: Note[]; seconds: number }> = {
  // Two rising phrases and a rest.
  chime: { notes: [...phrase(0), ...phrase(0.85)], seconds: 3.2 },
  bell: { notes: [...bell(0), ...bell(1.3)], seconds: 3.6 },
  soft: { notes: [392, 523, 659].map((hertz, i) => ({ hertz, from: i * 0.45, length: 1.5 })), seconds: 4 },
  pulse: { notes: [0, 0.22, 0.44].map((from) => ({ hertz: 1319, from, length: 0.14 })), seconds: 2 },
};

/** To be looped. */
export const ringTone = (tone: RingTone): ArrayBuffer => wav(rings[tone].notes, rings[tone].seconds);

/** For what is told beside a ring: one soft note with its fifth. */
export const noticeTone = (): ArrayBuffer => wav([659, 988].map((hertz, i) => ({ hertz, from: i * 0.09, length: 0.45 })), 0.6);

export const testTone = (): ArrayBuffer => wav(phrase(0), 1.2);

/** An address to play the file from, until it is revoked. */
export const soundUrl = (file: ArrayBuffer): string => URL.createObjectURL(new Blob([file], { type: 'audio/wav' }));
