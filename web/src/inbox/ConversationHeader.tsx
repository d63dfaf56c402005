import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowLeft, IconCheck, IconChevronDown, IconCircleCheck, IconUserCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Conversation } from '../api/types';
import { useDisplay } from '../contacts/useDisplay';
import { useLiveState } from '../live/LiveProvider';
import { useMe } from '../session/MeContext';
import { Avatar } from '../ui/Avatar';
import { tellProblem } from '../ui/problems';
import { Truncated } from '../ui/Truncated';
import classes from './ConversationHeader.module.css';
import { useUpdateConversation } from './useConversationChanges';

interface ConversationHeaderProps {
  conversation: Conversation;
  backTo: string;
  /** Absent where the contact stands beside the conversation anyway. */
  onShowContact: (() => void) | undefined;
}

export function ConversationHeader({ conversation, backTo, onShowContact }: ConversationHeaderProps) {
  const { t } = useTranslation();
  const display = useDisplay();
  return (
    <header className={classes.head}>
      <ActionIcon className={classes.back} component={Link} to={backTo} aria-label={t('app.back')}>
        <IconArrowLeft size={20} />
      </ActionIcon>
      <div className={classes.who}>
        <Truncated text={display.contactName(conversation.contact)} className={classes.name} />
        <span className={classes.state} data-state={conversation.state}>
          {t(`conversation.states.${conversation.state}`)}
        </span>
      </div>
      <Assignee conversation={conversation} />
      <StateButton conversation={conversation} />
      {onShowContact && (
        <Tooltip label={t('conversation.showContact')}>
          <ActionIcon aria-label={t('conversation.showContact')} onClick={onShowContact}>
            <IconUserCircle size={20} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      )}
    </header>
  );
}

function Assignee({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const me = useMe();
  const agents = Object.values(useLiveState().agents).sort((a, b) => a.name.localeCompare(b.name));
  const update = useUpdateConversation(conversation.id);
  const { assignee } = conversation;
  const assign = (assigneeId: string) => update.mutate({ assigneeId }, { onError: tellProblem });
  return (
    <Menu width={240} position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          className={classes.assignee}
          rightSection={<IconChevronDown size={14} />}
          leftSection={assignee && <Avatar name={assignee.name} size={20} />}
          loading={update.isPending}
          aria-label={assignee ? t('conversation.assignee', { name: assignee.name }) : t('conversation.assign')}
        >
          <span className={`${classes.assigneeName} truncate`} data-avatar={assignee ? true : undefined}>
            {assignee?.name ?? t('conversation.assign')}
          </span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.agents}>
        {assignee?.id !== me.agentId && <Menu.Item onClick={() => assign(me.agentId)}>{t('conversation.assignMe')}</Menu.Item>}
        {assignee && <Menu.Item onClick={() => assign('')}>{t('conversation.unassign')}</Menu.Item>}
        <Menu.Divider />
        {agents.map((agent) => (
          <Menu.Item
            key={agent.id}
            leftSection={<Avatar name={agent.name} size={22} />}
            rightSection={agent.id === assignee?.id && <IconCheck size={15} />}
            onClick={() => assign(agent.id)}
          >
            <Truncated text={agent.name} style={{ display: 'block', maxWidth: 150 }} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Close, or reopen; a missed conversation never becomes open again (MISS-2). */
function StateButton({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const update = useUpdateConversation(conversation.id);
  const change = (state: 'open' | 'closed') => update.mutate({ state }, { onError: tellProblem });
  if (conversation.state !== 'closed')
    return (
      <Button className={classes.action} variant="light" leftSection={<IconCircleCheck size={17} />} loading={update.isPending} onClick={() => change('closed')}>
        {t('conversation.close')}
      </Button>
    );
  const missed = conversation.missedReason !== undefined;
  return (
    <Tooltip label={t('conversation.missedFinal')} disabled={!missed}>
      <Button
        className={classes.action}
        variant="default"
        leftSection={<IconArrowBackUp size={17} />}
        loading={update.isPending}
        data-disabled={missed || undefined}
        aria-disabled={missed}
        onClick={() => !missed && change('open')}
      >
        {t('conversation.reopen')}
      </Button>
    </Tooltip>
  );
}
