import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, result } from '../api/client';
import type { Contact, ContactInput } from '../api/types';
import { applyContact } from '../live/cache';

/** Adds a contact (no id) or changes one. */
export function useSaveContact(id: string | undefined) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ContactInput): Promise<Contact> =>
      id ? result(client.PUT('/contacts/{id}', { params: { path: { id } }, body })) : result(client.POST('/contacts', { body })),
    onSuccess: (contact) => applyContact(queries, contact),
  });
}
