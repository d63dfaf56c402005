import { describe, expect, it } from 'vitest';
import type { Participant } from '../../shared/api/types';
import { call, contact, customer, part } from '../../testing/samples';
import { ringEnded, ringProfile, shown } from './selectors';

const withParts = (id: string, ...participants: Participant[]) => call({ id, participants: [customer(), ...participants] });

describe('ringEnded (IN-11)', () => {
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

describe('shown (CALL-1)', () => {
  it('shows the customer and each agent once, and not those whose phones stopped ringing', () => {
    const parts = shown(withParts('c', part('me', 'missed'), part('me', 'joined'), part('other', 'taken'), part('fourth', 'missed'), part('third', 'ringing')));
    expect(parts.map((p) => [p.kind, p.agentId, p.state])).toEqual([
      ['contact', undefined, 'joined'],
      ['agent', 'me', 'joined'],
      ['agent', 'third', 'ringing'],
    ]);
  });
});

describe('ringProfile (IN-1)', () => {
  it('takes the first three fields that say something', () => {
    const profile = ['VIP', '', '텐트', '서울', '메모'].map((value, i) => ({ key: `k${i}`, label: `L${i}`, value }));
    expect(ringProfile(call({ contact: contact({ profile }) })).map((f) => f.value)).toEqual(['VIP', '텐트', '서울']);
  });
});
