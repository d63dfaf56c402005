import type { Call, LiveEvent, Me, Preferences } from '../../shared/api/types';
import type { LiveState } from '../../shared/live/reducer';
import { administers } from '../../shared/session/me';

/** What is told beside a ring. */
export type Kind = Exclude<keyof Preferences['notices'], 'ring' | 'invitation'>;

export interface Told {
  kind: Kind;
  /** One notice is shown of each. */
  id: string;
  conversationId: string;
  /** The colleague who caused it. */
  by?: string | undefined;
  /** Where it is about a call, this tells whom with. */
  call?: Call;
}

const leads = (me: Me): boolean => me.supervises || administers(me);

/** Of my teams: a call that no team was to take is everybody's (MISS-4). */
const mine = ({ team }: Call, me: Me): boolean => !team || me.teams.some(({ id }) => id === team.id);

/** What a change has for me, if anything. */
export function toldBy(event: LiveEvent, before: LiveState, me: Me): Told | undefined {
  if (event.topic === 'notice') {
    const { id, kind, conversationId, by, read } = event.data;
    if (read || by?.id === me.agentId) return undefined;
    return { kind: kind === 'returned' ? 'snoozed' : kind, id: noticeId(id), conversationId, by: by?.name };
  }
  if (event.topic !== 'call') return undefined;
  const call = event.data;
  const was = before.calls[call.id];
  const about = { conversationId: call.conversationId, call };
  // A call that was not live before is an old one of which something else has changed.
  if (call.state === 'missed' && was && me.notifyMissed && mine(call, me)) return { kind: 'missed', id: `missed-${call.id}`, ...about };
  if (call.help && !was?.help && call.help.agentId !== me.agentId && leads(me)) return { kind: 'help', id: `help-${call.id}`, by: call.help.name, ...about };
  return undefined;
}

export const noticeId = (id: string): string => `notice-${id}`;

/** What a change has done with: a mention that was read in another window, help that has come. */
export function settledBy(event: LiveEvent, before: LiveState): string | undefined {
  if (event.topic === 'notice') return event.data.read ? noticeId(event.data.id) : undefined;
  if (event.topic === 'call' && before.calls[event.data.id]?.help && !event.data.help) return `help-${event.data.id}`;
  return undefined;
}
