import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { client, result } from '../../shared/api/client';
import type { components } from '../../shared/api/schema.gen';
import type { Me } from '../../shared/api/types';
import { meQuery, notMe } from '../../shared/session/me';
import { tellOtherWindows } from './otherWindows';

interface Credentials {
  email: string;
  password: string;
  workspaceId?: string | undefined;
}

/** Somebody is signed in. What was fetched stays theirs when they were here before; it is fetched anew by the live channel. */
async function enter(queries: QueryClient, me: Me): Promise<void> {
  // An answer that is still on its way says that nobody is signed in.
  await queries.cancelQueries({ queryKey: meQuery.queryKey });
  if (queries.getQueryData(meQuery.queryKey)?.agentId !== me.agentId) queries.removeQueries(notMe);
  queries.setQueryData(meQuery.queryKey, me);
  tellOtherWindows();
}

export function useLogin() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ workspaceId, ...body }: Credentials) => result(client.POST('/login', { body: { ...body, ...(workspaceId && { workspaceId }) } })),
    onSuccess: (me: Me) => enter(queries, me),
  });
}

/** Lets somebody in by a link: to a workspace, or to a new password. */
export function useJoin(token: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: components['schemas']['JoinRequest']) => result(client.POST('/join/{token}', { params: { path: { token } }, body })),
    onSuccess: (me: Me) => enter(queries, me),
  });
}

export function useLogout() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => result(client.POST('/logout')),
    onSettled: () => {
      queries.clear();
      tellOtherWindows();
      location.assign('/');
    },
  });
}
