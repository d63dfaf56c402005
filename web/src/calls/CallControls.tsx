import { Button, Popover, Tooltip, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconDialpad,
  IconDoorExit,
  IconHeadphones,
  IconMicrophone,
  IconMicrophoneOff,
  IconPhoneOff,
  IconPlayerPause,
  IconPlayerPlay,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../api/types';
import { DevicesModal } from '../phone/DevicesModal';
import { useMe } from '../session/MeContext';
import { useCommands } from '../shortcuts/ShortcutsProvider';
import classes from './CallControls.module.css';
import { DialPad } from './DialPad';
import { myPart, presentAgents } from './selectors';
import { useCallActions } from './useCallActions';

export function CallControls({ call }: { call: Call }) {
  const { t } = useTranslation();
  const me = useMe();
  const actions = useCallActions(call.id);
  const [pad, { toggle: togglePad, close: closePad }] = useDisclosure(false);
  const [devices, { open: openDevices, close: closeDevices }] = useDisclosure(false);
  const [confirming, { open: confirm, close: keep }] = useDisclosure(false);

  const muted = myPart(call, me.agentId)?.muted ?? false;
  const colleagues = presentAgents(call).filter((agent) => agent.agentId !== me.agentId);
  const toggleMute = () => actions.run(muted ? 'unmute' : 'mute');
  const toggleHold = () => actions.run(call.hold ? 'release' : 'hold');
  const end = () => (colleagues.length > 0 ? confirm() : actions.run('end'));
  const leave = () => actions.run('leave');
  const holdable = call.kind === 'phone';
  useCommands({ mute: toggleMute, hold: holdable ? toggleHold : undefined, dialPad: togglePad, end, leave });

  return (
    <>
      <div className={classes.round}>
        <Control
          icon={muted ? IconMicrophoneOff : IconMicrophone}
          label={muted ? t('call.unmute') : t('call.mute')}
          pressed={muted}
          tone="red"
          busy={actions.running === 'mute' || actions.running === 'unmute'}
          onClick={toggleMute}
        />
        {holdable && (
          <Control
            icon={call.hold ? IconPlayerPlay : IconPlayerPause}
            label={call.hold ? t('call.release') : t('call.hold')}
            pressed={call.hold !== undefined}
            tone="amber"
            busy={actions.running === 'hold' || actions.running === 'release'}
            onClick={toggleHold}
          />
        )}
        <Control icon={IconDialpad} label={t('call.dialPad')} pressed={pad} tone="accent" onClick={togglePad} />
        <Control icon={IconHeadphones} label={t('call.sound')} onClick={openDevices} />
      </div>
      {pad && <DialPad onKey={actions.sendTone} onClose={closePad} />}
      <div className={classes.leaving}>
        <Tooltip label={colleagues.length > 0 ? t('call.leaveHint') : t('call.leaveLast')}>
          <Button variant="default" leftSection={<IconDoorExit size={17} />} loading={actions.running === 'leave'} onClick={leave}>
            {t('call.leave')}
          </Button>
        </Tooltip>
        <Popover opened={confirming} onChange={keep} width={272} position="top-start" trapFocus>
          <Popover.Target>
            <Button color="red" leftSection={<IconPhoneOff size={17} />} loading={actions.running === 'end'} onClick={end}>
              {t('call.endForAll')}
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            <p className={classes.question}>{t('call.endConfirm')}</p>
            <p className={classes.consequence}>{t('call.endConfirmText', { names: colleagues.map((agent) => agent.name).join(', ') })}</p>
            <div className={classes.leaving}>
              <Button variant="default" onClick={keep}>
                {t('app.cancel')}
              </Button>
              <Button
                color="red"
                onClick={() => {
                  keep();
                  actions.run('end');
                }}
              >
                {t('call.endForAll')}
              </Button>
            </div>
          </Popover.Dropdown>
        </Popover>
      </div>
      <DevicesModal opened={devices} onClose={closeDevices} callId={call.id} />
    </>
  );
}

interface ControlProps {
  icon: TablerIcon;
  label: string;
  pressed?: boolean;
  tone?: 'red' | 'amber' | 'accent';
  busy?: boolean;
  onClick: () => void;
}

function Control({ icon: Icon, label, pressed, tone, busy, onClick }: ControlProps) {
  return (
    <UnstyledButton className={classes.control} data-tone={pressed ? tone : undefined} data-busy={busy || undefined} onClick={onClick}>
      <span className={classes.circle}>
        <Icon size={20} stroke={1.7} />
      </span>
      <span className={classes.caption}>{label}</span>
    </UnstyledButton>
  );
}
