import { describe, expect, it } from 'vitest';
import { call, customer, part } from '../../testing/samples';
import type { Participant } from '../api/types';
import { answeredBy, currentCall, myPart, ringingCalls } from './calls';

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

describe('offers and the running call (IN-1, CALL-1)', () => {
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

describe('answeredBy', () => {
  it('is the first agent who came in', () => {
    const late = part('late', 'joined', { joinedAt: '2026-11-23T01:03:00Z' });
    const first = part('first', 'left', { joinedAt: '2026-11-23T01:00:05Z' });
    expect(answeredBy(withParts('c', late, first))?.agentId).toBe('first');
    expect(answeredBy(withParts('c', part('me', 'missed')))).toBeUndefined();
  });
});
