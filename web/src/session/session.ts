import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, result } from '../api/client';
import { keys } from '../api/queries';
import type { Me, MeUpdate } from '../api/types';
import { useMe } from './MeContext';

export function useLogin() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; password: string }) => result(client.POST('/login', { body })),
    onSuccess: (me: Me) => {
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] });
      queries.setQueryData(keys.me, me);
    },
  });
}

export function useLogout() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => result(client.POST('/logout')),
    onSettled: () => {
      queries.clear();
      location.assign('/');
    },
  });
}

/** An owner or admin gives themselves an operator seat; the live channel tells that it is there. */
export function useTakeSeat() {
  const { agentId } = useMe();
  return useMutation({
    mutationFn: () => result(client.PATCH('/agents/{id}', { params: { path: { id: agentId } }, body: { seat: true } })),
  });
}

export function useUpdateMe() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: MeUpdate) => result(client.PATCH('/me', { body })),
    onSuccess: (me: Me, body) => {
      // Another workspace: nothing that was fetched belongs to it.
      if (body.workspaceId) queries.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] });
      queries.setQueryData(keys.me, me);
    },
  });
}
