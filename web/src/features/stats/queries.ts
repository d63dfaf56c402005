import { infiniteQueryOptions, queryOptions, keepPreviousData } from '@tanstack/react-query';
import { client, result } from '../../shared/api/client';
import { paging } from '../../shared/api/pages';
import type { components } from '../../shared/api/schema.gen';
import type { Period } from './period';

export type Report = components['schemas']['Report'];
export type ReportTotal = components['schemas']['ReportTotal'];
export type ReportDay = components['schemas']['ReportDay'];
export type ReportAgent = components['schemas']['ReportAgent'];
export type FigureCall = components['schemas']['FigureCall'];
export type FigureName = components['schemas']['FigureName'];
export type CallKind = components['schemas']['CallKind'];
export type Direction = components['schemas']['Direction'];
type Reason = components['schemas']['MissedReason'];

/** Which calls all figures of a screen are about. */
export interface Scope extends Period {
  team?: string;
  number?: string;
  kind?: CallKind;
  direction?: Direction;
  seconds: number;
}

/** A figure that somebody looks behind, or a part of it. */
export interface Behind {
  figure: FigureName;
  agent?: string;
  day?: string;
  reason?: Reason;
  weekday?: number;
  hour?: number;
  rest?: boolean;
}

export const statsKey = ['stats'] as const;

export const reportQuery = (scope: Scope, compare: boolean) =>
  queryOptions({
    queryKey: [...statsKey, 'report', scope, compare] as const,
    queryFn: () => result(client.GET('/stats/report', { params: { query: { ...scope, compare } } })),
    placeholderData: keepPreviousData,
  });

export const callsQuery = (scope: Scope, { day, ...behind }: Behind) =>
  infiniteQueryOptions({
    queryKey: [...statsKey, 'calls', scope, day, behind] as const,
    queryFn: ({ pageParam: cursor }) =>
      result(client.GET('/stats/calls', { params: { query: { ...scope, ...(day && { from: day, to: day }), ...behind, ...(cursor && { cursor }) } } })),
    ...paging,
  });

// What the filters need of the settings is the same for minutes.
const staleTime = 60_000;
export const teamsQuery = queryOptions({ queryKey: ['settings', 'teams'] as const, queryFn: () => result(client.GET('/teams')), staleTime });
/** What raw data can have; a server's release has always the same. */
export const columnsQuery = queryOptions({ queryKey: ['stats-columns'] as const, queryFn: () => result(client.GET('/stats/raw-data/columns')), staleTime: Infinity });
export const numbersQuery = queryOptions({ queryKey: ['settings', 'numbers'] as const, queryFn: () => result(client.GET('/numbers')), staleTime });
