import { useEffect, useState } from 'react';
import { serverNow } from '../../shared/format/clock';
import { clock } from '../../shared/format/duration';

const tickMs = 500;

/** What is left of my wrap-up, running down. */
export function WrapUpLeft({ until }: { until: string }) {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), tickMs);
    return () => clearInterval(timer);
  }, []);
  return <span className="tabular">{clock(Date.parse(until) - now)}</span>;
}
