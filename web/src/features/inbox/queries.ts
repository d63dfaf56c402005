import { hashKey, infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, result } from '../../shared/api/client';
import { pageSize, paging, type Page } from '../../shared/api/pages';
import type { ConversationSummary, TimelineEvent } from '../../shared/api/types';
import type { ListName } from './listNames';
import type { Filters } from './filters';

/** The first element of every key; what has changed finds the fetched data by it. */
export const keys = {
  conversations: ['conversations'] as const,
  counts: ['conversationCounts'] as const,
  conversation: ['conversation'] as const,
  events: ['conversationEvents'] as const,
  recording: ['recording'] as const,
  journal: ['callJournal'] as const,
  /** How many conversations have come before a list's first row. */
  news: ['conversationsNews'] as const,
  bulk: ['bulk'] as const,
};

export interface ConversationScope extends Filters {
  list: ListName;
  contactId?: string;
}

export const fetchConversations = (scope: ConversationScope, cursor: string | undefined): Promise<Page<ConversationSummary>> =>
  result(client.GET('/conversations', { params: { query: { ...scope, limit: pageSize, cursor } } }));

/** How often a list, by the hash of its key, was asked for from its first page on. An answer for one page that was asked for before is older than the list. */
export const timesAsked = new Map<string, number>();

export const conversationsQuery = (scope: ConversationScope) =>
  infiniteQueryOptions({
    queryKey: [...keys.conversations, scope] as const,
    queryFn: ({ pageParam, queryKey }) => {
      const hash = hashKey(queryKey);
      if (pageParam === undefined) timesAsked.set(hash, (timesAsked.get(hash) ?? 0) + 1);
      return fetchConversations(scope, pageParam);
    },
    ...paging,
  });

/** How many conversations stand in the lists; the server stops counting at `mostCounted`. */
export const countsQuery = queryOptions({
  queryKey: keys.counts,
  queryFn: () => result(client.GET('/conversations/counts')),
});
export const mostCounted = 1000;

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.conversation, id] as const,
    queryFn: () => result(client.GET('/conversations/{id}', { params: { path: { id } } })),
  });

// A conversation that was touched more often than this is shown without its oldest changes; its calls and notes are all there.
const mostEvents = 5 * pageSize;

/** What was done to a conversation and in its calls, oldest first, but for calls and notes, which the conversation itself has. */
export const eventsQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.events, id] as const,
    queryFn: async () => {
      const events: TimelineEvent[] = [];
      let cursor: string | undefined;
      do {
        const page: { items: TimelineEvent[]; next?: string } = await result(client.GET('/conversations/{id}/events', { params: { path: { id }, query: { limit: pageSize, cursor } } }));
        events.push(...page.items);
        cursor = page.next;
      } while (cursor && events.length < mostEvents);
      return events.filter(({ type }) => type !== 'call' && type !== 'note');
    },
  });

export const recordingQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.recording, id] as const,
    queryFn: () => result(client.GET('/recordings/{id}', { params: { path: { id } } })),
    staleTime: Infinity,
  });

// Somebody makes a tag now and then; a picker that is opened again asks again.
export const tagsQuery = queryOptions({
  queryKey: ['tags'] as const,
  queryFn: async () => (await result(client.GET('/tags'))).items,
});

export const teamsQuery = queryOptions({
  queryKey: ['teams'] as const,
  queryFn: async () => (await result(client.GET('/teams'))).items,
});
