import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Conversation, ConversationUpdate } from '../../shared/api/types';
import { useLiveState } from '../../shared/live/LiveProvider';
import { useMe } from '../../shared/session/me';
import { Avatar } from '../../shared/ui/Avatar';
import { PickList } from './PickList';
import classes from './PickList.module.css';
import { tagsQuery, teamsQuery } from './queries';
import { listsOf, rowsOf } from './standing';

interface PickerProps {
  /** What it has now; nothing for many conversations at once. */
  of?: Pick<Conversation, 'assignee' | 'team' | 'tags'>;
  change: (body: Pick<ConversationUpdate, 'assigneeId' | 'teamId' | 'tags'>) => void;
}

const nobody = 'nobody';

export function AssignPicker({ of, change }: PickerProps) {
  const { t } = useTranslation();
  const me = useMe();
  const agents = Object.values(useLiveState().agents).sort((a, b) => Number(b.id === me.agentId) - Number(a.id === me.agentId) || a.name.localeCompare(b.name));
  const choices = [
    ...agents.map((agent) => ({
      id: agent.id,
      label: agent.name,
      picture: <Avatar name={agent.name} size={22} />,
      hint: agent.id === me.agentId ? t('inbox.me') : t(`status.${agent.status}`),
      picked: agent.id === of?.assignee?.id,
    })),
    { id: nobody, label: t('inbox.unassigned'), picked: of !== undefined && !of.assignee },
  ];
  return <PickList label={t('conversation.assign')} choices={choices} onPick={({ id }) => change({ assigneeId: id === nobody ? '' : id })} nothing={t('conversation.noAgent')} />;
}

export function TeamPicker({ of, change }: PickerProps) {
  const { t } = useTranslation();
  const { data } = useQuery(teamsQuery);
  const choices = [
    ...(data ?? []).map(({ id, name }) => ({ id, label: name, picture: <IconUsers size={16} stroke={1.6} />, picked: id === of?.team?.id })),
    { id: nobody, label: t('conversation.noTeam'), picked: of !== undefined && !of.team },
  ];
  return <PickList label={t('conversation.team')} choices={choices} onPick={({ id }) => change({ teamId: id === nobody ? '' : id })} nothing={t('conversation.noTeams')} />;
}

/** A tag's colour; those that nobody has given one have none. */
const Swatch = ({ colour = 'transparent' }: { colour?: string | undefined }) => (
  <span aria-hidden="true" className={classes.swatch} style={{ background: colour === 'transparent' ? colour : `var(--mantine-color-${colour}-5)` }} />
);

/** The workspace's own tags come first, then others that conversations have now; what is typed becomes a new one (INBOX-4). */
export function TagPicker({ of, change }: PickerProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data } = useQuery(tagsQuery);
  const own = of?.tags ?? [];
  const listed = new Map(data?.map(({ name, colour }) => [name, colour]));
  const others = [...own, ...listsOf(queries).flatMap((list) => rowsOf(list).flatMap((row) => row.tags))].sort((a, b) => a.localeCompare(b));
  const known = [...new Set([...listed.keys(), ...others])];
  const toggle = (tag: string) => change({ tags: own.includes(tag) ? own.filter((other) => other !== tag) : [...own, tag] });
  return (
    <PickList
      label={t('conversation.tag')}
      choices={known.map((tag) => ({ id: tag, label: tag, picture: <Swatch colour={listed.get(tag)} />, picked: own.includes(tag) }))}
      onPick={({ id }) => toggle(id)}
      onNew={toggle}
      newWords={(tag) => t('conversation.newTag', { tag })}
      nothing={t('conversation.noTags')}
    />
  );
}
