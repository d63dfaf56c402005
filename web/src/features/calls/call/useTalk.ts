import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { Call, CallAction } from '../../../shared/api/types';
import { myPart } from '../../../shared/live/calls';
import { useMe } from '../../../shared/session/me';
import { useCallActions } from '../useCallActions';

/** What can be done in a call, in whichever shape it is shown. */
export function useTalk(call: Call) {
  const { t } = useTranslation();
  const me = useMe();
  const actions = useCallActions(call.id);
  const muted = myPart(call, me.agentId)?.muted ?? false;
  const holdable = call.kind === 'phone';
  return {
    actions,
    muted,
    holdable,
    /** The customer is there: until then there is nothing but to give up. */
    running: call.state === 'talking',
    busy: (...names: CallAction[]) => actions.running !== undefined && names.includes(actions.running),
    toggleMute: () => actions.run(muted ? 'unmute' : 'mute'),
    toggleHold: () => {
      if (holdable) actions.run(call.hold ? 'release' : 'hold');
      else notifications.show({ message: t('call.noWebHold') });
    },
    leave: () => actions.run('leave'),
    end: () => actions.run('end'),
  };
}
