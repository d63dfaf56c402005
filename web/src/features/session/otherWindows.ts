import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { openChannel } from '../../shared/browser/channel';
import { meQuery } from '../../shared/session/me';

const channelName = 'ringdesk-session';

/** Tells this browser's other windows that the session is another one now: its cookie is theirs, too. */
export function tellOtherWindows(): void {
  const channel = openChannel<'changed'>(channelName, () => undefined);
  channel.send('changed');
  channel.close();
}

/**
 * Asks who I am whenever another window has signed in or out, and whenever this one is looked at again: a desk must not
 * go on for somebody whose clicks would be another account's.
 */
export function useOtherWindows(): void {
  const queries = useQueryClient();
  useEffect(() => {
    // The log-in of somebody who is not signed in stays as it is, with what they have typed.
    const ask = () => {
      if (queries.getQueryData(meQuery.queryKey) !== undefined) void queries.invalidateQueries({ queryKey: meQuery.queryKey });
    };
    const channel = openChannel<'changed'>(channelName, ask);
    window.addEventListener('focus', ask);
    return () => {
      channel.close();
      window.removeEventListener('focus', ask);
    };
  }, [queries]);
}
