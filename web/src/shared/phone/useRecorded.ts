import { useEffect, useRef, useState } from 'react';
import { openRecorder, openSound } from '../browser/sound';
import { applySpeaker } from './speaker';

export const recordMs = 3000;

type State = 'idle' | 'recording' | 'playing';

/** Records the microphone for three seconds and plays that on the speaker: what others hear. `start` is absent while there is no microphone. */
export function useRecorded(stream: MediaStream | undefined): { state: State; start: (() => void) | undefined } {
  const [state, setState] = useState<State>('idle');
  const abandon = useRef<(() => void) | undefined>(undefined);
  useEffect(() => () => abandon.current?.(), [stream]);
  const start = () => {
    const recorder = stream && openRecorder(stream);
    if (!recorder) return;
    const timer = setTimeout(recorder.stop, recordMs);
    let audio: HTMLAudioElement | undefined;
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      recorder.stop();
      audio?.pause();
      if (audio) URL.revokeObjectURL(audio.src);
      setState('idle');
    };
    abandon.current = end;
    setState('recording');
    void recorder.done.then(async (recorded) => {
      if (over) return;
      audio = openSound(() => URL.createObjectURL(recorded));
      if (!audio) return end();
      setState('playing');
      audio.onended = end;
      await applySpeaker(audio);
      await audio.play().catch(end); // a browser that refuses plays nothing
    });
  };
  return { state, start: stream ? start : undefined };
}
