import { applySpeaker } from './speaker';
import { ringTone, soundUrl } from './tones';

/** Plays the ring tone until it is stopped. `onBlocked` tells whether the browser refuses to play it: nothing may ring in silence unnoticed. */
export class Ringer {
  private audio: HTMLAudioElement | undefined;
  private ringing = false;

  constructor(private readonly onBlocked: (blocked: boolean) => void) {}

  start(): void {
    if (this.ringing) return;
    this.ringing = true;
    this.audio ??= this.load();
    void applySpeaker(this.audio);
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

  private load(): HTMLAudioElement {
    const audio = new Audio(soundUrl(ringTone()));
    audio.loop = true;
    return audio;
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
