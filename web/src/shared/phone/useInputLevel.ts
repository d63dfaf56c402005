import { useEffect, useState } from 'react';
import { openMeter } from '../browser/sound';

// From a quiet room to a raised voice, in decibels below full scale.
const quietDb = -60;
const loudDb = -10;

/** Root mean square of samples (-1..1) as a share (0..1) of the range between quiet and loud. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / Math.max(1, samples.length) || 1e-12);
  return Math.min(1, Math.max(0, (db - quietDb) / (loudDb - quietDb)));
}

/** The stream's loudness (0..1), measured on every frame. */
export function useInputLevel(stream: MediaStream | undefined): number {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    if (!stream) return;
    const samples = new Float32Array(1024);
    const meter = openMeter(stream, samples.length);
    if (!meter) return;
    let frame = 0;
    const measure = () => {
      meter.read(samples);
      setLevel(levelOf(samples));
      frame = requestAnimationFrame(measure);
    };
    measure();
    return () => {
      cancelAnimationFrame(frame);
      meter.close();
    };
  }, [stream]);
  return level;
}
