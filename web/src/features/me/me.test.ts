import { describe, expect, it } from 'vitest';
import { ringCheckOf } from '../../testing/samples';
import { keepsAway, ringCheck, type RingFacts } from './ringCheck';
import { standing, type Facts } from './standing';

const well: Facts = { me: { seat: true, status: 'available', takesPhone: true }, phone: 'ready', connected: true };

// One colour and one word: the badge said "Available" over a phone that could not ring.
describe('how I stand (IN-2, IN-3)', () => {
  it.each([
    ['all is well', {}, 'green', 'available'],
    ['no seat', { me: { seat: false } }, 'grey', 'noSeat'],
    ['the phone system or the line is gone', { phone: 'lost' }, 'red', 'offline'],
    ['the phone is not there yet', { phone: 'connecting' }, 'grey', 'connecting'],
    ['the server has not heard of the phone yet', { me: { status: 'offline' } }, 'grey', 'connecting'],
    ['no microphone', { phone: 'no-mic' }, 'red', 'no-mic'],
    ['the phone is in another window', { phone: 'elsewhere' }, 'amber', 'elsewhere'],
    ['the server does not answer', { connected: false }, 'red', 'offline'],
    ['phone calls are off', { me: { takesPhone: false } }, 'amber', 'phoneOff'],
    ['do not disturb', { me: { status: 'dnd' } }, 'amber', 'dnd'],
    ['a break', { me: { status: 'rest' } }, 'amber', 'rest'],
    ['wrap-up', { me: { status: 'wrapUp' } }, 'amber', 'wrapUp'],
    ['off duty', { me: { status: 'off' } }, 'grey', 'off'],
    ['off duty, and the phone is gone', { me: { status: 'off' }, phone: 'lost' }, 'red', 'offline'],
    ['in a call, whatever the line', { me: { status: 'inCall' }, phone: 'lost' }, 'accent', 'inCall'],
    ['ringing', { me: { status: 'ringing' } }, 'accent', 'ringing'],
  ] as const)('when %s', (_, rest: { me?: Partial<Facts['me']>; phone?: Facts['phone']; connected?: boolean }, tone, word) => {
    expect(standing({ ...well, ...rest, me: { ...well.me, ...rest.me } })).toEqual({ tone, word });
  });
});

const rings: RingFacts = { server: ringCheckOf(), connected: true, engine: true, line: 'ready', microphone: 'ok', sound: true, notices: 'granted' };
const failing = (facts: Partial<RingFacts>) => ringCheck({ ...rings, ...facts }).filter(({ ok }) => !ok).map(({ name }) => name);

describe('the ring check (IN-2, IN-3)', () => {
  it('finds nothing when calls ring, and lists what agents can see to', () => {
    expect(failing({})).toEqual([]);
    expect(keepsAway(ringCheck(rings))).toBeUndefined();
    expect(ringCheck(rings).map(({ name }) => name)).toEqual(['seat', 'status', 'dnd', 'phone', 'otherCall', 'wrapUp', 'line', 'microphone', 'window', 'sound', 'notices']);
  });

  // The first six are the seed's answers to "the phone does not ring"; a reason of the server's is shown as it is.
  it.each(['seat', 'status', 'dnd', 'phone', 'otherCall', 'wrapUp', 'call', 'line', 'engine', 'notify', 'team', 'skills', 'hours', 'numbers'] as const)(
    'says what the server says: %s',
    (name) => {
      const list = ringCheck({ ...rings, server: ringCheckOf(name) });
      expect(keepsAway(list)).toBe(name);
      expect(failing({ server: ringCheckOf(name) })).toEqual([name]);
    },
  );

  it.each([
    ['line', { line: 'lost' }],
    ['engine', { engine: false }],
    ['line', { connected: false }],
    ['microphone', { microphone: 'denied' }],
    // The server only knows that this browser cannot ring.
    ['microphone', { microphone: 'denied', server: ringCheckOf('line') }],
    ['window', { line: 'elsewhere' }],
  ] satisfies [string, Partial<RingFacts>][])('says what only this browser knows: %s', (name, facts) => {
    expect(keepsAway(ringCheck({ ...rings, ...facts }))).toBe(name);
    expect(failing(facts)).toEqual([name]);
  });

  it('lets calls come that are only not heard or seen elsewhere', () => {
    const list = ringCheck({ ...rings, sound: false, notices: 'denied' });
    expect(keepsAway(list)).toBeUndefined();
    expect(list.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['sound', 'notices']);
  });
});
