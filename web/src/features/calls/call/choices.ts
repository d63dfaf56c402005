import type { Agent } from '../../../shared/api/types';

/** Who can be chosen for an invitation or a transfer. */
export type Choice = { kind: 'agent'; agent: Agent } | { kind: 'team'; team: { id: string; name: string }; free: number };

/** Those who can answer now come first; those who are not there cannot be called. */
const order: Record<Agent['status'], number> = {
  available: 0,
  wrapUp: 1,
  ringing: 2,
  inCall: 2,
  meal: 3,
  rest: 3,
  meeting: 3,
  education: 3,
  otherWork: 3,
  dnd: 4,
  off: 4,
  offline: 5,
};

export function choices(agents: readonly Agent[], search: string): Choice[] {
  const wanted = search.trim().toLocaleLowerCase();
  const matches = (name: string) => name.toLocaleLowerCase().includes(wanted);
  const people = agents
    .filter((agent) => agent.status !== 'offline' && agent.seat && !agent.suspended && matches(agent.name))
    .sort((a, b) => order[a.status] - order[b.status] || a.name.localeCompare(b.name));
  const teams = new Map(agents.flatMap((agent) => agent.teams.map((team) => [team.id, team] as const)));
  const free = (id: string) => agents.filter((agent) => agent.status === 'available' && agent.takesPhone && agent.teams.some((team) => team.id === id)).length;
  return [
    ...people.map((agent): Choice => ({ kind: 'agent', agent })),
    ...[...teams.values()]
      .filter((team) => matches(team.name))
      .sort((a, b) => a.name.localeCompare(b.name))
      .map((team): Choice => ({ kind: 'team', team, free: free(team.id) })),
  ];
}
