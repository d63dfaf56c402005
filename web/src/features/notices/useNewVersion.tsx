import { notifications } from '@mantine/notifications';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentCall, ringingCalls } from '../../shared/live/calls';
import { useLiveState, useLiveStatus } from '../../shared/live/LiveProvider';
import { useMe } from '../../shared/session/me';
import { served } from '../../shared/version';
import { TrayLine } from './TrayLine';

const nightMs = 600_000;

/** From two to five nobody looks at a desk that nobody has touched. */
const isNight = (hour: number): boolean => hour >= 2 && hour < 5;

/** Says that there is a new version of the desk, and loads it: outside calls only, at night by itself. */
export function useNewVersion(): void {
  const { t } = useTranslation();
  const { agentId } = useMe();
  const { calls } = useLiveState();
  const busy = currentCall(calls, agentId) !== undefined || ringingCalls(calls, agentId).length > 0;
  const outdated = useOutdated();
  useEffect(() => {
    if (!outdated || busy) return;
    const line = <TrayLine text={t('notices.newVersion')} action={t('notices.reload')} onAction={() => location.reload()} />;
    notifications.show({ id: 'version', message: line, autoClose: false });
    const night = setInterval(() => {
      if (isNight(new Date().getHours()) && !document.hasFocus()) location.reload();
    }, nightMs);
    return () => {
      clearInterval(night);
      notifications.hide('version');
    };
  }, [outdated, busy, t]);
}

/** A server that was gone for a moment may have come back as a newer one; so has one that lacks a part of the page. */
function useOutdated(): boolean {
  const [outdated, setOutdated] = useState(false);
  const status = useLiveStatus();
  const wasLost = useRef(false);
  const look = useCallback(() => void served().then((has) => has === 'another' && setOutdated(true)), []);
  useEffect(() => {
    if (status === 'lost') wasLost.current = true;
    if (status !== 'live' || !wasLost.current) return;
    wasLost.current = false;
    look();
  }, [status, look]);
  useEffect(() => {
    const onMissing = () => look(); // a server that is away lacks it, too
    window.addEventListener('vite:preloadError', onMissing);
    return () => window.removeEventListener('vite:preloadError', onMissing);
  }, [look]);
  return outdated;
}
