import { Button } from '@mantine/core';
import { IconAlertTriangle, IconArmchair, IconCloudOff, IconVolumeOff, type TablerIcon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useLiveConnection, useLiveStatus } from '../live/LiveProvider';
import { phoneStatus } from '../phone/phone';
import { usePhone, usePhoneView } from '../phone/PhoneProvider';
import { administers, useMe } from '../session/MeContext';
import { useTakeSeat } from '../session/session';
import { tellProblem } from '../ui/problems';
import classes from './Banner.module.css';
import { usePhoneAdvice } from './PhoneAdvice';

interface Line {
  icon: TablerIcon;
  tone: 'red' | 'amber';
  title?: string;
  text: string;
  action?: { label: string; run: () => void };
}

/** One line above everything, for what keeps calls from reaching this agent; the most pressing wins. */
function useBanner(): Line | undefined {
  const { t } = useTranslation();
  const me = useMe();
  const live = useLiveStatus();
  const connection = useLiveConnection();
  const phone = usePhone();
  const view = usePhoneView();
  const advice = usePhoneAdvice();
  const seat = useTakeSeat();
  if (view.soundBlocked)
    return { icon: IconVolumeOff, tone: 'red', text: t('phone.soundBlocked'), action: { label: t('app.retry'), run: phone.resumeSound } };
  if (live === 'lost')
    return { icon: IconCloudOff, tone: 'amber', text: t('live.lost'), action: { label: t('live.retry'), run: connection.retryNow } };
  if (advice) return { icon: IconAlertTriangle, tone: 'amber', title: t(`phone.${phoneStatus(view)}`), ...advice };
  if (me.seat) return undefined;
  if (administers(me))
    return { icon: IconArmchair, tone: 'amber', text: t('status.noSeatAdmin'), action: { label: t('status.takeSeat'), run: () => seat.mutate(undefined, { onError: tellProblem }) } };
  return { icon: IconArmchair, tone: 'amber', text: t('status.noSeat') };
}

export function Banner() {
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
