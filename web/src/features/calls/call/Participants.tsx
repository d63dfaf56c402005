import { Popover, Tooltip, UnstyledButton } from '@mantine/core';
import { IconMicrophoneOff, IconPlayerPauseFilled, IconRefresh, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call, Participant } from '../../../shared/api/types';
import { useDisplay } from '../../../shared/format/useDisplay';
import { useMe } from '../../../shared/session/me';
import { Avatar } from '../../../shared/ui/Avatar';
import { Timer } from '../../../shared/ui/Timer';
import { Truncated } from '../../../shared/ui/Truncated';
import { shown } from '../selectors';
import { useCallActions } from '../useCallActions';
import classes from './Participants.module.css';

const mostRows = 4;

/** Who is in the call or is being rung, each with a live state. More than four are faces, with the list a click away. */
export function Participants({ call, speaking }: { call: Call; speaking: boolean }) {
  const { t } = useTranslation();
  const all = shown(call);
  const list = (
    <ul className={classes.list}>
      {all.map((participant) => (
        <Row key={participant.id} call={call} participant={participant} speaking={speaking} />
      ))}
    </ul>
  );
  if (all.length <= mostRows) return list;
  return (
    <Popover position="right-end" width={288} trapFocus>
      <Popover.Target>
        <UnstyledButton className={classes.faces} aria-label={t('call.participants', { count: all.length })}>
          {all.map((participant) => (
            <Face key={participant.id} call={call} participant={participant} speaking={speaking} />
          ))}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>{list}</Popover.Dropdown>
    </Popover>
  );
}

interface PersonProps {
  call: Call;
  participant: Participant;
  speaking: boolean;
}

function Face({ call, participant, speaking }: PersonProps) {
  const { t } = useTranslation();
  const me = useMe();
  const customer = participant.kind === 'contact';
  return (
    <span
      className={classes.face}
      data-here={participant.state === 'joined' || undefined}
      data-speaking={(speaking && participant.agentId === me.agentId) || undefined}
    >
      <Avatar name={customer ? call.contact.name : participant.name} size={28} />
      {participant.onHold && (
        <span className={classes.badge} role="img" aria-label={t('call.onHold')}>
          <IconPlayerPauseFilled size={9} />
        </span>
      )}
    </span>
  );
}

function Row({ call, participant, speaking }: PersonProps) {
  const { t } = useTranslation();
  const display = useDisplay();
  const name = participant.kind === 'contact' ? display.contactName(call.contact) : participant.name;
  return (
    <li className={classes.row} data-here={participant.state === 'joined' || undefined} data-participant={participant.kind} data-state={participant.state}>
      <Face call={call} participant={participant} speaking={speaking} />
      <Truncated text={name} className={classes.name} />
      {participant.muted && (
        <span className={classes.muted} role="img" aria-label={t('call.muted')}>
          <IconMicrophoneOff size={15} stroke={1.8} />
        </span>
      )}
      <Standing participant={participant} />
      <RowAction call={call} participant={participant} />
    </li>
  );
}

/** How somebody stands in the call at this moment. */
function Standing({ participant }: { participant: Participant }) {
  const { t } = useTranslation();
  const me = useMe();
  const { kind, state, agentId, onHold, awaySince, ringingAt, invitedBy, supervision } = participant;
  if (awaySince)
    return (
      <span className={classes.role} data-tone="amber">
        {t('call.away')} <Timer since={awaySince} />
      </span>
    );
  if (state === 'ringing' && ringingAt)
    return (
      <span className={classes.role}>
        {invitedBy ? t('call.inviting') : t('call.states.ringing')} <Timer since={ringingAt} />
      </span>
    );
  const role = kind === 'contact' ? t('call.customer') : agentId === me.agentId ? t('call.you') : supervision && state === 'joined' ? t(`call.${supervision}`) : t(`call.states.${state}`);
  return <span className={classes.role}>{onHold ? t('call.onHold') : role}</span>;
}

/** Takes an invitation back, or makes one that came to nothing again. */
function RowAction({ call, participant }: { call: Call; participant: Participant }) {
  const { t } = useTranslation();
  const actions = useCallActions(call.id);
  const { agentId, invitedBy, state, name } = participant;
  if (!agentId || !invitedBy || call.state !== 'talking') return null;
  const ringing = state === 'ringing';
  if (!ringing && state !== 'declined' && state !== 'missed') return null;
  const label = ringing ? t('call.cancelInvite', { name }) : t('call.inviteAgain', { name });
  const Icon = ringing ? IconX : IconRefresh;
  return (
    <Tooltip label={label}>
      <UnstyledButton className={classes.action} aria-label={label} onClick={() => actions.run(ringing ? 'cancelInvite' : 'invite', { agentId })}>
        <Icon size={15} stroke={1.9} />
      </UnstyledButton>
    </Tooltip>
  );
}
