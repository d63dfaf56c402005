import { chosenDevice } from './preferences';

/** Firefox and Chromium can choose the speaker; Safari plays on the system's. */
export const canChooseSpeaker = (): boolean => 'setSinkId' in HTMLMediaElement.prototype;

/** Sends the element's sound to the chosen speaker; an unplugged one falls back to the system's. */
export async function applySpeaker(audio: HTMLAudioElement): Promise<void> {
  if (!canChooseSpeaker()) return;
  try {
    await audio.setSinkId(chosenDevice('speaker'));
  } catch {
    await audio.setSinkId('').catch(() => undefined);
  }
}
