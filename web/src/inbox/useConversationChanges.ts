import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, result } from '../api/client';
import { keys } from '../api/queries';
import type { Conversation, ConversationUpdate, NoteRequest } from '../api/types';
import { upsert } from '../live/pages';

export function useUpdateConversation(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ConversationUpdate) => result(client.PATCH('/conversations/{id}', { params: { path: { id } }, body })),
    onSuccess: (conversation) => queries.setQueryData([...keys.conversation, id], conversation),
  });
}

export function useAddNote(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NoteRequest) => result(client.POST('/conversations/{id}/notes', { params: { path: { id } }, body })),
    onSuccess: (note) =>
      queries.setQueryData<Conversation>([...keys.conversation, id], (known) => known && { ...known, notes: upsert(known.notes, note) }),
  });
}
