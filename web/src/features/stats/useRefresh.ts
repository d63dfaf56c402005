import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { useLiveEvents, type EventListener } from '../../shared/live/LiveProvider';
import { statsKey } from './queries';

// A call's facts stand within seconds of its end; the second look is for when they were slow.
const looksMs = [1500, 5000];

const over = ['ended', 'missed'];

/** While today is among the days shown, figures are asked for anew when calls have ended. */
export function useRefresh(live: boolean): void {
  const queries = useQueryClient();
  const looks = useRef(new Map<number, ReturnType<typeof setTimeout>>());
  useEffect(() => {
    const pending = looks.current;
    return () => pending.forEach(clearTimeout);
  }, []);
  const listener = useCallback<EventListener>(
    (event, before) => {
      if (!live || event.topic !== 'call' || !over.includes(event.data.state) || before.calls[event.data.id]?.state === event.data.state) return;
      for (const ms of looksMs) {
        if (looks.current.has(ms)) continue; // where calls end all the time, too
        const look = () => {
          looks.current.delete(ms);
          void queries.invalidateQueries({ queryKey: statsKey });
        };
        looks.current.set(ms, setTimeout(look, ms));
      }
    },
    [live, queries],
  );
  useLiveEvents(listener);
}
