import { Button, Portal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconPhone, IconPhoneOff, IconVolumeOff } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Call } from '../api/types';
import { useDisplay } from '../contacts/useDisplay';
import { useLiveEvents, useLiveState, type EventListener } from '../live/LiveProvider';
import { phoneStatus } from '../phone/phone';
import { usePhone, usePhoneView } from '../phone/PhoneProvider';
import { useMe } from '../session/MeContext';
import { useCommands } from '../shortcuts/ShortcutsProvider';
import { Avatar } from '../ui/Avatar';
import { Timer } from '../ui/Timer';
import { Truncated } from '../ui/Truncated';
import classes from './RingBox.module.css';
import { myPart, ringEnded, ringingCalls, ringProfile } from './selectors';
import { useCallActions } from './useCallActions';
import { useRingAlert } from './useRingAlert';

/** The calls that ring for me, over every screen (IN-1). */
export function RingBox() {
  const { t } = useTranslation();
  const me = useMe();
  const { calls } = useLiveState();
  const elsewhere = usePhoneView().line === 'elsewhere';
  const display = useDisplay();
  const [silenced, setSilenced] = useState<readonly string[]>([]);
  useRingEndNotices();

  const ringing = ringingCalls(calls, me.agentId);
  const audible = elsewhere ? undefined : ringing.find((call) => !silenced.includes(call.id));
  const name = audible && display.contactName(audible.contact);
  const blocked = useRingAlert(name, {
    title: t('ring.title', { name }),
    body: t('ring.notification', { label: audible?.number.label }),
  });

  if (ringing.length === 0) return null;
  return (
    <Portal>
      <div className={classes.stack}>
        {ringing.map((call) => (
          <RingCard key={call.id} call={call} blocked={blocked} onSilence={() => setSilenced((ids) => [...ids, call.id])} />
        ))}
      </div>
    </Portal>
  );
}

interface RingCardProps {
  call: Call;
  blocked: boolean;
  onSilence: () => void;
}

function RingCard({ call, blocked, onSilence }: RingCardProps) {
  const { t } = useTranslation();
  const me = useMe();
  const phone = usePhone();
  const view = usePhoneView();
  const navigate = useNavigate();
  const display = useDisplay();
  const actions = useCallActions(call.id);
  const session = view.sessions[call.id];
  const elsewhere = phoneStatus(view) === 'elsewhere';
  const connecting = session === 'answering' || session === 'up';

  const answer = () => {
    if (session !== 'incoming') return;
    onSilence();
    phone.answer(call.id).then(
      () => void navigate(`/inbox/all/${call.conversationId}`),
      () => undefined,
    );
  };
  useCommands({ answer });
  const decline = () => {
    onSilence();
    actions.run('decline');
  };

  const name = display.contactName(call.contact);
  const number = display.customerNumber(call);
  return (
    <section className={classes.card} aria-label={t('ring.region')} aria-live="assertive" data-testid="ring-box" data-call={call.id}>
      <div className={classes.top}>
        <span className={classes.pulse}>
          <Avatar name={call.contact.name} size={48} />
        </span>
        <div className={classes.who}>
          <Truncated text={name} className={classes.name} />
          <span className={`${classes.number} tabular`}>{name === number ? t('ring.lead') : number}</span>
        </div>
        <Timer since={myPart(call, me.agentId)?.ringingAt ?? call.startedAt} className={classes.timer} />
      </div>
      <p className={classes.dialled}>
        <span className={classes.label}>{call.number.label || t('callCard.on')}</span>
        <span className="tabular">{display.number(call.number.number || call.to)}</span>
      </p>
      <Profile call={call} />
      {blocked && (
        <p className={classes.warning}>
          <IconVolumeOff size={16} /> {t('ring.soundBlocked')}
        </p>
      )}
      <div className={classes.actions}>
        <Button color="red" variant="light" size="md" leftSection={<IconPhoneOff size={18} />} loading={actions.running === 'decline'} onClick={decline}>
          {t('ring.decline')}
        </Button>
        <Button className={classes.answer} size="md" leftSection={<IconPhone size={18} />} disabled={session === undefined} loading={connecting} onClick={answer}>
          {t('ring.answer')}
        </Button>
      </div>
      {(elsewhere || session === undefined) && <p className={classes.hint}>{elsewhere ? t('ring.elsewhere') : t('ring.waiting')}</p>}
    </section>
  );
}

function Profile({ call }: { call: Call }) {
  const fields = ringProfile(call);
  if (fields.length === 0) return null;
  return (
    <dl className={classes.profile}>
      {fields.map((field) => (
        <div key={field.key}>
          <dt className="truncate">{field.label}</dt>
          <dd>
            <Truncated text={field.value} style={{ display: 'block' }} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Says how a call stopped ringing that I did not answer: a colleague took it (IN-11), or the caller went. */
function useRingEndNotices(): void {
  const { t } = useTranslation();
  const { agentId } = useMe();
  const onEvent = useCallback<EventListener>(
    (event, before) => {
      if (event.topic !== 'call') return;
      const end = ringEnded(before.calls[event.data.id], event.data, agentId);
      if (!end) return;
      notifications.show({
        color: end.how === 'taken' ? 'iris' : 'gray',
        icon: end.how === 'taken' ? <IconCheck size={18} /> : <IconPhoneOff size={18} />,
        message: end.how === 'taken' ? t('ring.taken', { name: end.by }) : t(`ring.${end.how}`),
      });
    },
    [t, agentId],
  );
  useLiveEvents(onEvent);
}
