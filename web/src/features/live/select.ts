import type { Agent, Call, Participant } from '../../shared/api/types';
import type { components } from '../../shared/api/schema.gen';
import type { LiveState } from '../../shared/live/reducer';

type CallSettings = components['schemas']['CallSettings'];

const ofTeam = (call: Call, team: string): boolean => team === '' || call.team?.id === team;

/** Incoming calls that nobody has answered yet, in the order in which they are served: the queue's, then those that ring. */
export function waiting(calls: LiveState['calls'], team: string): Call[] {
  const place = (call: Call) => call.queue?.position ?? Number.MAX_SAFE_INTEGER;
  return Object.values(calls)
    .filter((call) => call.direction === 'inbound' && (call.state === 'queued' || call.state === 'ringing') && ofTeam(call, team))
    .sort((a, b) => place(a) - place(b) || a.startedAt.localeCompare(b.startedAt));
}

export const waitingSince = (call: Call): string => call.queue?.since ?? call.startedAt;

/** The caller has hung up and is called back when it is their turn. */
export const isCallback = (call: Call): boolean => call.state === 'queued' && call.participants.every((p) => p.kind !== 'contact' || p.state !== 'joined');

/** Calls in which somebody talks: those who ask for help first, then the longest. */
export function talking(calls: LiveState['calls'], team: string): Call[] {
  return Object.values(calls)
    .filter((call) => call.state === 'talking' && ofTeam(call, team))
    .sort((a, b) => Number(Boolean(b.help)) - Number(Boolean(a.help)) || (a.answeredAt ?? a.startedAt).localeCompare(b.answeredAt ?? b.startedAt));
}

/** The agents who speak in a call. */
export const speakers = (call: Call): Participant[] => call.participants.filter((p) => p.kind === 'agent' && p.state === 'joined' && p.role !== 'supervisor');

/** The states in the order of the board: who can be had, who is busy, who is away. */
export const statusOrder: readonly Agent['status'][] = ['available', 'ringing', 'inCall', 'wrapUp', 'dnd', 'meal', 'rest', 'meeting', 'education', 'otherWork', 'off', 'offline'];

/** The agents of a team who have a seat, by state and name. */
export function agentsByState(agents: LiveState['agents'], team: string): { status: Agent['status']; agents: Agent[] }[] {
  const here = Object.values(agents)
    .filter((agent) => agent.seat && !agent.suspended && (team === '' || agent.teams.some(({ id }) => id === team)))
    .sort((a, b) => a.name.localeCompare(b.name));
  return statusOrder.map((status) => ({ status, agents: here.filter((agent) => agent.status === status) })).filter((group) => group.agents.length > 0);
}

/** Since when an agent is in the present state, as far as that is known: a call tells of its own time. */
export function statusSince(agent: Agent, calls: LiveState['calls']): string | undefined {
  if (agent.status !== 'inCall' && agent.status !== 'ringing') return agent.statusSince;
  const state = agent.status === 'inCall' ? 'joined' : 'ringing';
  const parts = Object.values(calls).flatMap((call) => call.participants.filter((p) => p.agentId === agent.id && p.state === state));
  return parts.map((p) => (state === 'joined' ? p.joinedAt : p.ringingAt)).find(Boolean) ?? agent.statusSince;
}

/** What the settings of a number, its team and the workspace say of listening; the nearest decides (CALL-7). */
export const monitored = (...layers: (CallSettings | undefined)[]): boolean => layers.find((layer) => layer?.monitored !== undefined)?.monitored ?? false;
