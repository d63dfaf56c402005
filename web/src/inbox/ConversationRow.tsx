import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ConversationSummary } from '../api/types';
import { useDisplay } from '../contacts/useDisplay';
import { clock } from '../format/duration';
import { listTime } from '../format/time';
import { Avatar } from '../ui/Avatar';
import { CallIcon } from '../ui/CallIcon';
import { useMinute } from '../ui/useMinute';
import classes from './ConversationRow.module.css';

interface ConversationRowProps {
  conversation: ConversationSummary;
  to: string;
  selected?: boolean;
  /** Under a contact every row is theirs: what happened stands in place of the name. */
  ofContact?: boolean;
}

export function ConversationRow({ conversation, to, selected = false, ofContact = false }: ConversationRowProps) {
  const { t, i18n } = useTranslation();
  const display = useDisplay();
  const now = useMinute();
  const { contact, kind, direction, live = false, missedReason, assignee } = conversation;
  const missed = missedReason !== undefined;
  const title = ofContact ? (missed ? t('callCard.missedCall') : t(`callCard.${direction}${kind}`)) : display.contactName(contact);
  return (
    <Link
      to={to}
      className={classes.row}
      aria-current={selected ? 'true' : undefined}
      data-testid="inbox-item"
      data-id={conversation.id}
      data-state={conversation.state}
    >
      {!ofContact && <Avatar name={contact.name} size={36} />}
      <span className={classes.text}>
        <span className={classes.line}>
          <span className={`${classes.name} truncate`} title={title}>
            {title}
          </span>
          <time className={`${classes.time} tabular`} dateTime={conversation.updatedAt}>
            {listTime(conversation.updatedAt, i18n.language, now)}
          </time>
        </span>
        <span className={classes.line}>
          <CallIcon kind={kind} direction={direction} missed={missed} live={live} size={14} />
          <Summary conversation={conversation} />
          {live ? (
            <span className={classes.live}>{t('inbox.live')}</span>
          ) : (
            assignee && <span className={`${classes.assignee} truncate`}>{assignee.name}</span>
          )}
        </span>
      </span>
    </Link>
  );
}

function Summary({ conversation }: { conversation: ConversationSummary }) {
  const { t } = useTranslation();
  const { missedReason, talkSeconds, lastNote, kind, direction, live } = conversation;
  const parts = [
    missedReason ? t(`missed.${missedReason}`) : live || !talkSeconds ? t(`callCard.${direction}${kind}`) : t('inbox.talk', { time: clock(talkSeconds * 1000) }),
    lastNote,
  ].filter(Boolean);
  return (
    <span className={`${classes.summary} truncate tabular`} data-missed={missedReason ? true : undefined}>
      {parts.join(' · ')}
    </span>
  );
}
