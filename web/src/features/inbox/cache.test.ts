import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Pages } from '../../shared/api/pages';
import type { Conversation, ConversationSummary } from '../../shared/api/types';
import { call, contact, conversation } from '../../testing/samples';
import { inboxCache } from './cache';
import type { ListName } from './listNames';
import { conversationQuery, conversationsQuery } from './queries';

const pages = <T>(...lists: T[][]): Pages<T> => ({
  pages: lists.map((items, index) => ({ items, next: index < lists.length - 1 ? `cursor-${index}` : undefined })),
  pageParams: lists.map(() => undefined),
});
const listKey = (list: ListName) => conversationsQuery({ list }).queryKey;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('inboxCache (INBOX-1, INBOX-3)', () => {
  function opened() {
    const queries = new QueryClient();
    const key = conversationQuery('conversation-1').queryKey;
    queries.setQueryData(key, { ...conversation({ assignee: { id: 'me', name: 'Me' } }), members: [], calls: [call()], notes: [] });
    const read = (): Conversation => {
      const data = queries.getQueryData(key);
      if (!data) throw new Error('the conversation is gone');
      return data;
    };
    return { queries, read, write: inboxCache(queries) };
  }

  it('brings a call’s new state into its conversation, without doubling it', () => {
    const { write, read } = opened();
    write({ topic: 'call', data: call({ state: 'ended' }) });
    expect(read().calls.map((c) => c.state)).toEqual(['ended']);
  });

  it('adds a note once', () => {
    const { write, read } = opened();
    const note = { id: 'n', conversationId: 'conversation-1', author: { id: 'a', name: 'A' }, text: 'hi', mentions: [], createdAt: '2026-11-23T01:01:00Z' };
    write({ topic: 'note', data: note });
    write({ topic: 'note', data: note });
    expect(read().notes).toEqual([note]);
  });

  it('keeps calls when the summary changes, and drops an assignee that was removed', () => {
    const { write, read } = opened();
    write({ topic: 'conversation', data: conversation({ state: 'closed' }) });
    expect(read()).toMatchObject({ state: 'closed', calls: [{ id: 'call-1' }] });
    expect(read().assignee).toBeUndefined();
  });

  it('shows a conversation’s new state in every page where it stands', () => {
    const { queries, write } = opened();
    queries.setQueryData(listKey('all'), pages([conversation({ id: 'other' })], [conversation()]));
    write({ topic: 'conversation', data: conversation({ state: 'closed' }) });
    const states = queries.getQueryData(listKey('all'))?.pages.map((page) => page.items.map((item) => item.state));
    expect(states).toEqual([['open'], ['closed']]);
  });

  it('renames a contact everywhere it stands', () => {
    const { queries, read, write } = opened();
    queries.setQueryData(listKey('all'), pages([conversation()]));
    write({ topic: 'contact', data: contact({ name: 'Sky Lee' }) });
    expect(read().contact.name).toBe('Sky Lee');
    expect(queries.getQueryData(listKey('all'))?.pages[0]?.items[0]?.contact.name).toBe('Sky Lee');
  });
});

// The server alone says what stands in a list.
describe('the lists (INBOX-1, INBOX-4, MISS-2)', () => {
  function listening() {
    const queries = new QueryClient();
    queries.setQueryData(listKey('mine'), pages<ConversationSummary>([]));
    const write = inboxCache(queries);
    const stale = () => queries.getQueryState(listKey('mine'))?.isInvalidated;
    return { write, stale, fresh: () => queries.setQueryData(listKey('mine'), pages<ConversationSummary>([])) };
  }

  it('are asked for anew soon after a conversation has changed, also one that they do not show', () => {
    const { write, stale } = listening();
    write({ topic: 'conversation', data: conversation() });
    vi.advanceTimersByTime(300);
    expect(stale()).toBe(true);
  });

  it('out of sight are asked for when they are shown, whatever has changed in place since', () => {
    const queries = new QueryClient();
    queries.setQueryData(listKey('mine'), pages([conversation(), conversation({ id: 'other' })]));
    const write = inboxCache(queries);
    write({ topic: 'conversation', data: conversation({ id: 'other', state: 'closed' }) });
    vi.advanceTimersByTime(300);
    write({ topic: 'conversation', data: conversation({ lastNote: 'call back' }) });
    write({ topic: 'contact', data: contact({ name: 'Sky Lee' }) });
    expect(queries.getQueryState(listKey('mine'))?.isInvalidated).toBe(true);
    expect(queries.getQueryData(listKey('mine'))?.pages[0]?.items[0]?.lastNote).toBe('call back');
  });

  it('of a contact are not asked for by what happens with others', () => {
    const queries = new QueryClient();
    const key = conversationsQuery({ list: 'all', contactId: 'contact-1' }).queryKey;
    queries.setQueryData(key, pages<ConversationSummary>([]));
    const write = inboxCache(queries);
    const asked = (of: string) => {
      write({ topic: 'conversation', data: conversation({ id: of, contact: contact({ id: of }) }) });
      vi.advanceTimersByTime(4000);
      return queries.getQueryState(key)?.isInvalidated;
    };
    expect([asked('contact-2'), asked('contact-1')]).toEqual([false, true]);
  });

  it('are not asked for by what changes no conversation', () => {
    const { write, stale } = listening();
    write({ topic: 'call', data: call() });
    vi.advanceTimersByTime(10_000);
    expect(stale()).toBe(false);
  });

  it('are asked for at most every three seconds however much changes, and once more after the last change', () => {
    const { write, stale, fresh } = listening();
    let asked = 0;
    for (let ms = 0; ms < 30_000; ms += 100) {
      if (ms < 20_000) write({ topic: 'conversation', data: conversation() });
      vi.advanceTimersByTime(100);
      if (!stale()) continue;
      asked += 1;
      fresh();
    }
    expect(asked).toBeGreaterThanOrEqual(6);
    expect(asked).toBeLessThanOrEqual(8);
  });
});
