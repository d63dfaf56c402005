import type { Call, Participant } from '../../shared/api/types';
import { answeredBy, myPart } from '../../shared/live/calls';
import type { LiveState } from '../../shared/live/reducer';

/** The agents in the call now. */
export const presentAgents = (call: Call): Participant[] => call.participants.filter((p) => p.kind === 'agent' && p.state === 'joined');

/** Those of them who speak: supervisors who listen or whisper keep no call going. */
export const speakers = (call: Call): Participant[] => presentAgents(call).filter((p) => p.role !== 'supervisor');

/** The others who speak with me. */
export const colleaguesOf = (call: Call, agentId: string): Participant[] => speakers(call).filter((agent) => agent.agentId !== agentId);

/** The talk that goes on and that I left last, and when; supervisors only looked on. */
export function leftLast(calls: LiveState['calls'], agentId: string): { call: Call; at: string } | undefined {
  return Object.values(calls)
    .flatMap((call) => {
      const mine = call.state === 'talking' ? myPart(call, agentId) : undefined;
      return mine?.state === 'left' && mine.role !== 'supervisor' && mine.leftAt ? [{ call, at: mine.leftAt }] : [];
    })
    .sort((a, b) => b.at.localeCompare(a.at))[0];
}

/** How my ringing of a call came to its end, told in the ring's place (IN-11). */
export type RingEnd = { call: Call; how: 'taken'; by: string } | { call: Call; how: 'callerLeft' | 'missed' | 'withdrawn' };

export function ringEnded(before: Call | undefined, after: Call, agentId: string): RingEnd | undefined {
  const rang = before && myPart(before, agentId);
  if (rang?.state !== 'ringing') return undefined;
  switch (myPart(after, agentId)?.state) {
    case 'taken': {
      const by = answeredBy(after)?.name;
      return by ? { call: after, how: 'taken', by } : undefined;
    }
    case 'missed':
    case 'left':
      if (after.missedReason === 'userLeft' || (after.state === 'ended' && after.endedBy === 'customer')) return { call: after, how: 'callerLeft' };
      return { call: after, how: rang.invitedBy ? 'withdrawn' : 'missed' };
    default:
      return undefined;
  }
}

/** Why a call rings at me: it came in, a colleague invited me into it, handed it over, or assigned it to me by hand. */
export type RingWhy = { why: 'inbound' } | { why: 'invited' | 'handedOver' | 'assigned'; by: string };

export function ringWhy(call: Call, agentId: string, names: Readonly<Record<string, { name: string }>>): RingWhy {
  const by = myPart(call, agentId)?.invitedBy;
  if (!by) return { why: 'inbound' };
  // Whoever assigns a call takes no part in it, so that the call does not know their name.
  const name = by.name || names[by.id]?.name || '';
  if (call.state === 'talking') return { why: 'invited', by: name };
  return { why: call.answeredAt ? 'handedOver' : 'assigned', by: name };
}

/** How long a caller had waited when it began to ring at me, in milliseconds. */
export function waitedBefore(call: Call, agentId: string): number {
  const ringingAt = myPart(call, agentId)?.ringingAt;
  return ringingAt ? Math.max(0, Date.parse(ringingAt) - Date.parse(call.startedAt)) : 0;
}

/** The profile fields that stand in the ring box. */
export const ringProfile = (call: Call) => call.contact.profile.filter((field) => field.value).slice(0, 3);

const order: Record<Participant['state'], number> = { joined: 0, ringing: 1, declined: 2, missed: 2, left: 3, taken: 4 };

/**
 * Those whom the call box shows: the customer first, then each agent once with the latest state. Colleagues whose phones rang in vain
 * before somebody answered were never part of the talk; an invitation that came to nothing stays, so that it can be made again.
 */
export function shown(call: Call): Participant[] {
  const agents = new Map<string, Participant>();
  for (const p of call.participants) {
    if (p.kind !== 'agent' || p.state === 'taken') continue;
    const agentId = p.agentId ?? p.id;
    const latest = myPart(call, agentId) ?? p;
    if (latest.state === 'taken' || ((latest.state === 'missed' || latest.state === 'declined') && !latest.invitedBy)) continue;
    agents.set(agentId, latest);
  }
  return [...call.participants.filter((p) => p.kind === 'contact'), ...[...agents.values()].sort((a, b) => order[a.state] - order[b.state])];
}

/** Why a call that an agent placed was not answered (OUT-8); undefined when it was, or when the agent gave up. */
export type CallFailure = 'busy' | 'noAnswer' | 'rejected' | 'unreachable' | 'moved' | 'failed';

const failures: readonly string[] = ['busy', 'noAnswer', 'rejected', 'unreachable', 'moved', 'failed'] satisfies CallFailure[];

export function failureOf(call: Call): CallFailure | undefined {
  if (call.direction !== 'outbound' || call.answeredAt || !call.outcome || !failures.includes(call.outcome)) return undefined;
  return call.outcome as CallFailure;
}
