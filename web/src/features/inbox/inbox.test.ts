import { describe, expect, it } from 'vitest';
import type { Note } from '../../shared/api/types';
import { call } from '../../testing/samples';
import { complete, matching, mentionAt, mentioned, withMentions } from './mentions';
import { byDay } from './timeline';

const agents = [
  { id: 'kim', name: '김민지' },
  { id: 'lee', name: 'Lee' },
  { id: 'leeann', name: 'Lee Ann' },
];

describe('mentions (INBOX-3)', () => {
  it.each([
    ['@', 1, { from: 0, query: '' }],
    ['안녕 @김', 5, { from: 3, query: '김' }],
    ['a\n@le', 5, { from: 2, query: 'le' }],
    ['@Lee An', 7, { from: 0, query: 'Lee An' }],
    ['mail me@lee', 11, undefined],
    ['@lee done and', 13, undefined],
    ['@lee', 0, undefined],
  ])('typed: %s (%d)', (text, caret, expected) => {
    expect(mentionAt(text, caret)).toEqual(expected);
  });

  it('finds colleagues by the start of the name or of a word', () => {
    expect(matching(agents, 'le').map((a) => a.id)).toEqual(['lee', 'leeann']);
    expect(matching(agents, 'ann').map((a) => a.id)).toEqual(['leeann']);
    expect(matching(agents, '김').map((a) => a.id)).toEqual(['kim']);
  });

  it('completes in place', () => {
    expect(complete('hi @le there', 3, 6, 'Lee Ann')).toEqual({ text: 'hi @Lee Ann there', caret: 12 });
  });

  it('prefers the longer name and tells each once', () => {
    expect(mentioned('@Lee Ann, @김민지님 @Lee Ann', agents)).toEqual(['leeann', 'kim']);
    expect(mentioned('nobody@all', agents)).toEqual([]);
  });

  it('keeps every letter of the text', () => {
    const text = '송장 @김민지님, @Lee please @';
    const parts = withMentions(text, agents);
    expect(parts.map((part) => part.text).join('')).toBe(text);
    expect(parts.filter((part) => part.mention).map((part) => part.text)).toEqual(['@김민지', '@Lee']);
  });
});

describe('byDay', () => {
  const note = (id: string, createdAt: string): Note => ({ id, conversationId: 'c', author: { id: 'a', name: 'A' }, text: id, mentions: [], createdAt });
  const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString();
  it('orders calls and notes by time and parts them by calendar day', () => {
    const days = byDay([call({ id: 'second', startedAt: at(23, 9) }), call({ id: 'first', startedAt: at(22, 23) })], [note('between', at(23, 8)), note('last', at(23, 10))]);
    expect(days.map((day) => day.items.map((item) => item.call?.id ?? item.note?.id))).toEqual([['first'], ['between', 'second', 'last']]);
  });
});
