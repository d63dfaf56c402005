import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { client, result } from '../../../shared/api/client';
import type { OutboundCheck } from '../../../shared/api/types';
import { dialable } from './dialling';

const tooEarly = ({ reason }: OutboundCheck): boolean => reason === 'capCallsPerSecond';

/** Nothing is known yet: what is typed is no number so far, or it is only a second too early for the next call. */
export const isOpen = (check: OutboundCheck): boolean => check.reason === 'notANumber' || tooEarly(check);

const pauseMs = 250;
/** What is used up now may be free again in a while; whoever is only too early is so for a second. */
const againMs = 10_000;
const secondMs = 1000;

/**
 * What would become of a call to what is typed: where that is, what it costs, whether it may be placed (OUT-5 to OUT-9). Only of just this number
 * and caller id, else nothing: the answer for another one would be wrong.
 */
export function useOutboundCheck(text: string, from: string | undefined): OutboundCheck | undefined {
  const typed = dialable(text);
  const [to] = useDebouncedValue(typed, pauseMs);
  const { data } = useQuery<OutboundCheck>({
    queryKey: ['calls', 'check', to, from] as const,
    enabled: to !== undefined && to === typed,
    gcTime: 0,
    refetchInterval: ({ state: { data } }) => data?.allowed === false && (tooEarly(data) ? secondMs : againMs),
    queryFn: ({ signal }) => result(client.GET('/outbound/check', { params: { query: { to: to ?? '', ...(from && { from }) } }, signal })),
  });
  return to === typed ? data : undefined;
}
