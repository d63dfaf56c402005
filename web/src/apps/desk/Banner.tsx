import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconArmchair, IconCloudOff, IconDatabaseExclamation, IconPhoneOff, IconVolumeOff, type TablerIcon } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useEngineUp, useLiveConnection, useLiveView } from '../../shared/live/LiveProvider';
import { secondOfDay, timeOfDay } from '../../shared/format/time';
import { phoneStatus } from '../../shared/phone/phone';
import { usePhone, usePhoneView } from '../../shared/phone/PhoneProvider';
import { useSoundGoesOn } from '../../shared/phone/useSoundGoesOn';
import { administers, useMe } from '../../shared/session/me';
import { useTakeSeat } from '../../shared/session/useUpdateMe';
import classes from './Banner.module.css';
import { useDiskIsLow } from './disk';
import { usePhoneAdvice } from './phoneAdvice';

interface Line {
  icon: TablerIcon;
  tone: 'red' | 'amber';
  title?: string;
  text: string;
  action?: { label: string; run: () => void };
}

/** One line above everything, for what keeps calls from reaching this agent; the most pressing wins. */
function useBanner(): Line | undefined {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const { status: live, state, heardAt = 0 } = useLiveView();
  const sound = useSoundGoesOn(live === 'lost');
  const connection = useLiveConnection();
  const phone = usePhone();
  const view = usePhoneView();
  const advice = usePhoneAdvice();
  const seat = useTakeSeat();
  const diskIsLow = useDiskIsLow(administers(me));
  if (view.soundBlocked)
    return { icon: IconVolumeOff, tone: 'red', text: t('phone.soundBlocked'), action: { label: t('app.retry'), run: phone.resumeSound } };
  if (live === 'lost')
    return { icon: IconCloudOff, tone: 'amber', text: [t('live.lost', { time: secondOfDay(heardAt, i18n.language) }), soundText(sound, t)].join(' ').trim(), action: { label: t('live.retry'), run: connection.retryNow } };
  if (state.engine?.up === false)
    return { icon: IconPhoneOff, tone: 'red', text: t('live.engineGone', { time: timeOfDay(state.engine.since, i18n.language) }) };
  if (advice) return { icon: IconAlertTriangle, tone: 'amber', title: t(`phone.${phoneStatus(view)}`), ...advice };
  if (diskIsLow) return { icon: IconDatabaseExclamation, tone: 'red', text: t('desk.diskLow') };
  if (me.seat) return undefined;
  if (administers(me))
    return { icon: IconArmchair, tone: 'amber', text: t('desk.noSeatAdmin'), action: { label: t('desk.takeSeat'), run: () => seat.mutate() } };
  return { icon: IconArmchair, tone: 'amber', text: t('desk.noSeat') };
}

const soundText = (goesOn: boolean | undefined, t: TFunction): string =>
  goesOn === undefined ? '' : goesOn ? t('live.soundGoesOn') : t('live.soundStopped');

/** Says that the phone system is back, after it was gone. */
function useEngineBack(): void {
  const { t } = useTranslation();
  const up = useEngineUp();
  const was = useRef(up);
  useEffect(() => {
    if (up && !was.current) notifications.show({ color: 'teal', message: t('live.engineBack') });
    was.current = up;
  }, [up, t]);
}

export function Banner() {
  useEngineBack();
  const line = useBanner();
  if (!line) return null;
  const Icon = line.icon;
  return (
    <div className={classes.banner} data-tone={line.tone} role="status">
      <Icon size={18} stroke={1.8} className={classes.icon} />
      <span className={classes.text}>
        {line.title && <strong>{line.title}. </strong>}
        {line.text}
      </span>
      {line.action && (
        <Button size="compact-sm" variant="default" onClick={line.action.run}>
          {line.action.label}
        </Button>
      )}
    </div>
  );
}
