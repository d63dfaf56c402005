import { describe, expect, it } from 'vitest';
import { agent, call, contact, conversation, me } from '../../testing/samples';
import type { LiveMessage, LiveSnapshot } from '../api/types';
import { parseMessage } from './protocol';
import { emptyLive, reduce, type LiveState } from './reducer';

const snapshot = (seq: number, rest: Partial<LiveSnapshot> = {}): LiveSnapshot => ({ type: 'snapshot', seq, me: me(), agents: [agent()], calls: [call()], engine: { up: true, since: '2026-11-23T00:00:00Z' }, unchangedMs: 60_000, ...rest });
const callEvent = (seq: number, data = call()): LiveMessage => ({ type: 'event', seq, topic: 'call', data });

function play(messages: LiveMessage[], from: LiveState = emptyLive) {
  const outcomes: string[] = [];
  let state = from;
  for (const message of messages) {
    const step = reduce(state, message);
    state = step.state;
    outcomes.push(step.outcome);
  }
  return { state, outcomes };
}

describe('live reducer (INBOX-1)', () => {
  it('takes a snapshot with only the calls that go on', () => {
    const { state, outcomes } = play([snapshot(4, { calls: [call(), call({ id: 'old', state: 'ended' })] })]);
    expect(outcomes).toEqual(['snapshot']);
    expect(state.seq).toBe(4);
    expect(Object.keys(state.calls)).toEqual(['call-1']);
    expect(state.agents.me?.name).toBe('김서연');
  });

  it('follows events without a gap', () => {
    const { state, outcomes } = play([
      snapshot(1),
      callEvent(2, call({ state: 'talking' })),
      { type: 'event', seq: 3, topic: 'agent', data: agent({ id: 'other', status: 'rest' }) },
      { type: 'event', seq: 4, topic: 'me', data: me({ status: 'inCall' }) },
      { type: 'event', seq: 5, topic: 'conversation', data: conversation() },
    ]);
    expect(outcomes).toEqual(['snapshot', 'applied', 'applied', 'applied', 'applied']);
    expect(state.calls['call-1']?.state).toBe('talking');
    expect(state.agents.other?.status).toBe('rest');
    expect(state.me?.status).toBe('inCall');
    expect(state.seq).toBe(5);
  });

  it.each(['ended', 'missed'] as const)('forgets a call that is %s', (state) => {
    expect(play([snapshot(1), callEvent(2, call({ state }))]).state.calls).toEqual({});
  });

  it('renames the contact in calls that go on', () => {
    const { state } = play([snapshot(1), { type: 'event', seq: 2, topic: 'contact', data: contact({ name: '이하늬' }) }]);
    expect(state.calls['call-1']?.contact.name).toBe('이하늬');
  });

  it('reports a gap once, then waits for a snapshot', () => {
    const { state, outcomes } = play([snapshot(1), callEvent(3, call({ state: 'talking' })), callEvent(4)]);
    expect(outcomes).toEqual(['snapshot', 'gap', 'ignored']);
    expect(state.calls['call-1']?.state).toBe('ringing');
    expect(reduce(state, snapshot(9)).state.seq).toBe(9);
  });

  it('ignores what it knows already', () => {
    expect(play([snapshot(5), callEvent(5), callEvent(2)]).outcomes).toEqual(['snapshot', 'ignored', 'ignored']);
  });

  it('ignores events between a resync and its snapshot, whose numbering may start anew', () => {
    const { state, outcomes } = play([snapshot(7), { type: 'resync' }, callEvent(8, call({ state: 'talking' })), snapshot(1, { calls: [] }), callEvent(2)]);
    expect(outcomes).toEqual(['snapshot', 'ignored', 'ignored', 'snapshot', 'applied']);
    expect(Object.keys(state.calls)).toEqual(['call-1']);
  });

  it('does nothing before the first snapshot', () => {
    expect(play([callEvent(1)])).toEqual({ state: emptyLive, outcomes: ['ignored'] });
  });
});

describe('parseMessage', () => {
  it.each([
    ['{"type":"resync"}', { type: 'resync' }],
    ['{"type":"weather"}', 'unknown'],
    ['{"type":', 'unreadable'],
  ])('%s', (text, expected) => {
    expect(parseMessage(text)).toEqual(expected);
  });
});
