import { useEffect, useState } from 'react';
import { serverNow } from '../format/clock';
import { clock } from '../format/duration';

const tickMs = 500;

/** The time since `since`, running. */
export function Timer({ since, className = '' }: { since: string; className?: string }) {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), tickMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <time className={`tabular ${className}`} role="timer">
      {clock(now - Date.parse(since))}
    </time>
  );
}
