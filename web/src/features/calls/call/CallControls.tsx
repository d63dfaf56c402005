import { Menu, Tooltip, UnstyledButton } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconCircleDot,
  IconDialpad,
  IconDots,
  IconHandStop,
  IconHeadphones,
  IconMicrophone,
  IconMicrophoneOff,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerRecord,
  IconShieldExclamation,
  IconUserPlus,
  IconUsersGroup,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../../shared/api/types';
import { useKeys } from '../../../shared/shortcuts/Keys';
import type { Command } from '../../../shared/shortcuts/shortcuts';
import type { Beside } from './CallCard';
import classes from './CallControls.module.css';
import type { useTalk } from './useTalk';

export type Talk = ReturnType<typeof useTalk>;

interface CallControlsProps {
  call: Call;
  talk: Talk;
  beside: Beside | undefined;
  onBeside: (what: Beside) => void;
}

export function CallControls({ call, talk, beside, onBeside }: CallControlsProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.round}>
      <Control
        icon={talk.muted ? IconMicrophoneOff : IconMicrophone}
        label={talk.muted ? t('call.unmute') : t('call.mute')}
        of="mute"
        pressed={talk.muted}
        tone="red"
        busy={talk.busy('mute', 'unmute')}
        onClick={talk.toggleMute}
      />
      {talk.holdable && (
        <Control
          icon={call.hold ? IconPlayerPlay : IconPlayerPause}
          label={call.hold ? t('call.release') : t('call.hold')}
          of="hold"
          pressed={call.hold !== undefined}
          tone="amber"
          busy={talk.busy('hold', 'release')}
          onClick={talk.toggleHold}
        />
      )}
      <Control icon={IconDialpad} label={t('call.dialPad')} of="dialPad" pressed={beside === 'pad'} tone="accent" onClick={() => onBeside('pad')} />
      <Control icon={IconUserPlus} label={t('call.invite')} pressed={beside === 'people'} tone="accent" onClick={() => onBeside('people')} />
      <More call={call} talk={talk} onBeside={onBeside} />
    </div>
  );
}

/** What is needed less often. */
function More({ call, talk, onBeside }: Omit<CallControlsProps, 'beside'>) {
  const { t } = useTranslation();
  const paused = call.recordingPaused !== undefined;
  return (
    <Menu position="right-end" width={248} offset={8}>
      <Menu.Target>
        <Control icon={IconDots} label={t('call.more')} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconArrowForwardUp size={16} />} onClick={() => onBeside('people')}>
          {t('call.transfer')}
        </Menu.Item>
        {call.team && (
          <Menu.Item leftSection={<IconArrowBackUp size={16} />} onClick={() => talk.actions.run('transfer', { teamId: call.team?.id })}>
            {t('call.backToTeam', { team: call.team.name })}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconUsersGroup size={16} />} onClick={() => onBeside('teams')}>
          {t('call.toTeam')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconHandStop size={16} />} onClick={() => talk.actions.run(call.help ? 'helpDone' : 'help')}>
          {call.help ? t('call.helpDone') : t('call.help')}
        </Menu.Item>
        {(paused || call.recording?.state === 'recording') && (
          <Menu.Item
            leftSection={paused ? <IconPlayerRecord size={16} /> : <IconCircleDot size={16} />}
            onClick={() => talk.actions.run(paused ? 'resumeRecording' : 'pauseRecording')}
          >
            {paused ? t('call.resumeRecording') : t('call.pauseRecording')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconHeadphones size={16} />} onClick={() => onBeside('devices')}>
          {t('call.sound')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconShieldExclamation size={16} />} onClick={() => onBeside('protection')}>
          {t('protection.title')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface ControlProps {
  icon: TablerIcon;
  label: string;
  /** The command whose keys do the same. */
  of?: Command;
  pressed?: boolean;
  tone?: 'red' | 'amber' | 'accent';
  busy?: boolean;
  onClick?: () => void;
  ref?: Ref<HTMLButtonElement>;
  /** What a menu adds to its button. */
  className?: string;
}

function Control({ icon: Icon, label, of, pressed, tone, busy, className = '', ...button }: ControlProps) {
  const keys = useKeys();
  const control = (
    <UnstyledButton
      className={`${classes.control} ${className}`}
      data-tone={pressed ? tone : undefined}
      data-busy={busy || undefined}
      aria-keyshortcuts={of && keys.attribute(of)}
      {...button}
    >
      <span className={classes.circle}>
        <Icon size={20} stroke={1.7} />
      </span>
      <span className={classes.caption}>{label}</span>
    </UnstyledButton>
  );
  return of ? <Tooltip label={`${label} ${keys.text(of)}`}>{control}</Tooltip> : control;
}
