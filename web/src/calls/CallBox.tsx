import { Tooltip } from '@mantine/core';
import { IconArrowUpRight, IconPlayerPauseFilled } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Call } from '../api/types';
import { useDisplay } from '../contacts/useDisplay';
import { useLiveState } from '../live/LiveProvider';
import { usePhone, usePhoneView } from '../phone/PhoneProvider';
import { useMe } from '../session/MeContext';
import { Timer } from '../ui/Timer';
import { Truncated } from '../ui/Truncated';
import classes from './CallBox.module.css';
import { CallControls } from './CallControls';
import { Participants } from './Participants';
import { currentCall, myPart } from './selectors';

/** The call I am in, docked beside whatever screen is open (CALL-1). */
export function CallBox() {
  const me = useMe();
  const { calls } = useLiveState();
  const call = currentCall(calls, me.agentId);
  return call ? <RunningCall key={call.id} call={call} /> : null;
}

function RunningCall({ call }: { call: Call }) {
  const { t } = useTranslation();
  const me = useMe();
  const phone = usePhone();
  const display = useDisplay();
  const session = usePhoneView().sessions[call.id];
  const mine = myPart(call, me.agentId);
  const muted = mine?.muted ?? false;

  // The engine's mute is the truth; the microphone follows it, also after the sound came back.
  useEffect(() => phone.setMuted(call.id, muted), [phone, call.id, muted, session]);

  const name = display.contactName(call.contact);
  const number = display.customerNumber(call);
  return (
    <section className={classes.box} aria-label={t('call.region')} data-testid="call-box" data-call={call.id}>
      <header className={classes.head}>
        <span className={classes.state} data-hold={call.hold !== undefined || undefined} />
        <div className={classes.who}>
          <Truncated text={name} className={classes.name} />
          {name !== number && <span className={`${classes.number} tabular`}>{number}</span>}
        </div>
        <Timer since={mine?.joinedAt ?? call.answeredAt ?? call.startedAt} className={classes.timer} />
        <Tooltip label={t('call.open')}>
          <Link to={`/inbox/all/${call.conversationId}`} className={classes.open} aria-label={t('call.open')}>
            <IconArrowUpRight size={18} stroke={1.8} />
          </Link>
        </Tooltip>
      </header>
      <SoundState session={session} />
      {call.hold && (
        <div className={classes.hold} role="status">
          <IconPlayerPauseFilled size={16} />
          <div className={classes.holdText}>
            <strong>
              {t('call.onHoldBy', { name: call.hold.name })} <Timer since={call.hold.since} />
            </strong>
            <span>{t('call.holdHint')}</span>
          </div>
        </div>
      )}
      <Participants call={call} />
      <CallControls call={call} />
    </section>
  );
}

/** Says when the call has no sound in this window; the call itself goes on in the engine. */
function SoundState({ session }: { session: string | undefined }) {
  const { t } = useTranslation();
  const elsewhere = usePhoneView().line === 'elsewhere';
  if (session === 'up') return null;
  const text = elsewhere ? t('call.audioElsewhere') : session ? t('call.audioConnecting') : t('call.audioLost');
  return (
    <p className={classes.sound} role="status">
      {text}
    </p>
  );
}
