import { notifications } from '@mantine/notifications';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../../shared/api/types';
import { serverNow } from '../../../shared/format/clock';
import { phoneStatus } from '../../../shared/phone/phone';
import { usePhone, usePhoneView } from '../../../shared/phone/PhoneProvider';
import { endPractice } from '../../../shared/phone/practice';
import { useMe } from '../../../shared/session/me';
import classes from './Ring.module.css';
import './practice.words';
import { Announcement, RingAlert } from './RingAlert';
import { RingFace } from './RingFace';
import type { Answering } from './useAnswer';

/** The default ring time (IN-4). */
const practiceMs = 20_000;

/** The ring as it is for a call, with its box, sound, title and notice, and no call behind it. */
export function PracticeRing() {
  const call = usePracticeCall();
  const ring = usePracticeAnswer();
  const { t } = useTranslation();
  const [blocked, setBlocked] = useState(false);
  useEffect(() => {
    const timer = setTimeout(endPractice, practiceMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={classes.rings}>
      <RingAlert call={call} onBlocked={setBlocked} />
      <Announcement call={call} />
      <RingFace call={call} blocked={blocked} ring={ring} why={<p className={classes.why}>{t('practice.why')}</p>} />
    </div>
  );
}

function usePracticeCall(): Call {
  const { t } = useTranslation();
  const me = useMe();
  const [startedAt] = useState(() => new Date(serverNow()).toISOString());
  return useMemo(
    () => ({
      id: 'practice',
      conversationId: '',
      kind: 'phone',
      direction: 'inbound',
      state: 'ringing',
      from: '',
      to: '',
      callerAddress: t('practice.number'),
      number: { id: '', number: t('practice.dialled'), label: t('practice.label') },
      startedAt,
      participants: [{ id: 'practice', kind: 'agent', agentId: me.agentId, name: me.name, state: 'ringing', ringingAt: startedAt, muted: false, onHold: false }],
      contact: { id: '', kind: 'member', name: t('practice.name'), email: '', numbers: [], profile: [], createdAt: startedAt },
    }),
    [t, me, startedAt],
  );
}

function usePracticeAnswer(): Answering {
  const { t } = useTranslation();
  const phone = usePhone();
  const view = usePhoneView();
  const noMicrophone = phoneStatus(view) === 'no-mic';
  return {
    answer: () => {
      if (noMicrophone) return;
      endPractice();
      notifications.show({ color: 'green', message: t('practice.answered') });
    },
    decline: endPractice,
    declining: false,
    connecting: false,
    // What would keep a call from being answered does so here, too.
    obstacle: noMicrophone ? t(`ring.mic_${view.microphone}`) : undefined,
    allowMicrophone: noMicrophone && view.microphone !== 'insecure' ? () => void phone.testMicrophone() : undefined,
  };
}
