import { UnstyledButton } from '@mantine/core';
import { IconDoorExit, IconMicrophone, IconMicrophoneOff, IconPhoneOff, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../../shared/api/types';
import { useDisplay } from '../../../shared/format/useDisplay';
import { useMe } from '../../../shared/session/me';
import { useKeys } from '../../../shared/shortcuts/Keys';
import { useCommands } from '../../../shared/shortcuts/ShortcutsProvider';
import { Truncated } from '../../../shared/ui/Truncated';
import { IconButton } from '../IconButton';
import { colleaguesOf } from '../selectors';
import classes from './CallBox.module.css';
import { CallTime, dotOf } from './CallHead';
import { useTalk } from './useTalk';

/** The call as a line: its time, mute, hold and the way out. */
export function CallLine({ call, onExpand }: { call: Call; onExpand: (() => void) | undefined }) {
  const { t } = useTranslation();
  const me = useMe();
  const display = useDisplay();
  const talk = useTalk(call);
  const alone = colleaguesOf(call, me.agentId).length === 0;
  // What needs more room than a line has comes up with the whole box.
  useCommands({ mute: talk.toggleMute, hold: talk.toggleHold, dialPad: onExpand, leave: talk.leave, end: alone ? talk.end : onExpand });
  const keys = useKeys();
  const muteLabel = talk.muted ? t('call.unmute') : t('call.mute');
  const holdLabel = call.hold ? t('call.release') : t('call.hold');
  return (
    <div className={classes.line}>
      <UnstyledButton className={classes.lineWho} onClick={onExpand} disabled={!onExpand} aria-label={t('call.expand')} aria-expanded={false}>
        <span className={classes.state} data-state={dotOf(call)} />
        <Truncated text={display.contactName(call.contact)} className={classes.name} />
        <CallTime call={call} />
      </UnstyledButton>
      {talk.running && (
        <IconButton
          icon={talk.muted ? IconMicrophoneOff : IconMicrophone}
          label={muteLabel}
          tip={`${muteLabel} ${keys.text('mute')}`}
          tone={talk.muted ? 'red' : 'gray'}
          pressed={talk.muted}
          loading={talk.busy('mute', 'unmute')}
          onClick={talk.toggleMute}
        />
      )}
      {talk.running && talk.holdable && (
        <IconButton
          icon={call.hold ? IconPlayerPlay : IconPlayerPause}
          label={holdLabel}
          tip={`${holdLabel} ${keys.text('hold')}`}
          tone={call.hold ? 'amber' : 'gray'}
          pressed={call.hold !== undefined}
          loading={talk.busy('hold', 'release')}
          onClick={talk.toggleHold}
        />
      )}
      {talk.running ? (
        <IconButton
          icon={alone ? IconPhoneOff : IconDoorExit}
          label={t('call.leave')}
          tip={`${alone ? t('call.leaveLast') : t('call.leaveHint')} ${keys.text('leave')}`}
          tone="red"
          loading={talk.busy('leave')}
          onClick={talk.leave}
        />
      ) : (
        <IconButton icon={IconPhoneOff} label={t('call.cancel')} tone="red" loading={talk.busy('end')} onClick={talk.end} />
      )}
    </div>
  );
}
