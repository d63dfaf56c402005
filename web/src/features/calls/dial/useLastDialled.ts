import { useQuery } from '@tanstack/react-query';
import { client, result } from '../../../shared/api/client';
import { useMe } from '../../../shared/session/me';

/** The number that I dialled last, on whichever machine; undefined until it is known, and where there is none. */
export function useLastDialled(wanted: boolean): string | undefined {
  const { agentId } = useMe();
  const { data } = useQuery({
    queryKey: ['calls', 'last dialled', agentId] as const,
    enabled: wanted,
    gcTime: 0,
    queryFn: async () => {
      const { items } = await result(client.GET('/conversations', { params: { query: { direction: 'outbound', agent: agentId, limit: 1 } } }));
      const id = items[0]?.lastCall?.id;
      return id ? (await result(client.GET('/calls/{id}', { params: { path: { id } } }))).to : null;
    },
  });
  return data ?? undefined;
}
