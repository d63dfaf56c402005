import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, result } from '../../shared/api/client';
import type { ConversationUpdate, NoteRequest } from '../../shared/api/types';
import { applyNote, refreshAfter } from './cache';
import { conversationQuery } from './queries';

export function useUpdateConversation(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ConversationUpdate) => result(client.PATCH('/conversations/{id}', { params: { path: { id } }, body })),
    onSuccess: (conversation) => {
      queries.setQueryData(conversationQuery(id).queryKey, conversation);
      refreshAfter(queries, [id]);
    },
  });
}

export function useAddNote(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NoteRequest) => result(client.POST('/conversations/{id}/notes', { params: { path: { id } }, body })),
    onSuccess: (note) => applyNote(queries, note),
  });
}
