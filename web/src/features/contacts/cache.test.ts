import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contact, conversation } from '../../testing/samples';
import { contactsCache } from './cache';
import { contactQuery, contactsQuery } from './queries';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('contactsCache (INBOX-1)', () => {
  const list = contactsQuery({ q: 'sky' }).queryKey;
  function opened() {
    const queries = new QueryClient();
    queries.setQueryData(list, { pages: [{ items: [contact()] }], pageParams: [undefined] });
    return { queries, write: contactsCache(queries) };
  }

  it('renames a contact in the list and on its own page at once', () => {
    const { queries, write } = opened();
    write({ topic: 'contact', data: contact({ name: 'Sky Lee' }) });
    expect(queries.getQueryData(list)?.pages[0]?.items[0]?.name).toBe('Sky Lee');
    expect(queries.getQueryData(contactQuery('contact-1').queryKey)?.name).toBe('Sky Lee');
  });

  it('asks the server soon whom a search finds now', () => {
    const { queries, write } = opened();
    write({ topic: 'contact', data: contact({ id: 'new' }) });
    vi.advanceTimersByTime(300);
    expect(queries.getQueryState(list)?.isInvalidated).toBe(true);
  });

  it('leaves the contacts alone when something else changes', () => {
    const { queries, write } = opened();
    write({ topic: 'conversation', data: conversation() });
    vi.advanceTimersByTime(10_000);
    expect(queries.getQueryState(list)?.isInvalidated).toBe(false);
  });
});
