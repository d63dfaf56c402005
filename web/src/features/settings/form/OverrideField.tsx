import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../../shared/api/client';
import { serverNow } from '../../../shared/format/clock';
import { useMe } from '../../../shared/session/me';
import { tellProblem } from '../../../shared/ui/problems';
import { useMinute } from '../../../shared/ui/useMinute';
import { useFresh, type Hours, type Override } from '../queries';
import classes from './OverrideField.module.css';
import type { Scope } from './callFields';
import { localTime, operating } from './week';

interface OverrideProps {
  scope: Scope;
  id?: string;
  /** The hours that hold there. */
  hours: Hours | undefined;
  /** What was switched by hand there, or behind it. */
  override: Override | undefined;
  /** Whether it was switched there, so that it can be taken back there. */
  own: boolean;
}

/** Whether calls are taken now, and the switch by hand with its end in words (IN-10). */
export function OverrideField({ scope, id, hours, override, own }: OverrideProps) {
  const { t } = useTranslation();
  const { timeZone } = useMe().workspace;
  const fresh = useFresh();
  const until = useUntil();
  useMinute(); // the hours may begin or end meanwhile
  const now = serverNow();
  const valid = override && (!override.until || Date.parse(override.until) > now) ? override : undefined;
  const open = operating(hours, valid, now, timeZone);
  const target = { scope, ...(id ? { id } : {}) };
  const flip = useMutation({
    mutationFn: (to: boolean) => result(client.POST('/hours/override', { body: { ...target, open: to } })),
    onSuccess: fresh.all,
    onError: tellProblem,
  });
  const back = useMutation({
    mutationFn: () => result(client.DELETE('/hours/override', { params: { query: target } })),
    onSuccess: fresh.all,
    onError: tellProblem,
  });
  return (
    <div className={classes.now} data-open={open}>
      <span className={classes.dot} aria-hidden="true" />
      <div className={classes.text} role="status">
        <strong>{t(open ? 'settings.hours.isOpen' : 'settings.hours.isClosed')}</strong>
        {valid && (
          <span>
            {' '}
            {t(valid.open ? 'settings.hours.openUntil' : 'settings.hours.closedUntil', { until: until(valid.until) })}
            {valid.by && ` · ${t('settings.hours.by', { name: valid.by.name })}`}
          </span>
        )}
      </div>
      {valid && own ? (
        <Button variant="default" size="compact-sm" loading={back.isPending} onClick={() => back.mutate()}>
          {t('settings.hours.takeBack')}
        </Button>
      ) : (
        <Button variant="default" size="compact-sm" loading={flip.isPending} onClick={() => flip.mutate(!open)}>
          {t(open ? 'settings.hours.closeNow' : 'settings.hours.openNow')}
        </Button>
      )}
    </div>
  );
}

const dayMs = 86_400_000;

/** A moment to come in words, in the workspace's time zone: today 18:00, tomorrow 09:00, or the date. */
function useUntil(): (iso: string | undefined) => string {
  const { t, i18n } = useTranslation();
  const { timeZone } = useMe().workspace;
  return (iso) => {
    if (!iso) return t('settings.hours.untilTakenBack');
    const at = Date.parse(iso);
    const now = serverNow();
    const time = new Intl.DateTimeFormat(i18n.language, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
    const { date } = localTime(at, timeZone);
    if (date === localTime(now, timeZone).date) return t('settings.hours.today', { time });
    if (date === localTime(now + dayMs, timeZone).date) return t('settings.hours.tomorrow', { time });
    const day = new Intl.DateTimeFormat(i18n.language, { timeZone, month: 'long', day: 'numeric', weekday: 'short' }).format(at);
    return t('settings.hours.onDay', { day, time });
  };
}
