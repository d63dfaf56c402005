import { queryOptions } from '@tanstack/react-query';
import { client, result } from '../../shared/api/client';

/** The share answered within so many seconds that the strip shows. */
export const serviceSeconds = 20;

export const todayKey = ['live', 'today'] as const;

export const todayQuery = (team: string) =>
  queryOptions({
    queryKey: [...todayKey, team] as const,
    queryFn: () => result(client.GET('/stats/today', { params: { query: { team: team || undefined, seconds: serviceSeconds } } })),
  });

// What a board needs of the settings is the same for minutes.
const staleTime = 60_000;
export const teamsQuery = queryOptions({ queryKey: ['settings', 'teams'] as const, queryFn: () => result(client.GET('/teams')), staleTime });
export const numbersQuery = queryOptions({ queryKey: ['settings', 'numbers'] as const, queryFn: () => result(client.GET('/numbers')), staleTime });
export const settingsQuery = queryOptions({ queryKey: ['settings', 'workspace'] as const, queryFn: () => result(client.GET('/settings')), staleTime });
