import { ActionIcon, Button, Kbd, Popover, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconChevronDown, IconCircleCheck, IconClock, IconDots, IconPlus, IconTag, IconUser, IconUserCircle, IconUsers, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation, ConversationUpdate } from '../../shared/api/types';
import { Avatar } from '../../shared/ui/Avatar';
import { later } from '../../shared/ui/later';
import { tellProblem } from '../../shared/ui/problems';
import classes from './ConversationHeader.module.css';
import { useUpdateConversation } from './useConversationChanges';
import { useWanted, type Wanted } from './wanted';

const AssignPicker = later(() => import('./pickers').then(({ AssignPicker }) => AssignPicker));
const TeamPicker = later(() => import('./pickers').then(({ TeamPicker }) => TeamPicker));
const TagPicker = later(() => import('./pickers').then(({ TagPicker }) => TagPicker));
const SnoozePicker = later(() => import('./SnoozePicker').then(({ SnoozePicker }) => SnoozePicker));

interface MenuProps {
  conversation: Conversation;
}

/** Changes the conversation, and closes the menu that it was chosen in. */
function useChange(conversation: Conversation, keepsOpen = false) {
  const { want } = useWanted();
  const update = useUpdateConversation(conversation.id);
  const change = (body: ConversationUpdate) => {
    update.mutate(body, { onError: tellProblem });
    if (!keepsOpen) want(undefined);
  };
  return { change, pending: update.isPending };
}

/** A popover that is open while its action is wanted. */
function Sheet({ of, target, children }: { of: readonly Wanted[]; target: ReactNode; children: ReactNode }) {
  const { wanted, want } = useWanted();
  return (
    <Popover opened={wanted !== undefined && of.includes(wanted)} onChange={(opened) => !opened && want(undefined)} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>{target}</Popover.Target>
      <Popover.Dropdown p={8} maw="calc(100vw - 16px)">
        {children}
      </Popover.Dropdown>
    </Popover>
  );
}

const toggle = (wanted: Wanted | undefined, of: Wanted): Wanted | undefined => (wanted === of ? undefined : of);

export function AssignMenu({ conversation }: MenuProps) {
  const { t } = useTranslation();
  const { wanted, want } = useWanted();
  const { change, pending } = useChange(conversation);
  const { assignee } = conversation;
  const target = (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      className={classes.part}
      leftSection={assignee ? <Avatar name={assignee.name} size={20} /> : <IconUser size={16} stroke={1.7} />}
      rightSection={<IconChevronDown size={13} />}
      loading={pending}
      aria-label={assignee ? t('conversation.assignee', { name: assignee.name }) : t('conversation.assign')}
      aria-keyshortcuts="A"
      aria-expanded={wanted === 'assign'}
      onClick={() => want(toggle(wanted, 'assign'))}
    >
      <span className="truncate">{assignee?.name ?? t('inbox.unassigned')}</span>
    </Button>
  );
  return (
    <Sheet of={['assign']} target={target}>
      <AssignPicker of={conversation} change={change} />
    </Sheet>
  );
}

export function TeamMenu({ conversation }: MenuProps) {
  const { t } = useTranslation();
  const { wanted, want } = useWanted();
  const { change } = useChange(conversation);
  const { team } = conversation;
  const target = (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      className={classes.part}
      leftSection={<IconUsers size={16} stroke={1.7} />}
      rightSection={<IconChevronDown size={13} />}
      aria-label={team ? t('conversation.ofTeam', { name: team.name }) : t('conversation.team')}
      aria-keyshortcuts="T"
      aria-expanded={wanted === 'team'}
      onClick={() => want(toggle(wanted, 'team'))}
    >
      <span className="truncate">{team?.name ?? t('conversation.team')}</span>
    </Button>
  );
  return (
    <Sheet of={['team']} target={target}>
      <TeamPicker of={conversation} change={change} />
    </Sheet>
  );
}

export function TagsMenu({ conversation }: MenuProps) {
  const { t } = useTranslation();
  const { wanted, want } = useWanted();
  const { change } = useChange(conversation, true);
  const { tags } = conversation;
  const target = (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      className={classes.add}
      leftSection={<IconPlus size={14} />}
      aria-label={t('conversation.tag')}
      aria-keyshortcuts="L"
      aria-expanded={wanted === 'tags'}
      onClick={() => want(toggle(wanted, 'tags'))}
    >
      {t('conversation.tagShort')}
    </Button>
  );
  return (
    <div className={classes.tags}>
      {tags.map((tag) => (
        <span key={tag} className={classes.tag}>
          <span className="truncate" title={tag}>
            {tag}
          </span>
          <button type="button" aria-label={t('conversation.untag', { tag })} onClick={() => change({ tags: tags.filter((other) => other !== tag) })}>
            <IconX size={12} />
          </button>
        </span>
      ))}
      <Sheet of={['tags']} target={target}>
        <TagPicker of={conversation} change={change} />
      </Sheet>
    </div>
  );
}

/** Missed conversations are never snoozed (MISS-2), closed ones have nothing to wait for. */
export function SnoozeMenu({ conversation }: MenuProps) {
  const { t } = useTranslation();
  const { wanted, want } = useWanted();
  const { change } = useChange(conversation);
  if (conversation.state === 'missed' || conversation.state === 'closed') return null;
  const target = (
    <Button
      variant="default"
      className={classes.action}
      rightSection={<IconChevronDown size={14} />}
      aria-label={t('conversation.snooze')}
      aria-keyshortcuts="S"
      aria-expanded={wanted === 'snooze'}
      onClick={() => want(toggle(wanted, 'snooze'))}
    >
      {t('conversation.snooze')}
    </Button>
  );
  return (
    <Sheet of={['snooze']} target={target}>
      <SnoozePicker change={(snoozeUntil) => change({ snoozeUntil })} />
    </Sheet>
  );
}

/** Close, or reopen; a missed conversation never becomes open again (MISS-2). */
export function StateButton({ conversation }: MenuProps) {
  const { t } = useTranslation();
  const { change, pending } = useChange(conversation);
  if (conversation.state !== 'closed')
    return (
      <Button className={classes.action} leftSection={<IconCircleCheck size={17} />} loading={pending} aria-label={t('conversation.close')} aria-keyshortcuts="E" onClick={() => change({ state: 'closed' })}>
        {t('conversation.close')} <Kbd className={classes.key}>E</Kbd>
      </Button>
    );
  const missed = conversation.missedReason !== undefined;
  return (
    <Tooltip label={t('conversation.missedFinal')} disabled={!missed}>
      <Button
        className={classes.action}
        variant="default"
        leftSection={<IconArrowBackUp size={17} />}
        loading={pending}
        data-disabled={missed || undefined}
        aria-disabled={missed}
        onClick={() => !missed && change({ state: 'open' })}
      >
        {t('conversation.reopen')}
      </Button>
    </Tooltip>
  );
}

/** Everything of the header but the call, where there is room for one button only. */
export function MoreMenu({ conversation, onShowContact }: MenuProps & { onShowContact: (() => void) | undefined }) {
  const { t } = useTranslation();
  const { wanted, want } = useWanted();
  const { change } = useChange(conversation);
  const tags = useChange(conversation, true);
  const { assignee, team, state, missedReason } = conversation;
  const target = (
    <ActionIcon size={44} aria-label={t('conversation.more')} aria-expanded={wanted === 'more'} onClick={() => want(toggle(wanted, 'more'))}>
      <IconDots size={22} />
    </ActionIcon>
  );
  const item = (icon: ReactNode, text: string, run: () => void) => (
    <button type="button" className={classes.item} onClick={run}>
      {icon}
      <span className="truncate">{text}</span>
    </button>
  );
  return (
    <Sheet of={['more', 'assign', 'team', 'tags', 'snooze']} target={target}>
      {wanted === 'more' && (
        <div className={classes.items}>
          {state !== 'closed' && item(<IconCircleCheck size={18} />, t('conversation.close'), () => change({ state: 'closed' }))}
          {state === 'closed' && !missedReason && item(<IconArrowBackUp size={18} />, t('conversation.reopen'), () => change({ state: 'open' }))}
          {state !== 'closed' && state !== 'missed' && item(<IconClock size={18} stroke={1.7} />, t('conversation.snooze'), () => want('snooze'))}
          {item(<IconUser size={18} stroke={1.7} />, assignee ? t('conversation.assignee', { name: assignee.name }) : t('conversation.assign'), () => want('assign'))}
          {item(<IconUsers size={18} stroke={1.7} />, team ? t('conversation.ofTeam', { name: team.name }) : t('conversation.team'), () => want('team'))}
          {item(<IconTag size={18} stroke={1.7} />, [t('conversation.tagShort'), conversation.tags.join(', ')].filter(Boolean).join(': '), () => want('tags'))}
          {onShowContact &&
            item(<IconUserCircle size={18} stroke={1.7} />, t('conversation.showContact'), () => {
              want(undefined);
              onShowContact();
            })}
        </div>
      )}
      {wanted === 'assign' && <AssignPicker of={conversation} change={change} />}
      {wanted === 'team' && <TeamPicker of={conversation} change={change} />}
      {wanted === 'tags' && <TagPicker of={conversation} change={tags.change} />}
      {wanted === 'snooze' && <SnoozePicker change={(snoozeUntil) => change({ snoozeUntil })} />}
    </Sheet>
  );
}
