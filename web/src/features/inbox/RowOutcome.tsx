import { useTranslation } from 'react-i18next';
import type { Call, ConversationSummary } from '../../shared/api/types';
import { clock } from '../../shared/format/duration';
import { Timer } from '../../shared/ui/Timer';
import { outcomeOf } from './outcome';
import classes from './ConversationRow.module.css';

interface RowOutcomeProps {
  conversation: ConversationSummary;
  /** The conversation's call that goes on now. */
  call: Call | undefined;
}

export function RowOutcome({ conversation, call }: RowOutcomeProps) {
  const { t } = useTranslation();
  const outcome = outcomeOf(conversation, call);
  switch (outcome.kind) {
    case 'waiting':
      return (
        <span className={classes.outcome} data-tone="waiting">
          {t('inbox.waits')} <Timer since={outcome.since} />
          {outcome.place !== undefined && ` · ${t('inbox.place', { place: outcome.place })}`}
        </span>
      );
    case 'talking':
    case 'calling':
    case 'busy':
      return (
        <span className={classes.outcome} data-tone={outcome.kind === 'talking' ? 'live' : undefined}>
          {t(`callCard.states.${outcome.state}`)} <Timer since={outcome.since} />
        </span>
      );
    case 'live':
      return (
        <span className={classes.outcome} data-tone="live">
          {t('inbox.live')}
        </span>
      );
    case 'missed':
      return (
        <span className={classes.outcome} data-tone="missed">
          {t(`missed.${outcome.reason}`)}
          {outcome.waited ? <span className={classes.waited}> · {`${t('inbox.waited')} ${clock(outcome.waited)}`}</span> : null}
        </span>
      );
    case 'failed':
      return <span className={classes.outcome}>{t(`callCard.outcomes.${outcome.outcome}`)}</span>;
    case 'talked':
      return <span className={classes.outcome}>{t('inbox.talk', { time: clock(outcome.ms) })}</span>;
    case 'ended':
      return <span className={classes.outcome}>{t(`callCard.${conversation.direction}${conversation.kind}`)}</span>;
  }
}
