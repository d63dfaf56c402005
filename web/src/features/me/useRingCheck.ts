import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../shared/api/client';
import { askForNotices, noticePermission, type NoticePermission } from '../../shared/browser/notice';
import { mayPlay } from '../../shared/browser/sound';
import { useEngineUp, useLiveStatus } from '../../shared/live/LiveProvider';
import { usePhone, usePhoneView } from '../../shared/phone/PhoneProvider';
import { practiseRing } from '../../shared/phone/practice';
import { administers, useMe } from '../../shared/session/me';
import { useTakeSeat, useUpdateMe } from '../../shared/session/useUpdateMe';
import { ringCheck, type Check, type CheckName } from './ringCheck';

/** Hours and settings change without a word to this page. */
const lookMs = 10_000;

export interface CheckLine extends Check {
  /** What puts it right; absent where somebody else must, or where a click cannot. */
  fix?: { label: string; run: () => void };
}

/** What must hold for a call to ring here, as the server decides and this browser knows, with what puts right what does not; undefined until it is known. */
export function useRingCheck(): CheckLine[] | undefined {
  const me = useMe();
  const engine = useEngineUp();
  const connected = useLiveStatus() === 'live';
  const view = usePhoneView();
  const [notices, setNotices] = useState(noticePermission);
  const fixes = useFixes(setNotices);
  const { data: server } = useQuery({
    // Whatever is told of me, the phone system or this phone may have changed the answer.
    queryKey: ['ringCheck', me, engine, view.line, view.microphone] as const,
    queryFn: () => result(client.GET('/me/ring-check')),
    placeholderData: keepPreviousData,
    refetchInterval: lookMs,
    staleTime: 0,
    gcTime: 0,
  });
  if (!server) return undefined;
  const list = ringCheck({ server, connected, engine, line: view.line, microphone: view.microphone, sound: mayPlay(), notices });
  return list.map((check) => ({ ...check, fix: fixes(check.name) }));
}

function useFixes(setNotices: (permission: NoticePermission) => void): (name: CheckName) => CheckLine['fix'] {
  const { t } = useTranslation();
  const me = useMe();
  const phone = usePhone();
  const update = useUpdateMe();
  const seat = useTakeSeat();
  return (name) => {
    switch (name) {
      case 'seat':
        return administers(me) ? { label: t('my.takeSeat'), run: () => seat.mutate() } : undefined;
      case 'status':
        return { label: t('status.available'), run: () => update.mutate({ manualStatus: 'available' }) };
      case 'dnd':
        return { label: t('my.dndEnd'), run: () => update.mutate({ dnd: false }) };
      case 'phone':
        return { label: t('my.turnOn'), run: () => update.mutate({ takesPhone: true }) };
      case 'notify':
        return { label: t('my.turnOn'), run: () => update.mutate({ notifyUnassigned: true }) };
      case 'wrapUp':
        return { label: t('my.finish'), run: () => update.mutate({ wrapUp: false }) };
      case 'microphone':
        return { label: t('app.retry'), run: () => void phone.testMicrophone() };
      case 'window':
        return { label: t('phone.useHere'), run: () => void phone.claim() };
      case 'notices':
        return noticePermission() === 'default' ? { label: t('my.allow'), run: () => void askForNotices().then(setNotices) } : undefined;
      case 'sound':
        return { label: t('my.allow'), run: practiseRing };
      default:
        return undefined;
    }
  };
}
