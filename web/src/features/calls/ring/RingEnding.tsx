import { IconCheck, IconPhoneOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useDisplay } from '../../../shared/format/useDisplay';
import { Truncated } from '../../../shared/ui/Truncated';
import type { RingEnd } from '../selectors';
import classes from './Ring.module.css';

/** How a ring ended, for a moment in its place, with whose call it was. */
export function RingEnding({ end }: { end: RingEnd }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const Icon = end.how === 'taken' ? IconCheck : IconPhoneOff;
  return (
    <Link to={`/inbox/all/${end.call.conversationId}`} className={classes.ending} data-testid="ring-ending" data-how={end.how} role="status">
      <Icon size={18} stroke={1.8} />
      <span className={classes.lineWho}>
        <Truncated text={display.contactName(end.call.contact)} className={classes.lineName} />
        <span className={classes.how}>{end.how === 'taken' ? t('ring.taken', { name: end.by }) : t(`ring.${end.how}`)}</span>
      </span>
    </Link>
  );
}
