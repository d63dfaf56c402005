import type { Agent, Call, Contact, EngineState, LiveEvent, LiveMessage, Me } from '../api/types';

/** What the live channel has told so far. `calls` holds only calls that are going on. */
export interface LiveState {
  /** The last message taken in; null until the first snapshot and while one is awaited. */
  seq: number | null;
  me: Me | null;
  agents: Readonly<Record<string, Agent>>;
  calls: Readonly<Record<string, Call>>;
  /** Whether the phone system is there; null until it is known. */
  engine: EngineState | null;
}

export const emptyLive: LiveState = { seq: null, me: null, agents: {}, calls: {}, engine: null };

/**
 * applied: the state has changed, the event's topic may be passed on.
 * snapshot: all is new; whatever was fetched before may have missed something.
 * ignored: already known, or not usable before the awaited snapshot.
 * gap: events are missing; the connection must be made anew.
 */
export type Outcome = 'applied' | 'snapshot' | 'ignored' | 'gap';

export interface Step {
  state: LiveState;
  outcome: Outcome;
}

export function reduce(state: LiveState, message: LiveMessage): Step {
  switch (message.type) {
    case 'snapshot':
      return {
        state: { seq: message.seq, me: message.me, agents: byId(message.agents), calls: byId(message.calls.filter(isLive)), engine: message.engine },
        outcome: 'snapshot',
      };
    case 'phone':
      return { state, outcome: 'ignored' };
    case 'engine': // also the sign of life while nothing else happens
      if (state.engine?.up === message.up && state.engine.since === message.since) return { state, outcome: 'ignored' };
      return { state: { ...state, engine: { up: message.up, since: message.since } }, outcome: 'ignored' };
    case 'resync':
      return { state: { ...state, seq: null }, outcome: 'ignored' };
    case 'event':
      if (state.seq === null || message.seq <= state.seq) return { state, outcome: 'ignored' };
      if (message.seq !== state.seq + 1) return { state: { ...state, seq: null }, outcome: 'gap' };
      return { state: { ...apply(state, message), seq: message.seq }, outcome: 'applied' };
  }
}

function apply(state: LiveState, event: LiveEvent): LiveState {
  switch (event.topic) {
    case 'call':
      return { ...state, calls: withCall(state.calls, event.data) };
    case 'agent':
      return { ...state, agents: { ...state.agents, [event.data.id]: event.data } };
    case 'me':
      return { ...state, me: event.data };
    case 'contact':
      return { ...state, calls: withContact(state.calls, event.data) };
    default: // what is fetched, and topics that this version does not know
      return state;
  }
}

export const isLive = (call: Call): boolean => call.state !== 'ended' && call.state !== 'missed';

function withCall(calls: LiveState['calls'], call: Call): LiveState['calls'] {
  if (isLive(call)) return { ...calls, [call.id]: call };
  return Object.fromEntries(Object.entries(calls).filter(([id]) => id !== call.id));
}

function withContact(calls: LiveState['calls'], contact: Contact): LiveState['calls'] {
  return Object.fromEntries(
    Object.entries(calls).map(([id, call]) => [id, call.contact.id === contact.id ? { ...call, contact } : call]),
  );
}

function byId<T extends { id: string }>(items: T[]): Record<string, T> {
  return Object.fromEntries(items.map((item) => [item.id, item]));
}
