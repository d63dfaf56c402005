import { useEffect } from 'react';
import type { Call } from '../../../shared/api/types';
import { claimTitle, titleRank } from '../../../shared/browser/title';
import { serverNow } from '../../../shared/format/clock';
import { clock } from '../../../shared/format/duration';
import { useDisplay } from '../../../shared/format/useDisplay';

const tickMs = 1000;

/** Says in the window's title with whom I talk, for how long, and whether I am muted. */
export function useCallTitle(call: Call, muted: boolean): void {
  const display = useDisplay();
  const name = display.contactName(call.contact);
  const since = call.answeredAt;
  useEffect(() => {
    let release: (() => void) | undefined;
    const write = () => {
      release?.();
      const time = since ? `${clock(serverNow() - Date.parse(since))} ` : '';
      release = claimTitle(titleRank.call, `${muted ? '🔇' : '●'} ${time}${name}`);
    };
    write();
    const timer = setInterval(write, tickMs);
    return () => {
      clearInterval(timer);
      release?.();
    };
  }, [name, since, muted]);
}
