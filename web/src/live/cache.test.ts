import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { conversationQuery, conversationsQuery, contactsQuery, type ListName, type Pages } from '../api/queries';
import type { Contact, Conversation, ConversationSummary } from '../api/types';
import { call, contact, conversation } from '../testing/samples';
import { applyToCache } from './cache';
import { belongs, place } from './pages';
import type { LiveEvent } from './protocol';

const pages = <T>(...lists: T[][]): Pages<T> => ({
  pages: lists.map((items, index) => ({ items, next: index < lists.length - 1 ? `cursor-${index}` : undefined })),
  pageParams: lists.map(() => undefined),
});
const at = (minute: number, id: string, rest: Partial<ConversationSummary> = {}) =>
  conversation({ id, updatedAt: `2026-11-23T01:${String(minute).padStart(2, '0')}:00Z`, ...rest });
const ids = (all: Pages<ConversationSummary>) => all.pages.map((page) => page.items.map((item) => item.id));

// Covers: INBOX-4 (lists), MISS-2 (the missed list)
describe('belongs', () => {
  const mine = { assignee: { id: 'me', name: 'Me' } };
  it.each<[string, Partial<ConversationSummary>, ListName[]]>([
    ['open, nobody’s', {}, ['all', 'unassigned', 'open']],
    ['open, mine', mine, ['all', 'mine', 'open']],
    ['open, a colleague’s', { assignee: { id: 'other', name: 'O' } }, ['all', 'open']],
    ['missed', { state: 'missed', missedReason: 'userLeft' }, ['all', 'missed']],
    ['closed, mine', { ...mine, state: 'closed' }, ['all', 'closed']],
  ])('%s', (_, rest, expected) => {
    const lists: ListName[] = ['all', 'mine', 'unassigned', 'open', 'missed', 'closed'];
    expect(lists.filter((list) => belongs(conversation(rest), { list }, 'me'))).toEqual(expected);
  });

  it('keeps other contacts’ conversations out of a contact’s list', () => {
    expect(belongs(conversation(), { list: 'all', contactId: 'somebody' }, 'me')).toBe(false);
  });
});

describe('place', () => {
  const loaded = pages([at(50, 'a'), at(40, 'b')], [at(30, 'c'), at(20, 'd')]);
  it('puts a new one on top', () => {
    expect(ids(place(loaded, at(55, 'new'), true))).toEqual([['new', 'a', 'b'], ['c', 'd']]);
  });
  it('moves a known one to its new place', () => {
    expect(ids(place(loaded, at(45, 'd'), true))).toEqual([['a', 'd', 'b'], ['c']]);
  });
  it('takes one out that no longer belongs', () => {
    expect(ids(place(loaded, at(45, 'c'), false))).toEqual([['a', 'b'], ['d']]);
  });
  it('adds an old one at the end when everything is loaded, else leaves it to its page', () => {
    expect(ids(place(loaded, at(5, 'old'), true))).toEqual([['a', 'b'], ['c', 'd', 'old']]);
    const more: Pages<ConversationSummary> = { ...loaded, pages: loaded.pages.map((page) => ({ ...page, next: 'more' })) };
    expect(ids(place(more, at(5, 'old'), true))).toEqual([['a', 'b'], ['c', 'd']]);
  });
  it('fills an empty list', () => {
    expect(ids(place(pages<ConversationSummary>([]), at(1, 'first'), true))).toEqual([['first']]);
  });
});

type Body = LiveEvent extends infer E ? (E extends LiveEvent ? Pick<E, 'topic' | 'data'> : never) : never;
const event = (body: Body): LiveEvent => ({ type: 'event', seq: 2, ...body });

// Covers: INBOX-1, INBOX-3
describe('applyToCache', () => {
  function opened() {
    const queries = new QueryClient();
    const key = conversationQuery('conversation-1').queryKey;
    queries.setQueryData(key, { ...conversation({ assignee: { id: 'me', name: 'Me' } }), calls: [call()], notes: [] });
    const read = (): Conversation => {
      const data = queries.getQueryData(key);
      if (!data) throw new Error('the conversation is gone');
      return data;
    };
    return { queries, read };
  }

  it('brings a call’s new state into its conversation, without doubling it', () => {
    const { queries, read } = opened();
    applyToCache(queries, event({ topic: 'call', data: call({ state: 'ended' }) }), 'me');
    expect(read().calls.map((c) => c.state)).toEqual(['ended']);
  });

  it('adds a note once', () => {
    const { queries, read } = opened();
    const note = { id: 'n', conversationId: 'conversation-1', author: { id: 'a', name: 'A' }, text: 'hi', mentions: [], createdAt: '2026-11-23T01:01:00Z' };
    applyToCache(queries, event({ topic: 'note', data: note }), 'me');
    applyToCache(queries, event({ topic: 'note', data: note }), 'me');
    expect(read().notes).toEqual([note]);
  });

  it('keeps calls when the summary changes, and drops an assignee that was removed', () => {
    const { queries, read } = opened();
    applyToCache(queries, event({ topic: 'conversation', data: conversation({ state: 'closed' }) }), 'me');
    expect(read()).toMatchObject({ state: 'closed', calls: [{ id: 'call-1' }] });
    expect(read().assignee).toBeUndefined();
  });

  it('moves a conversation between lists', () => {
    const queries = new QueryClient();
    const key = (list: ListName) => conversationsQuery({ list }).queryKey;
    queries.setQueryData(key('open'), pages([conversation()]));
    queries.setQueryData(key('closed'), pages<ConversationSummary>([]));
    applyToCache(queries, event({ topic: 'conversation', data: conversation({ state: 'closed' }) }), 'me');
    expect(queries.getQueryData(key('open'))?.pages[0]?.items).toEqual([]);
    expect(queries.getQueryData(key('closed'))?.pages[0]?.items).toHaveLength(1);
  });

  it('renames a contact everywhere it stands', () => {
    const { queries, read } = opened();
    const list = conversationsQuery({ list: 'all' }).queryKey;
    queries.setQueryData(list, pages([conversation()]));
    queries.setQueryData(contactsQuery('').queryKey, pages<Contact>([contact()]));
    applyToCache(queries, event({ topic: 'contact', data: contact({ name: 'Sky Lee' }) }), 'me');
    expect(read().contact.name).toBe('Sky Lee');
    expect(queries.getQueryData(list)?.pages[0]?.items[0]?.contact.name).toBe('Sky Lee');
    expect(queries.getQueryData(contactsQuery('').queryKey)?.pages[0]?.items[0]?.name).toBe('Sky Lee');
  });
});
