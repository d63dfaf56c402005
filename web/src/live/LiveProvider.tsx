import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { keys } from '../api/queries';
import { apiBase } from '../api/client';
import type { Me } from '../api/types';
import { applyToCache, refetchAll } from './cache';
import { LiveConnection, type LiveStatus } from './connection';
import type { LiveEvent } from './protocol';
import type { LiveState } from './reducer';

export type EventListener = (event: LiveEvent, before: LiveState, after: LiveState) => void;

interface Live {
  connection: LiveConnection;
  listeners: Set<EventListener>;
}

const LiveContext = createContext<Live | null>(null);

const liveUrl = (): string => `${location.origin.replace(/^http/, 'ws')}${apiBase}/live`;

/** One live connection per signed-in workspace; mount it with a key of the workspace. */
export function LiveProvider({ me, children }: { me: Me; children: ReactNode }) {
  const queries = useQueryClient();
  const [live] = useState<Live>(() => {
    const listeners = new Set<EventListener>();
    const connection = new LiveConnection(liveUrl(), {
      onEvent: (event, before, after) => {
        applyToCache(queries, event, me.agentId);
        for (const listener of listeners) listener(event, before, after);
      },
      onSnapshot: (again) => {
        if (again) refetchAll(queries);
      },
      // Asking who I am tells whether the session has ended (then the log-in comes) or only the network has.
      onRefused: () => void queries.invalidateQueries({ queryKey: keys.me }),
    });
    return { connection, listeners };
  });
  useEffect(() => {
    live.connection.start();
    return () => live.connection.stop();
  }, [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

function useLive(): Live {
  const live = use(LiveContext);
  if (!live) throw new Error('useLive needs a LiveProvider');
  return live;
}

export const useLiveConnection = (): LiveConnection => useLive().connection;

function useLiveView() {
  const { connection } = useLive();
  return useSyncExternalStore(connection.subscribe, connection.view);
}

export const useLiveState = (): LiveState => useLiveView().state;
export const useLiveStatus = (): LiveStatus => useLiveView().status;

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
