import { useMutation } from '@tanstack/react-query';
import { client, result } from '../api/client';
import type { CallAction } from '../api/types';
import { usePhone } from '../phone/PhoneProvider';
import { tellProblem } from '../ui/problems';

const act = (id: string, action: CallAction, digits?: string) =>
  result(client.POST('/calls/{id}/{action}', { params: { path: { id, action } }, body: digits ? { digits } : {} }));

/**
 * What I can do in a call. Nothing here changes what is shown: the state comes back through the live channel.
 * Only the microphone is cut at once, so that a word said right after the click is not heard.
 */
export function useCallActions(id: string) {
  const phone = usePhone();
  const command = useMutation({
    mutationFn: (action: CallAction) => act(id, action),
    onMutate: (action) => {
      if (action === 'mute') phone.setMuted(id, true);
    },
    onError: (error, action) => {
      if (action === 'mute') phone.setMuted(id, false);
      tellProblem(error);
    },
  });
  // The scope keeps tones in the order of the keys.
  const tones = useMutation({
    scope: { id: `dtmf ${id}` },
    mutationFn: (digits: string) => act(id, 'dtmf', digits),
    onError: tellProblem,
  });
  return {
    run: (action: Exclude<CallAction, 'dtmf'>) => command.mutate(action),
    running: command.isPending ? command.variables : undefined,
    sendTone: (digit: string) => tones.mutate(digit),
  };
}
