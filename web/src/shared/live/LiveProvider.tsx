import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { apiBase } from '../api/client';
import type { LiveEvent } from '../api/types';
import { holdClock, runningNow } from '../format/clock';
import { meQuery, notMe } from '../session/me';
import { Answers } from './answers';
import type { CacheWriter, Change } from './change';
import { LiveConnection, type LiveStatus, type LiveView } from './connection';
import type { LiveState } from './reducer';
import { together } from './together';

export type EventListener = (event: LiveEvent, before: LiveState, after: LiveState) => void;

interface Live {
  connection: LiveConnection;
  listeners: Set<EventListener>;
  answers: Answers;
  /** Writes a change into everything fetched. */
  write: (change: Change) => void;
}

const LiveContext = createContext<Live | null>(null);

const liveUrl = (): string => `${location.origin.replace(/^http/, 'ws')}${apiBase}/live`;

interface LiveProviderProps {
  /** One for each feature that fetches what the live channel tells of. */
  caches: readonly CacheWriter[];
  /** The session has ended: nothing is asked for, and times stand still, until somebody signs in again. */
  paused?: boolean;
  children: ReactNode;
}

/** One live connection per signed-in workspace; mount it with a key of the workspace. */
export function LiveProvider({ caches, paused = false, children }: LiveProviderProps) {
  const queries = useQueryClient();
  const [live] = useState<Live>(() => {
    const listeners = new Set<EventListener>();
    const writers = caches.map((open) => open(queries));
    const answers = new Answers(queries, (change) => {
      if (change.topic === 'me') queries.setQueryData(meQuery.queryKey, change.data);
      for (const writer of writers) writer(change);
    });
    const writeSoon = together<Change>(answers.tell);
    const connection = new LiveConnection(liveUrl(), {
      onEvent: (event, before, after) => {
        writeSoon(event);
        for (const listener of listeners) listener(event, before, after);
      },
      onSnapshot: ({ me, unchangedMs }, again) => {
        writeSoon.flush();
        queries.setQueryData(meQuery.queryKey, (known) => (known?.agentId === me.agentId ? me : known));
        // Nobody has told of what changed in a gap, or between a page's first answers and its first connection.
        const unchanged = !again && unchangedMs > performance.now();
        if (!unchanged) void queries.invalidateQueries(notMe);
      },
      // Asking who I am tells whether the session has ended (then the log-in comes) or only the network has.
      onRefused: () => void queries.invalidateQueries({ queryKey: meQuery.queryKey }),
    });
    const writeNow = (change: Change) => {
      writeSoon.flush();
      answers.tell([change]);
    };
    return { connection, listeners, answers, write: writeNow };
  });
  useEffect(() => live.answers.watch(), [live]);
  useEffect(() => {
    // Times stand still while nothing is known: a running one would say that a call goes on.
    const follow = () => {
      const { status, heardAt } = live.connection.view();
      holdClock(status === 'lost' ? heardAt : undefined);
    };
    const stopFollowing = live.connection.subscribe(follow);
    return () => {
      stopFollowing();
      holdClock(undefined);
    };
  }, [live]);
  useEffect(() => {
    if (paused) {
      holdClock(runningNow());
      return () => holdClock(undefined);
    }
    live.connection.start();
    return () => live.connection.stop();
  }, [live, paused]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

function useLive(): Live {
  const live = use(LiveContext);
  if (!live) throw new Error('useLive needs a LiveProvider');
  return live;
}

export const useLiveConnection = (): LiveConnection => useLive().connection;

export function useLiveView(): LiveView {
  const { connection } = useLive();
  return useSyncExternalStore(connection.subscribe, connection.view);
}

export const useLiveState = (): LiveState => useLiveView().state;
export const useLiveStatus = (): LiveStatus => useLiveView().status;
/** False only while the server says that the phone system is gone. */
export const useEngineUp = (): boolean => useLiveView().state.engine?.up !== false;

/** Tells everything fetched of a change that this browser has made, before the live channel does. */
export const useTellChange = (): ((change: Change) => void) => useLive().write;

/** Calls `listener` for every event taken in. It must be stable (useCallback). */
export function useLiveEvents(listener: EventListener): void {
  const { listeners } = useLive();
  useEffect(() => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, [listeners, listener]);
}
