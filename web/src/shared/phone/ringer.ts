import type { RingTone } from '../api/types';
import { openSound } from '../browser/sound';
import { applySpeaker } from './speaker';
import { noticeTone, ringTone, soundUrl } from './tones';

/** How calls ring for an account. */
export interface RingSound {
  ringTone: RingTone;
  /** In per cent. */
  volume: number;
}

/** Plays the ring tone until it is stopped. `onBlocked` tells whether the browser refuses to play it: nothing may ring in silence unnoticed. */
export class Ringer {
  private audio: HTMLAudioElement | undefined;
  private loaded: RingTone | undefined;
  private ringing = false;

  constructor(private readonly onBlocked: (blocked: boolean) => void) {}

  start({ ringTone, volume }: RingSound): void {
    if (this.ringing) return;
    this.ringing = true;
    if (this.loaded !== ringTone) this.load(ringTone);
    if (!this.audio) return this.onBlocked(true);
    void applySpeaker(this.audio, 'ring');
    // The account's choice, on top of this desk's.
    this.audio.volume *= volume / 100;
    this.audio.currentTime = 0;
    void this.play(this.audio);
    // The first click or key anywhere lets the browser play.
    window.addEventListener('pointerdown', this.again);
    window.addEventListener('keydown', this.again);
  }

  stop(): void {
    if (!this.ringing) return;
    this.ringing = false;
    this.audio?.pause();
    this.onBlocked(false);
    window.removeEventListener('pointerdown', this.again);
    window.removeEventListener('keydown', this.again);
  }

  private load(tone: RingTone): void {
    this.loaded = tone;
    this.audio = openSound(() => soundUrl(ringTone(tone)));
    if (this.audio) this.audio.loop = true;
  }

  private readonly again = (): void => {
    if (this.ringing && this.audio?.paused) void this.play(this.audio);
  };

  private async play(audio: HTMLAudioElement): Promise<void> {
    try {
      await audio.play();
      this.onBlocked(false);
      if (!this.ringing) audio.pause();
    } catch {
      if (this.ringing) this.onBlocked(true);
    }
  }
}

/** Plays the short sound of a notice, once; where the browser plays nothing, it is only seen. */
export function playNotice(volume: number): void {
  const audio = openSound(() => soundUrl(noticeTone()));
  if (!audio) return;
  audio.volume = volume / 100;
  audio.addEventListener('ended', () => URL.revokeObjectURL(audio.src));
  void applySpeaker(audio)
    .then(() => audio.play())
    .catch(() => undefined);
}
