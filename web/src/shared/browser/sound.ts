import { attempt } from './attempt';

/** Measures a stream's sound: `read` fills in the latest samples. Undefined where the browser cannot. */
export function openMeter(stream: MediaStream, size: number): { read: (into: Float32Array<ArrayBuffer>) => void; close: () => void } | undefined {
  const context = attempt(() => new AudioContext(), undefined);
  if (!context) return undefined;
  const analyser = attempt(() => {
    const made = context.createAnalyser();
    made.fftSize = size;
    // A stream whose tracks have all ended has no source.
    context.createMediaStreamSource(stream).connect(made);
    return made;
  }, undefined);
  return {
    read: (into) => analyser?.getFloatTimeDomainData(into),
    close: () => void context.close().catch(() => undefined),
  };
}

/** A recording of a stream that is going on; `stop` ends it and gives it to `done`. */
export interface Recorder {
  done: Promise<Blob>;
  stop: () => void;
}

/** Records a stream, muted or not; undefined where the browser cannot. */
export function openRecorder(stream: MediaStream): Recorder | undefined {
  const copy = attempt(() => stream.getAudioTracks()[0]?.clone(), undefined);
  if (!copy) return undefined;
  copy.enabled = true;
  const recorder = attempt(() => {
    const made = new MediaRecorder(new MediaStream([copy]));
    made.start();
    return made;
  }, undefined);
  if (!recorder) {
    copy.stop();
    return undefined;
  }
  const parts: Blob[] = [];
  const done = new Promise<Blob>((resolve) => {
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onstop = () => {
      copy.stop();
      resolve(new Blob(parts, { type: recorder.mimeType }));
    };
  });
  return { done, stop: () => attempt(() => recorder.state !== 'inactive' && recorder.stop(), undefined) };
}

/** An audio element for a sound; undefined where the browser has none. */
export const openSound = (url: () => string): HTMLAudioElement | undefined => attempt(() => new Audio(url()), undefined);

/** Whether the browser lets the page play sound: once somebody has clicked or typed in it. */
export const mayPlay = (): boolean => attempt(() => navigator.userActivation.hasBeenActive, true);

let silent: AudioContext | undefined;

/** A stream without any sound, for a call in which nobody is to be heard from here; undefined where the browser cannot make one. */
export function openSilence(): MediaStream | undefined {
  return attempt(() => (silent ??= new AudioContext()).createMediaStreamDestination().stream, undefined);
}
