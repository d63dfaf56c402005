import { attempt } from '../browser/attempt';
import { outputDevice, volumeOf, type Output } from './preferences';

/** Firefox and Chromium can choose the speaker; Safari plays on the system's. */
export const canChooseSpeaker = (): boolean => attempt(() => 'setSinkId' in HTMLMediaElement.prototype, false);

/** Sends the element's sound to the chosen device, as loud as chosen; an unplugged one falls back to the system's. Says whether it is the chosen one. */
export async function applySpeaker(audio: HTMLAudioElement, output: Output = 'speaker'): Promise<boolean> {
  audio.volume = volumeOf(output);
  const chosen = outputDevice(output);
  if (!canChooseSpeaker()) return true;
  for (const device of [chosen, '']) {
    try {
      await audio.setSinkId(device);
      return device === chosen;
    } catch {
      // The next one, or where it plays now.
    }
  }
  return false;
}
