import { useTranslation } from 'react-i18next';
import type { Call } from '../../../shared/api/types';
import { listTime } from '../../../shared/format/time';
import { useMinute } from '../../../shared/ui/useMinute';
import { Truncated } from '../../../shared/ui/Truncated';
import { useLately } from '../queries';
import classes from './Ring.module.css';

/** One line of what was before: when, how it ended, and its first tag. */
export function Lately({ call }: { call: Call }) {
  const { t, i18n } = useTranslation();
  const now = useMinute();
  const lately = useLately(call);
  if (!lately) return null;
  const how = lately.state === 'missed' ? 'missed' : lately.direction;
  const facts = [t(`ring.was_${how}`, { time: listTime(lately.updatedAt, i18n.language, now) }), lately.tags[0]].filter(Boolean);
  return <Truncated text={t('ring.lately', { facts: facts.join(', ') })} className={classes.lately} />;
}
