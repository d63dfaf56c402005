import type { Call, Participant } from '../api/types';
import type { LiveState } from './reducer';

/**
 * My part in a call. An agent can stand in a call several times (rang in vain, rang again): being in it counts
 * most, then ringing, then the latest.
 */
export function myPart(call: Call, agentId: string): Participant | undefined {
  const mine = call.participants.filter((participant) => participant.agentId === agentId);
  return mine.find((p) => p.state === 'joined') ?? mine.find((p) => p.state === 'ringing') ?? mine.at(-1);
}

/** Calls that ring for me, the longest ringing first. */
export function ringingCalls(calls: LiveState['calls'], agentId: string): Call[] {
  const since = (call: Call) => myPart(call, agentId)?.ringingAt ?? call.startedAt;
  return Object.values(calls)
    .filter((call) => myPart(call, agentId)?.state === 'ringing')
    .sort((a, b) => since(a).localeCompare(since(b)));
}

/** The call I am in. */
export const currentCall = (calls: LiveState['calls'], agentId: string): Call | undefined =>
  Object.values(calls).find((call) => myPart(call, agentId)?.state === 'joined');

/** Who answered first; undefined for a call that nobody answered. */
export function answeredBy(call: Call): Participant | undefined {
  return call.participants
    .filter((p) => p.kind === 'agent' && p.joinedAt)
    .sort((a, b) => (a.joinedAt ?? '').localeCompare(b.joinedAt ?? ''))[0];
}
