import { describe, expect, it } from 'vitest';
import type { Participant } from '../api/types';
import { call, contact, customer, part } from '../testing/samples';
import { answeredBy, currentCall, myPart, ringEnded, ringingCalls, ringProfile, shown } from './selectors';

const withParts = (id: string, ...participants: Participant[]) => call({ id, participants: [customer(), ...participants] });
const byId = (...calls: ReturnType<typeof call>[]) => Object.fromEntries(calls.map((c) => [c.id, c]));

describe('myPart', () => {
  it.each<[string, Participant[], Participant['state'] | undefined]>([
    ['not in it', [part('other', 'joined')], undefined],
    ['rang in vain, rings again', [part('me', 'missed'), part('me', 'ringing')], 'ringing'],
    ['in it after an earlier ring', [part('me', 'joined'), part('me', 'missed')], 'joined'],
    ['the latest of the past', [part('me', 'missed'), part('me', 'declined')], 'declined'],
  ])('%s', (_, parts, expected) => {
    expect(myPart(withParts('c', ...parts), 'me')?.state).toBe(expected);
  });
});

// Covers: IN-1 (what rings for me), CALL-1
describe('offers and the running call', () => {
  const calls = byId(
    withParts('late', part('me', 'ringing', { ringingAt: '2026-11-23T01:00:09Z' })),
    withParts('early', part('me', 'ringing', { ringingAt: '2026-11-23T01:00:01Z' })),
    withParts('colleague', part('other', 'ringing')),
    withParts('mine', part('me', 'joined')),
  );
  it('lists what rings for me, the longest ringing first', () => {
    expect(ringingCalls(calls, 'me').map((c) => c.id)).toEqual(['early', 'late']);
  });
  it('finds the call I am in', () => {
    expect(currentCall(calls, 'me')?.id).toBe('mine');
    expect(currentCall(calls, 'other')).toBeUndefined();
  });
});

// Covers: IN-11
describe('ringEnded', () => {
  const ringing = withParts('c', part('me', 'ringing'));
  const joined = { joinedAt: '2026-11-23T01:00:05Z', name: '박도윤' };
  it.each([
    ['taken by a colleague', withParts('c', part('me', 'taken'), part('other', 'joined', joined)), { how: 'taken', by: '박도윤' }],
    ['the caller hung up', { ...withParts('c', part('me', 'missed')), missedReason: 'userLeft' as const }, { how: 'callerLeft' }],
    ['the ring time ran out', withParts('c', part('me', 'missed')), { how: 'missed' }],
  ])('%s', (_, after, expected) => {
    expect(ringEnded(ringing, after, 'me')).toMatchObject(expected);
  });
  it.each([
    ['I answered', ringing, withParts('c', part('me', 'joined'))],
    ['I declined', ringing, withParts('c', part('me', 'declined'))],
    ['it never rang for me', withParts('c', part('other', 'ringing')), withParts('c', part('other', 'missed'))],
    ['it is new', undefined, ringing],
  ])('says nothing when %s', (_, before, after) => {
    expect(ringEnded(before, after, 'me')).toBeUndefined();
  });
});

describe('answeredBy', () => {
  it('is the first agent who came in', () => {
    const late = part('late', 'joined', { joinedAt: '2026-11-23T01:03:00Z' });
    const first = part('first', 'left', { joinedAt: '2026-11-23T01:00:05Z' });
    expect(answeredBy(withParts('c', late, first))?.agentId).toBe('first');
    expect(answeredBy(withParts('c', part('me', 'missed')))).toBeUndefined();
  });
});

// Covers: CALL-1
describe('shown', () => {
  it('shows the customer and each agent once, and not those whose phones stopped ringing', () => {
    const parts = shown(withParts('c', part('me', 'missed'), part('me', 'joined'), part('other', 'taken'), part('third', 'ringing')));
    expect(parts.map((p) => [p.kind, p.agentId, p.state])).toEqual([
      ['contact', undefined, 'joined'],
      ['agent', 'me', 'joined'],
      ['agent', 'third', 'ringing'],
    ]);
  });
});

// Covers: IN-1
describe('ringProfile', () => {
  it('takes the first three fields that say something', () => {
    const profile = ['VIP', '', '텐트', '서울', '메모'].map((value, i) => ({ key: `k${i}`, label: `L${i}`, value }));
    expect(ringProfile(call({ contact: contact({ profile }) })).map((f) => f.value)).toEqual(['VIP', '텐트', '서울']);
  });
});
