import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconUserCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Conversation } from '../../shared/api/types';
import { useDisplay } from '../../shared/format/useDisplay';
import { moment } from '../../shared/format/time';
import { Truncated } from '../../shared/ui/Truncated';
import { useNarrow } from '../../shared/ui/useNarrow';
import { CallButton } from './CallButton';
import { AssignMenu, MoreMenu, SnoozeMenu, StateButton, TagsMenu, TeamMenu } from './ConversationMenus';
import classes from './ConversationHeader.module.css';
import { useWanted } from './wanted';

interface ConversationHeaderProps {
  conversation: Conversation;
  backTo: string;
  /** Absent where the contact stands beside the conversation anyway. */
  onShowContact: (() => void) | undefined;
}

export function ConversationHeader({ conversation, backTo, onShowContact }: ConversationHeaderProps) {
  const { t, i18n } = useTranslation();
  const display = useDisplay();
  const narrow = useNarrow();
  const { wanted, want } = useWanted();
  const { state, snoozedUntil } = conversation;
  const snoozed = state === 'snoozed' && snoozedUntil ? t('conversation.until', { time: moment(new Date(snoozedUntil), i18n.language) }) : '';
  return (
    <header className={classes.head}>
      <div className={classes.line}>
        <ActionIcon className={classes.back} component={Link} to={backTo} aria-label={t('app.back')}>
          <IconArrowLeft size={20} />
        </ActionIcon>
        <div className={classes.who}>
          <Truncated text={display.contactName(conversation.contact)} className={classes.name} />
          <span className={classes.state} data-state={state}>
            {t(`conversation.states.${state}`)} {snoozed}
          </span>
        </div>
        <CallButton conversation={conversation} asked={wanted === 'call'} onTaken={() => want(undefined)} />
        {narrow ? (
          <MoreMenu conversation={conversation} onShowContact={onShowContact} />
        ) : (
          <>
            <SnoozeMenu conversation={conversation} />
            <StateButton conversation={conversation} />
            {onShowContact && (
              <Tooltip label={t('conversation.showContact')}>
                <ActionIcon aria-label={t('conversation.showContact')} onClick={onShowContact}>
                  <IconUserCircle size={20} stroke={1.7} />
                </ActionIcon>
              </Tooltip>
            )}
          </>
        )}
      </div>
      {!narrow && (
        <div className={classes.line} data-second>
          <AssignMenu conversation={conversation} />
          <TeamMenu conversation={conversation} />
          <TagsMenu conversation={conversation} />
        </div>
      )}
    </header>
  );
}
