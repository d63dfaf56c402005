import type { CallKind, Direction, MissedReason } from '../../shared/api/types';

/** What narrows a list down (INBOX-5), as the API takes it. */
export interface Filters {
  q?: string;
  kind?: CallKind;
  direction?: Direction;
  agent?: string;
  team?: string;
  tag?: string;
  reason?: MissedReason;
  from?: string;
  to?: string;
  sort?: 'newest' | 'oldest';
}

export type FilterName = keyof Filters;

export const kinds = ['phone', 'voice', 'video'] as const satisfies readonly CallKind[];
export const directions = ['inbound', 'outbound'] as const satisfies readonly Direction[];
export const reasons = [
  'notInOperation', 'noOperator', 'abandonedInQueue', 'ringTimeOver', 'userLeft', 'exceededQueue', 'workflow', 'blockedUser', 'unregisteredNumber', 'inboundRateLimit', 'managerLeft',
] as const satisfies readonly MissedReason[];

/** In the order in which their chips stand. */
export const filterNames = ['q', 'kind', 'direction', 'agent', 'team', 'tag', 'reason', 'from', 'to', 'sort'] as const satisfies readonly FilterName[];

const oneOf = <T extends string>(known: readonly T[], value: string | null): T | undefined => known.find((each) => each === value);
const isDay = (value: string | null): value is string => value !== null && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));

const longestSearch = 100;

/** The filters in an address, in which days stand as the agent's calendar days; what is none is passed over. */
export function filtersIn(params: URLSearchParams): Filters {
  const filters: Filters = {};
  const put = <K extends FilterName>(name: K, value: Filters[K] | null) => {
    if (value) filters[name] = value;
  };
  put('q', params.get('q')?.trim().slice(0, longestSearch));
  put('kind', oneOf(kinds, params.get('kind')));
  put('direction', oneOf(directions, params.get('direction')));
  put('agent', params.get('agent') ?? undefined);
  put('team', params.get('team') ?? undefined);
  put('tag', params.get('tag') ?? undefined);
  put('reason', oneOf(reasons, params.get('reason')));
  put('sort', oneOf(['oldest'] as const, params.get('sort')));
  const [from, to] = [params.get('from'), params.get('to')];
  if (isDay(from)) put('from', startOf(from, 0));
  if (isDay(to)) put('to', startOf(to, 1));
  return filters;
}

/** The moment at which a calendar day begins here, or the one so many days later. */
function startOf(day: string, later: number): string {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year ?? 0, (month ?? 1) - 1, (date ?? 1) + later).toISOString();
}

/** The address's filters with one changed; `undefined` takes it out. */
export function withFilter(params: URLSearchParams, name: FilterName, value: string | undefined): URLSearchParams {
  const next = new URLSearchParams(params);
  if (value) next.set(name, value);
  else next.delete(name);
  return next;
}

export const withoutFilters = (params: URLSearchParams): URLSearchParams => {
  const next = new URLSearchParams(params);
  for (const name of filterNames) next.delete(name);
  return next;
};
