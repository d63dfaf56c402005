import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, result } from '../api/client';
import type { Me, MeUpdate, PreferencesUpdate } from '../api/types';
import { tellProblem } from '../ui/problems';
import { meQuery, notMe, useMe } from './me';

/** Changes what I have set, or my workspace; a refusal is told. */
export function useUpdateMe() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: MeUpdate) => result(client.PATCH('/me', { body })),
    onSuccess: (me: Me, body) => {
      // Another workspace: nothing that was fetched belongs to it.
      if (body.workspaceId) queries.removeQueries(notMe);
      queries.setQueryData(meQuery.queryKey, me);
    },
    onError: tellProblem,
  });
}

/** Changes how my desk behaves; a refusal is the caller's to tell. My other windows hear of it by the live channel. */
export function useSavePreferences() {
  const queries = useQueryClient();
  return async (body: PreferencesUpdate) => {
    const { preferences } = await result(client.PATCH('/me/preferences', { body }));
    queries.setQueryData(meQuery.queryKey, (me: Me | undefined) => me && { ...me, preferences });
  };
}

/** An owner or admin gives themselves an operator seat; the live channel tells that it is there. */
export function useTakeSeat() {
  const { agentId } = useMe();
  return useMutation({
    mutationFn: () => result(client.PATCH('/agents/{id}', { params: { path: { id: agentId } }, body: { seat: true } })),
    onError: tellProblem,
  });
}
