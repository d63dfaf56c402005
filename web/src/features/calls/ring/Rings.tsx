import { useCallback, useEffect, useState } from 'react';
import type { Call } from '../../../shared/api/types';
import { ringingCalls } from '../../../shared/live/calls';
import { useLiveEvents, useLiveState, type EventListener } from '../../../shared/live/LiveProvider';
import { usePhoneView } from '../../../shared/phone/PhoneProvider';
import { useMe } from '../../../shared/session/me';
import { Boundary } from '../../../shared/ui/Boundary';
import { ringEnded, type RingEnd } from '../selectors';
import { PlainRing } from './PlainRing';
import classes from './Ring.module.css';
import { Announcement, RingAlert } from './RingAlert';
import { RingCard } from './RingCard';
import { RingEnding } from './RingEnding';
import { RingLine } from './RingLine';
import RingNotice from './RingNotice';

/** The calls that ring for me: the longest ringing in full, the others a line each (IN-1). */
export function Rings({ onAnswer }: { onAnswer: () => void }) {
  const me = useMe();
  const { calls } = useLiveState();
  const elsewhere = usePhoneView().line === 'elsewhere';
  const [silenced, setSilenced] = useState<readonly string[]>([]);
  const [blocked, setBlocked] = useState(false);
  const endings = useRingEndings();

  const ringing = ringingCalls(calls, me.agentId);
  const [first, ...others] = ringing;
  const audible = elsewhere ? undefined : ringing.find((call) => !silenced.includes(call.id));
  const silence = (id: string) => setSilenced((ids) => [...ids, id]);
  const card = (call: Call, Shape: typeof RingCard | typeof RingLine) => (
    <Boundary key={call.id} fallback={() => <PlainRing call={call} />}>
      <Shape call={call} blocked={blocked} onSilence={() => silence(call.id)} onAnswer={onAnswer} />
    </Boundary>
  );
  return (
    <>
      <Boundary resetKey={audible?.id} fallback={() => null}>
        <RingAlert call={audible} onBlocked={setBlocked} />
      </Boundary>
      <Boundary resetKey={audible?.id} fallback={() => null}>
        {audible && <RingNotice key={audible.id} call={audible} blocked={blocked} onSilence={() => silence(audible.id)} onAnswer={onAnswer} />}
      </Boundary>
      <Boundary resetKey={first?.id} fallback={() => null}>
        <Announcement call={first} />
      </Boundary>
      {endings.map((end) => (
        <Boundary key={end.call.id} fallback={() => null}>
          <RingEnding end={end} />
        </Boundary>
      ))}
      {first && (
        <div className={classes.rings}>
          {others.map((call) => card(call, RingLine))}
          {card(first, RingCard)}
        </div>
      )}
    </>
  );
}

const endingMs = 3000;

/** Rings that have just ended otherwise than by me: a colleague took the call (IN-11), or the caller went. */
function useRingEndings(): readonly RingEnd[] {
  const { agentId } = useMe();
  const [endings, setEndings] = useState<readonly RingEnd[]>([]);
  const onEvent = useCallback<EventListener>(
    (event, before) => {
      if (event.topic !== 'call') return;
      const end = ringEnded(before.calls[event.data.id], event.data, agentId);
      if (end) setEndings((all) => [...all.filter((other) => other.call.id !== end.call.id), end]);
    },
    [agentId],
  );
  useLiveEvents(onEvent);
  useEffect(() => {
    if (endings.length === 0) return;
    const timer = setTimeout(() => setEndings([]), endingMs);
    return () => clearTimeout(timer);
  }, [endings]);
  return endings;
}
