import { IconChevronDown } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Call } from '../../../shared/api/types';
import { useDisplay } from '../../../shared/format/useDisplay';
import { myPart } from '../../../shared/live/calls';
import { useMe } from '../../../shared/session/me';
import { Timer } from '../../../shared/ui/Timer';
import { Truncated } from '../../../shared/ui/Truncated';
import { IconButton } from '../IconButton';
import classes from './CallBox.module.css';

/** The timer of the talk; of a call that is not answered yet, how long it has been on its way. */
export function CallTime({ call }: { call: Call }) {
  const { t } = useTranslation();
  const me = useMe();
  if (call.state === 'dialing')
    return (
      <span className={classes.dialing}>
        {t('call.dialing')} <Timer since={call.startedAt} />
      </span>
    );
  return <Timer since={call.answeredAt ?? myPart(call, me.agentId)?.joinedAt ?? call.startedAt} className={classes.timer} />;
}

export const dotOf = (call: Call): 'dialing' | 'hold' | 'talking' => (call.state === 'dialing' ? 'dialing' : call.hold ? 'hold' : 'talking');

/** Whose call it is, for how long; `children` stand beside the time. */
export function CallHead({ call, onCollapse, children }: { call: Call; onCollapse: () => void; children?: ReactNode }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const name = display.contactName(call.contact);
  const number = display.customerNumber(call);
  return (
    <header className={classes.head}>
      <span className={classes.state} data-state={dotOf(call)} />
      <div className={classes.who}>
        <Link to={`/inbox/all/${call.conversationId}`} className={classes.open} aria-label={`${name}. ${t('call.open')}`}>
          <Truncated text={name} className={classes.name} />
        </Link>
        <span className={`${classes.number} tabular`}>
          {name !== number && <Truncated text={number} />}
          <RecordingState call={call} />
        </span>
      </div>
      <CallTime call={call} />
      <span className={classes.corner}>
        {children}
        <IconButton icon={IconChevronDown} label={t('call.collapse')} onClick={onCollapse} />
      </span>
    </header>
  );
}

function RecordingState({ call }: { call: Call }) {
  const { t } = useTranslation();
  if (call.recordingPaused) return <span className={classes.paused}>{t('call.recordingPaused')}</span>;
  if (call.recording?.state !== 'recording') return null;
  return <span className={classes.recording}>{t('call.recording')}</span>;
}
