import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { client, result } from '../../shared/api/client';
import type { Conversation } from '../../shared/api/types';
import { markUnread } from './cache';
import { keys } from './queries';

/** Whoever sees a conversation has read what it has for them (INBOX-3); a page that nobody looks at reads nothing. */
export function useRead(conversation: Conversation | undefined): void {
  const queries = useQueryClient();
  const id = conversation?.id;
  // A conversation is fetched without saying whether it was read, so it is told once in any case, and again when something comes.
  const more = conversation?.unread ?? false;
  useEffect(() => {
    if (!id) return;
    const read = () => {
      if (document.visibilityState !== 'visible') return;
      result(client.POST('/conversations/{id}/read', { params: { path: { id } } })).then(
        () => {
          markUnread(queries, id, false);
          void queries.invalidateQueries({ queryKey: keys.counts });
        },
        () => undefined, // it stays unread, and is read when it is opened next
      );
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [queries, id, more]);
}
