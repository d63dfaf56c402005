import { describe, expect, it } from 'vitest';
import { call, customer, part } from '../../testing/samples';
import type { Participant } from '../api/types';
import { inviteGraceMs, verdict, type SessionFacts, type Verdict } from './verdict';

const young = { seen: false, ageMs: 10 };
const old = { seen: false, ageMs: inviteGraceMs };
const seen = { seen: true, ageMs: 10 };

// Also when the engine dials my leg anew, and when a BYE was lost.
describe('verdict (IN-1, IN-11, IN-12)', () => {
  it.each<[string, Partial<SessionFacts>, Participant['state'] | 'no call' | 'not mine', Verdict]>([
    ['an INVITE ahead of its event waits', young, 'no call', 'keep'],
    ['an INVITE of no call of ours ends', old, 'no call', 'end'],
    ['an INVITE of a call that is not mine ends', old, 'not mine', 'end'],
    ['a re-offer ahead of its event waits', young, 'declined', 'keep'],
    ['ringing stays', seen, 'ringing', 'keep'],
    ['a colleague took it', seen, 'taken', 'end'],
    ['the ring time ran out', seen, 'missed', 'end'],
    ['declined', seen, 'declined', 'end'],
    ['the call is over, no BYE came', { ...seen, state: 'up' }, 'no call', 'end'],
    ['I left, no BYE came', { ...seen, state: 'up' }, 'left', 'end'],
    ['answering before the event', { ...seen, state: 'answering' }, 'ringing', 'keep'],
    ['talking', { ...seen, state: 'up' }, 'joined', 'keep'],
    ['the engine dials me back into my call', young, 'joined', 'rejoin'],
  ])('%s', (_, facts, mine, expected) => {
    const parts = mine === 'no call' || mine === 'not mine' ? [part('other', 'joined')] : [part('me', mine)];
    const known = mine === 'no call' ? undefined : call({ participants: [customer(), ...parts] });
    expect(verdict({ state: 'incoming', ...young, ...facts }, known, 'me')).toBe(expected);
  });
});
