import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { useLiveEvents, type EventListener } from '../../shared/live/LiveProvider';
import { todayKey, todayQuery } from './queries';

// Figures follow a call's beginning and end within a second, and a busy minute asks once a second only.
const pauseMs = 700;

/** Today's figures, asked for anew whenever a call has begun, been answered or ended. */
export function useToday(team: string) {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const askSoon = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void queries.invalidateQueries({ queryKey: todayKey });
    }, pauseMs);
  }, [queries]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const listener = useCallback<EventListener>(
    (event, before) => {
      if (event.topic === 'call' && before.calls[event.data.id]?.state !== event.data.state) askSoon();
    },
    [askSoon],
  );
  useLiveEvents(listener);
  return useQuery(todayQuery(team));
}
