import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, result } from '../../shared/api/client';
import { paging, type Page } from '../../shared/api/pages';
import type { Contact } from '../../shared/api/types';

/** The first element of every key; what has changed finds the fetched data by it. */
export const keys = { contacts: ['contacts'] as const, contact: ['contact'] as const, initials: ['contact-initials'] as const };

const pageSize = 100;

interface ContactsFilter {
  q: string;
  /** The initial that the list begins at; without, the first name. */
  from?: string | undefined;
}

/** Contacts by name. */
export const contactsQuery = ({ q, from }: ContactsFilter) =>
  infiniteQueryOptions({
    queryKey: [...keys.contacts, q, from] as const,
    queryFn: ({ pageParam }): Promise<Page<Contact>> =>
      result(client.GET('/contacts', { params: { query: { q: q || undefined, order: 'name', from, limit: pageSize, cursor: pageParam } } })),
    ...paging,
  });

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.contact, id] as const,
    queryFn: () => result(client.GET('/contacts/{id}', { params: { path: { id } } })),
  });

export const initialsQuery = queryOptions({
  queryKey: keys.initials,
  queryFn: () => result(client.GET('/contact-initials')),
});

export const blocksQuery = queryOptions({
  queryKey: ['blocks'] as const,
  queryFn: () => result(client.GET('/blocks')),
});

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['contact-import', id] as const,
    queryFn: () => result(client.GET('/contact-imports/{id}', { params: { path: { id } } })),
  });
