import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Call, ConversationSummary, SearchMatch } from '../../shared/api/types';
import { exactTime, listTime, moment } from '../../shared/format/time';
import { useDisplay } from '../../shared/format/useDisplay';
import { Avatar } from '../../shared/ui/Avatar';
import { later } from '../../shared/ui/later';
import { useMinute } from '../../shared/ui/useMinute';
import { CallButton } from './CallButton';
import { CallIcon } from './CallIcon';
import classes from './ConversationRow.module.css';
import { RowOutcome } from './RowOutcome';

const RowCheck = later(() => import('./RowCheck').then(({ RowCheck }) => RowCheck));

/** The height of each row in pixels; see the style sheet. */
export const rowHeight = 68;
const shownTags = 2;

interface ConversationRowProps {
  conversation: ConversationSummary;
  to: string;
  /** The conversation's call that goes on now. */
  call?: Call | undefined;
  selected?: boolean;
  /** It stands in its list no more. */
  left?: boolean;
  /** Under a contact every row is theirs: what happened stands in place of the name. */
  ofContact?: boolean;
  /** Rows are being chosen, and this one is. */
  choosing?: boolean;
  chosen?: boolean;
  /** `reach` chooses all between the last one and this. Absent where nothing can be done to many. */
  onChoose?: (reach: boolean) => void;
}

export function ConversationRow({ conversation, to, call, selected = false, left = false, ofContact = false, choosing = false, chosen = false, onChoose }: ConversationRowProps) {
  const { t, i18n } = useTranslation();
  const display = useDisplay();
  const now = useMinute();
  const { contact, kind, direction, missedReason, unread = false } = conversation;
  const missed = missedReason !== undefined;
  const title = ofContact ? (missed ? t('callCard.missedCall') : t(`callCard.${direction}${kind}`)) : display.contactName(contact);
  const callable = missed && conversation.state === 'missed' && !ofContact && !choosing;
  const onClick = (event: MouseEvent) => {
    if (!onChoose || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onChoose(event.shiftKey);
  };
  return (
    <div className={classes.row} data-selected={selected || undefined} data-left={left || undefined} data-chosen={chosen || undefined} data-choosing={choosing || undefined}>
      <Link
        to={to}
        className={classes.link}
        aria-current={selected ? 'true' : undefined}
        data-testid="inbox-item"
        data-id={conversation.id}
        data-state={conversation.state}
        data-left={left || undefined}
        data-unread={unread || undefined}
        onClick={onClick}
      >
        {!ofContact && (
          <span className={classes.avatar}>
            <Avatar name={contact.name} size={36} />
          </span>
        )}
        <span className={classes.text}>
          <span className={classes.line}>
            <span className={`${classes.name} truncate`} title={title}>
              {title}
            </span>
            {unread && <span className={classes.dot} role="img" aria-label={t('inbox.unread')} />}
            <time className={`${classes.time} tabular`} dateTime={conversation.updatedAt} title={exactTime(conversation.updatedAt, i18n.language)}>
              {listTime(conversation.updatedAt, i18n.language, now)}
            </time>
          </span>
          <Happened conversation={conversation} call={call} />
          <Marks conversation={conversation} />
        </span>
      </Link>
      {onChoose && !ofContact && (
        <RowCheck name={title} chosen={chosen} choosing={choosing} onChoose={onChoose} />
      )}
      {callable && (
        <span className={classes.again}>
          <CallButton conversation={conversation} small />
        </span>
      )}
    </div>
  );
}

function Happened({ conversation, call }: { conversation: ConversationSummary; call: Call | undefined }) {
  const { kind, direction, live = false, missedReason, lastNote, match } = conversation;
  return (
    <span className={classes.line}>
      <CallIcon kind={kind} direction={direction} missed={missedReason !== undefined} live={live} size={14} />
      <span className={`${classes.summary} truncate tabular`}>
        <RowOutcome conversation={conversation} call={call} />
        {match ? <Found match={match} /> : lastNote && <span className={classes.lastNote}> · {lastNote}</span>}
      </span>
      <Assignee conversation={conversation} />
    </span>
  );
}

/** What a search has found, marked in the words around it. */
function Found({ match: { before, found, after } }: { match: SearchMatch }) {
  return (
    <span className={classes.lastNote}>
      {' · '}
      {before}
      <mark className={classes.found}>{found}</mark>
      {after}
    </span>
  );
}

function Assignee({ conversation: { assignee } }: { conversation: ConversationSummary }) {
  const { t } = useTranslation();
  if (!assignee) return null;
  const words = t('conversation.assignee', { name: assignee.name });
  return (
    <span className={classes.assignee} title={words} role="img" aria-label={words}>
      <Avatar name={assignee.name} size={18} />
    </span>
  );
}

/** Tags, team, until when it is snoozed, who has called back: on a line of their own where there are any. */
function Marks({ conversation: { tags, team, state, snoozedUntil, lastCall, missedReason } }: { conversation: ConversationSummary }) {
  const { t, i18n } = useTranslation();
  const handled = missedReason && lastCall?.missedHandledAt ? lastCall : undefined;
  const until = state === 'snoozed' && snoozedUntil ? t('conversation.until', { time: moment(new Date(snoozedUntil), i18n.language) }) : undefined;
  if (tags.length === 0 && !team && !handled && !until) return null;
  return (
    <span className={classes.marks}>
      {tags.slice(0, shownTags).map((tag) => (
        <span key={tag} className={`${classes.tag} truncate`} title={tag}>
          {tag}
        </span>
      ))}
      {tags.length > shownTags && (
        <span className={classes.more} title={tags.slice(shownTags).join(', ')}>
          +{tags.length - shownTags}
        </span>
      )}
      {team && (
        <span className={`${classes.team} truncate`} title={team.name}>
          {team.name}
        </span>
      )}
      {until && <span className={`${classes.team} truncate`}>{until}</span>}
      {handled && <span className={`${classes.team} truncate`}>{handled.missedHandledBy ? t('inbox.handledBy', { name: handled.missedHandledBy.name }) : t('inbox.handled')}</span>}
    </span>
  );
}
