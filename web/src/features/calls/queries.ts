import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { client, result } from '../../shared/api/client';
import type { BusinessNumber, Call, Contact, ConversationSummary } from '../../shared/api/types';
import { useMe } from '../../shared/session/me';

// Settings change seldom; a ring that begins after a change asks anew.
const settingsMs = 60_000;

const settingsQuery = queryOptions({ queryKey: ['calls', 'settings'] as const, staleTime: settingsMs, queryFn: () => result(client.GET('/settings')) });
const numbersQuery = queryOptions({ queryKey: ['calls', 'numbers'] as const, staleTime: settingsMs, queryFn: () => result(client.GET('/numbers')) });
const teamsQuery = queryOptions({ queryKey: ['calls', 'teams'] as const, staleTime: settingsMs, queryFn: () => result(client.GET('/teams')) });

/**
 * How long a call rings at me, in seconds; undefined until it is known. My own ring time goes before the number's, its team's, the workspace's
 * and the default (IN-4).
 */
export function useRingSeconds(call: Call): number | undefined {
  const me = useMe();
  const settings = useQuery(settingsQuery).data;
  const numbers = useQuery(numbersQuery).data;
  const teams = useQuery(teamsQuery).data;
  if (!settings || !numbers || !teams) return undefined;
  const number = numbers.items.find((each) => each.id === call.number.id)?.settings;
  const team = teams.items.find((each) => each.id === (call.team?.id ?? number?.team ?? settings.settings.team))?.settings;
  const levels = [number, team, settings.settings, settings.defaults];
  const automatic = levels.find((level) => level?.automatic !== undefined)?.automatic ?? true;
  // Where all ring, they stop together: an own ring time counts when one is asked at a time.
  if (me.ringSeconds > 0 && automatic) return me.ringSeconds;
  return levels.find((level) => level?.ringSeconds !== undefined)?.ringSeconds;
}

/** What is known of a contact before this call: the latest other conversation. */
export function useLately(call: Call): ConversationSummary | undefined {
  const { data } = useQuery({
    queryKey: ['calls', 'lately', call.contact.id, call.id] as const,
    queryFn: () => result(client.GET('/conversations', { params: { query: { contactId: call.contact.id, limit: 2 } } })),
  });
  return data?.items.find((conversation) => conversation.id !== call.conversationId);
}

/** For how long a caller who is turned away is blocked, as the workspace has it; a number or team may have its own. */
export function useBlockDays(): number | undefined {
  const settings = useQuery(settingsQuery).data;
  return settings?.settings.blockDays ?? settings?.defaults.blockDays;
}

/** Our numbers that I may show to whom I call (OUT-5). */
export function useCallerIds(): BusinessNumber[] {
  const me = useMe();
  const { data } = useQuery(numbersQuery);
  return data?.items.filter((number) => number.allowedAgents.length === 0 || number.allowedAgents.includes(me.agentId)) ?? [];
}

const mostMatches = 5;

/** Contacts by name or number while either is typed (OUT-2). */
export function useMatches(text: string): Contact[] {
  const q = text.trim();
  const { data } = useQuery({
    queryKey: ['calls', 'matches', q] as const,
    enabled: q.length >= 2,
    placeholderData: keepPreviousData,
    queryFn: () => result(client.GET('/contacts', { params: { query: { q, limit: mostMatches } } })),
  });
  return q.length >= 2 ? (data?.items ?? []) : [];
}
