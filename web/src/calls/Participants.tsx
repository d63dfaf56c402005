import { IconMicrophoneOff, IconPlayerPauseFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call, Participant } from '../api/types';
import { useMe } from '../session/MeContext';
import { Avatar } from '../ui/Avatar';
import { Truncated } from '../ui/Truncated';
import { useDisplay } from '../contacts/useDisplay';
import classes from './Participants.module.css';
import { shown } from './selectors';

/** Who is in the call or is being rung, each with a live state. */
export function Participants({ call }: { call: Call }) {
  return (
    <ul className={classes.list}>
      {shown(call).map((participant) => (
        <Row key={participant.id} call={call} participant={participant} />
      ))}
    </ul>
  );
}

function Row({ call, participant }: { call: Call; participant: Participant }) {
  const { t } = useTranslation();
  const me = useMe();
  const display = useDisplay();
  const customer = participant.kind === 'contact';
  const name = customer ? display.contactName(call.contact) : participant.name;
  const here = participant.state === 'joined';
  const role = customer ? t('call.customer') : participant.agentId === me.agentId ? t('call.you') : t(`call.states.${participant.state}`);
  return (
    <li className={classes.row} data-here={here || undefined} data-participant={participant.kind} data-state={participant.state}>
      <span className={classes.face}>
        <Avatar name={customer ? call.contact.name : participant.name} size={28} />
        {participant.onHold && (
          <span className={classes.badge} data-tone="hold" role="img" aria-label={t('call.onHold')}>
            <IconPlayerPauseFilled size={9} />
          </span>
        )}
      </span>
      <Truncated text={name} className={classes.name} />
      {participant.muted && (
        <span className={classes.muted} role="img" aria-label={t('call.muted')}>
          <IconMicrophoneOff size={15} stroke={1.8} />
        </span>
      )}
      <span className={classes.role}>{participant.onHold ? t('call.onHold') : role}</span>
    </li>
  );
}
