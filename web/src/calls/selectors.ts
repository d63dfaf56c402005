import type { Call, Participant } from '../api/types';
import type { LiveState } from '../live/reducer';

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

/** Those in the call now. */
export const present = (call: Call): Participant[] => call.participants.filter((p) => p.state === 'joined');

export const presentAgents = (call: Call): Participant[] => present(call).filter((p) => p.kind === 'agent');

/** Who answered first; undefined for a call that nobody answered. */
export function answeredBy(call: Call): Participant | undefined {
  return call.participants
    .filter((p) => p.kind === 'agent' && p.joinedAt)
    .sort((a, b) => (a.joinedAt ?? '').localeCompare(b.joinedAt ?? ''))[0];
}

/** How my ringing of a call came to its end, for the notice beside the ring box (IN-11). */
export type RingEnd = { call: Call; how: 'taken'; by: string } | { call: Call; how: 'callerLeft' | 'missed' };

export function ringEnded(before: Call | undefined, after: Call, agentId: string): RingEnd | undefined {
  if (!before || myPart(before, agentId)?.state !== 'ringing') return undefined;
  switch (myPart(after, agentId)?.state) {
    case 'taken': {
      const by = answeredBy(after)?.name;
      return by ? { call: after, how: 'taken', by } : undefined;
    }
    case 'missed':
    case 'left':
      return { call: after, how: after.missedReason === 'userLeft' ? 'callerLeft' : 'missed' };
    default:
      return undefined;
  }
}

/** The profile fields that stand in the ring box. */
export const ringProfile = (call: Call) => call.contact.profile.filter((field) => field.value).slice(0, 3);

/**
 * Those whom the call box shows: the customer first, then each agent once with the latest state. Colleagues whose
 * phones stopped ringing because somebody answered were never part of the talk.
 */
export function shown(call: Call): Participant[] {
  const agents = new Map<string, Participant>();
  for (const p of call.participants) {
    if (p.kind !== 'agent' || p.state === 'taken') continue;
    const agentId = p.agentId ?? p.id;
    agents.set(agentId, myPart(call, agentId) ?? p);
  }
  return [...call.participants.filter((p) => p.kind === 'contact'), ...agents.values()];
}
