import { queryOptions } from '@tanstack/react-query';
import { createContext, use } from 'react';
import { client, result } from '../api/client';
import type { Me } from '../api/types';

/** Who is signed in; the answer "unauthenticated" means nobody. */
export const meQuery = queryOptions({
  queryKey: ['me'] as const,
  queryFn: () => result(client.GET('/me')),
  retry: false,
});

/** Every query but that of who is signed in: what was fetched for an account in one workspace. */
export const notMe = { predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[0] !== meQuery.queryKey[0] };

export const MeContext = createContext<Me | null>(null);

/** The signed-in agent; only inside the desk. */
export function useMe(): Me {
  const me = use(MeContext);
  if (!me) throw new Error('useMe needs a signed-in agent');
  return me;
}

/** Whether this role may do an admin's work. */
export const administers = (me: Me): boolean => me.role === 'owner' || me.role === 'admin';
