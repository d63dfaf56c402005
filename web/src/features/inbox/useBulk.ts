import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { client, result } from '../../shared/api/client';
import type { Bulk, BulkRequest } from '../../shared/api/types';
import { tellProblem } from '../../shared/ui/problems';
import { refetchInbox } from './cache';
import { keys } from './queries';

// The live channel tells how far a bulk action is; where it is cut this asks, in milliseconds.
const askEvery = 2000;

/** A page without https has no crypto.randomUUID. */
const newKey = (): string => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join('-');

export type BulkAction = Omit<BulkRequest, 'key' | 'ids' | 'filter'>;

interface BulkWork {
  /** The latest action; undefined once its result was put away. */
  bulk: Bulk | undefined;
  /** It goes on, or the lists do not show yet what it has done. */
  working: boolean;
  start: (target: Pick<BulkRequest, 'ids' | 'filter'>, action: BulkAction) => void;
  undo: () => void;
  putAway: () => void;
}

/** One thing done to many conversations, on the server's side: how far it is and what came of it (MISS-3). */
export function useBulk(): BulkWork {
  const queries = useQueryClient();
  const [id, setId] = useState<string>();
  const [shown, setShown] = useState<string>();
  const { data: bulk } = useQuery({
    queryKey: [...keys.bulk, id],
    queryFn: () => result(client.GET('/bulk/{id}', { params: { path: { id: id ?? '' } } })),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.state === 'done' ? false : askEvery),
  });
  const began = (started: Bulk) => {
    queries.setQueryData([...keys.bulk, started.id], started);
    setId(started.id);
  };
  const work = useMutation({ mutationFn: (body: BulkRequest) => result(client.POST('/conversations/bulk', { body })), onSuccess: began, onError: tellProblem });
  const back = useMutation({ mutationFn: (of: string) => result(client.POST('/bulk/{id}/undo', { params: { path: { id: of } } })), onSuccess: began, onError: tellProblem });
  const done = bulk?.state === 'done' ? bulk.id : undefined;
  useEffect(() => {
    if (done) void refetchInbox(queries).then(() => setShown(done));
  }, [done, queries]);
  return {
    bulk,
    working: bulk !== undefined && bulk.id !== shown,
    start: (target, action) => work.mutate({ ...target, ...action, key: newKey() }),
    undo: () => bulk && back.mutate(bulk.id),
    putAway: () => setId(undefined),
  };
}
