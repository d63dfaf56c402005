import { infiniteQueryOptions, queryOptions, type InfiniteData } from '@tanstack/react-query';
import { client, result } from './client';
import type { Contact, ConversationSummary } from './types';

/** The inbox's lists, in the order of the sidebar. */
export const lists = ['all', 'mine', 'unassigned', 'open', 'missed', 'closed'] as const;
export type ListName = (typeof lists)[number];

export interface Page<T> {
  items: T[];
  next?: string;
}
export type Pages<T> = InfiniteData<Page<T>, string | undefined>;

/** The first element of every key; live updates find the caches by it. */
export const keys = {
  me: ['me'] as const,
  conversations: ['conversations'] as const,
  conversation: ['conversation'] as const,
  contacts: ['contacts'] as const,
  contact: ['contact'] as const,
  recording: ['recording'] as const,
};

export interface ConversationScope {
  list: ListName;
  contactId?: string;
}

const pageSize = 50;
const paging = { initialPageParam: undefined as string | undefined, getNextPageParam: (page: { next?: string }) => page.next };

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: () => result(client.GET('/me')),
  retry: false,
});

export const conversationsQuery = (scope: ConversationScope) =>
  infiniteQueryOptions({
    queryKey: [...keys.conversations, scope] as const,
    queryFn: ({ pageParam }): Promise<Page<ConversationSummary>> =>
      result(client.GET('/conversations', { params: { query: { ...scope, limit: pageSize, cursor: pageParam } } })),
    ...paging,
  });

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.conversation, id] as const,
    queryFn: () => result(client.GET('/conversations/{id}', { params: { path: { id } } })),
  });

export const contactsQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.contacts, q] as const,
    queryFn: ({ pageParam }): Promise<Page<Contact>> =>
      result(client.GET('/contacts', { params: { query: { q: q || undefined, limit: pageSize, cursor: pageParam } } })),
    ...paging,
  });

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.contact, id] as const,
    queryFn: () => result(client.GET('/contacts/{id}', { params: { path: { id } } })),
  });

export const recordingQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.recording, id] as const,
    queryFn: () => result(client.GET('/recordings/{id}', { params: { path: { id } } })),
    staleTime: Infinity,
  });

export const numbersQuery = queryOptions({
  queryKey: ['numbers'] as const,
  queryFn: () => result(client.GET('/numbers')),
});
