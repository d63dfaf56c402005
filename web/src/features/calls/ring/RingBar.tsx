import { useEffect, useState } from 'react';
import type { Call } from '../../../shared/api/types';
import { serverNow } from '../../../shared/format/clock';
import { myPart } from '../../../shared/live/calls';
import { useMe } from '../../../shared/session/me';
import { useRingSeconds } from '../queries';
import classes from './Ring.module.css';

const tickMs = 250;
const secondMs = 1000;

/** Runs down with the time that is left for answering. */
export function RingBar({ call }: { call: Call }) {
  const me = useMe();
  const seconds = useRingSeconds(call);
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), tickMs);
    return () => clearInterval(timer);
  }, []);
  const since = myPart(call, me.agentId)?.ringingAt;
  if (!seconds || !since) return null;
  const left = 1 - (now - Date.parse(since)) / (seconds * secondMs);
  return (
    <span className={classes.bar} aria-hidden="true">
      <span style={{ transform: `scaleX(${Math.min(1, Math.max(0, left))})` }} />
    </span>
  );
}
