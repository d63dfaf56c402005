import { useCallback, useState } from 'react';
import type { Call } from '../../../shared/api/types';
import { keep, recall } from '../../../shared/browser/storage';
import { serverNow } from '../../../shared/format/clock';
import { between } from '../../../shared/format/duration';
import { myPart } from '../../../shared/live/calls';
import { useLiveEvents, type EventListener } from '../../../shared/live/LiveProvider';
import { isLive } from '../../../shared/live/reducer';
import { useMe } from '../../../shared/session/me';

/** The call that is being finished. */
export interface LastCall {
  conversationId: string;
  /** Of the contact; empty when it has none. */
  name: string;
  number: string;
  talkMs: number;
  /** RFC 3339 */
  leftAt: string;
}

const key = 'ringdesk.lastCall';

function recalled(): LastCall | undefined {
  try {
    return (JSON.parse(recall(key) ?? 'null') as LastCall | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The call that I was in last, also after the page was loaded again. */
export function useLastCall(): LastCall | undefined {
  const { agentId } = useMe();
  const [last, setLast] = useState(recalled);
  const onEvent = useCallback<EventListener>(
    (event, before) => {
      if (event.topic !== 'call') return;
      const former: Call | undefined = before.calls[event.data.id];
      const now = event.data;
      if (!former || myPart(former, agentId)?.state !== 'joined' || (isLive(now) && myPart(now, agentId)?.state === 'joined')) return;
      const leftAt = now.endedAt ?? new Date(serverNow()).toISOString();
      const number = now.direction === 'inbound' ? now.from : now.to;
      const left: LastCall = { conversationId: now.conversationId, name: now.contact.name, number, talkMs: between(now.answeredAt, leftAt) ?? 0, leftAt };
      keep(key, JSON.stringify(left));
      setLast(left);
    },
    [agentId],
  );
  useLiveEvents(onEvent);
  return last;
}
