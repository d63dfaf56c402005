import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../shared/api/client';
import { ApiError } from '../../shared/api/problem';
import type { CallAction, CallActionRequest } from '../../shared/api/types';
import { usePhone } from '../../shared/phone/PhoneProvider';
import { tellError, tellProblem } from '../../shared/ui/problems';

interface Command {
  action: Exclude<CallAction, 'dtmf'>;
  /** With whom: a colleague or a team. */
  target?: Pick<CallActionRequest, 'agentId' | 'teamId'>;
}

const act = (id: string, action: CallAction, body: CallActionRequest = {}) => result(client.POST('/calls/{id}/{action}', { params: { path: { id, action } }, body }));

/**
 * What I can do in a call. Nothing here changes what is shown: the state comes back through the live channel.
 * Only the microphone is cut at once, so that a word said right after the click is not heard.
 */
export function useCallActions(id: string) {
  const { t } = useTranslation();
  const phone = usePhone();
  const command = useMutation({
    mutationFn: ({ action, target }: Command) => act(id, action, target),
    onMutate: ({ action }) => {
      if (action === 'mute') phone.setMuted(id, true);
    },
    onError: (error, { action }) => {
      if (action === 'mute') phone.setMuted(id, false);
      // Of a call this code says one thing: nobody else has room in it (CALL-3).
      if (action === 'invite' && error instanceof ApiError && error.code === 'limit') tellError(t('call.full'));
      else tellProblem(error);
    },
  });
  // The scope keeps tones in the order of the keys.
  const tones = useMutation({
    scope: { id: `dtmf ${id}` },
    mutationFn: (digits: string) => act(id, 'dtmf', { digits }),
    onError: tellProblem,
  });
  return {
    run: (action: Command['action'], target?: Command['target']) => command.mutate({ action, target }),
    /** The same, to go on afterwards; a refusal has been told. */
    runAsync: (action: Command['action'], target?: Command['target']) => command.mutateAsync({ action, target }),
    running: command.isPending ? command.variables.action : undefined,
    sendTone: (digit: string) => tones.mutate(digit),
  };
}
