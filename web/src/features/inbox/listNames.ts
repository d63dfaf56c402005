import { IconArchive, IconAt, IconClock, IconHourglass, IconInbox, IconPhoneX, IconUser, IconUserQuestion, IconUsers, type TablerIcon } from '@tabler/icons-react';
import type { ConversationCounts } from '../../shared/api/types';

/** The inbox's lists, in the order of the sidebar; each team has one more. */
export const lists = ['waiting', 'mine', 'unassigned', 'mentions', 'missed', 'snoozed', 'closed', 'all'] as const;
export type FixedList = (typeof lists)[number];
export type ListName = FixedList | `team-${string}`;

const fixed = (name: string | undefined): FixedList | undefined => lists.find((known) => known === name);

/** The list that an address names; an unknown one is that of all. */
export const listOf = (name: string | undefined): ListName => fixed(name) ?? (name?.startsWith('team-') ? (name as ListName) : 'all');

/** What a list's words stand under; those of all teams are the same. */
export const wordsOf = (list: ListName): FixedList | 'ofTeam' => fixed(list) ?? 'ofTeam';

export const teamOf = (list: ListName): string | undefined => (fixed(list) ? undefined : list.slice('team-'.length));

export const icons: Record<FixedList | 'ofTeam', TablerIcon> = {
  waiting: IconHourglass,
  mine: IconUser,
  unassigned: IconUserQuestion,
  mentions: IconAt,
  missed: IconPhoneX,
  snoozed: IconClock,
  closed: IconArchive,
  all: IconInbox,
  ofTeam: IconUsers,
};

export function countOf(counts: ConversationCounts | undefined, list: ListName): number {
  const team = teamOf(list);
  return (team === undefined ? counts?.[list as FixedList] : counts?.teams[team]) ?? 0;
}
