import { useEffect, useState } from 'react';
import { claimTitle, titleRank } from '../../../shared/browser/title';
import { Ringer, type RingSound } from '../../../shared/phone/ringer';

const flashMs = 1000;

/** Flashes the title while there is one, and rings if there is a sound. Tells whether the browser blocks it. */
export function useRingAlert(title: string | undefined, sound: RingSound | undefined, onBlocked: (blocked: boolean) => void): void {
  const [ringer] = useState(() => new Ringer(onBlocked));
  const { ringTone, volume } = sound ?? {};

  useEffect(() => {
    if (ringTone === undefined || volume === undefined) return;
    ringer.start({ ringTone, volume });
    return () => ringer.stop();
  }, [ringer, ringTone, volume]);

  useEffect(() => {
    if (title === undefined) return;
    let release: (() => void) | undefined = claimTitle(titleRank.ring, title);
    const timer = setInterval(() => {
      release?.();
      release = release ? undefined : claimTitle(titleRank.ring, title);
    }, flashMs);
    return () => {
      clearInterval(timer);
      release?.();
    };
  }, [title]);
}
