import { useMutation } from '@tanstack/react-query';
import { client, result } from '../../shared/api/client';
import type { Contact, ContactInput, ContactPatch } from '../../shared/api/types';
import { useTellChange } from '../../shared/live/LiveProvider';
import { tellProblem } from '../../shared/ui/problems';

export function useAddContact() {
  const tell = useTellChange();
  return useMutation({
    mutationFn: (body: ContactInput): Promise<Contact> => result(client.POST('/contacts', { body })),
    onSuccess: (contact) => tell({ topic: 'contact', data: contact }),
  });
}

/** Changes single fields of a contact. */
export function useChangeContact(id: string) {
  const tell = useTellChange();
  return useMutation({
    mutationFn: (body: ContactPatch): Promise<Contact> => result(client.PATCH('/contacts/{id}', { params: { path: { id } }, body })),
    onSuccess: (contact) => tell({ topic: 'contact', data: contact }),
  });
}

/** Calls one of a contact's numbers; how it goes on is told by the live channel. */
export function useCallContact(contactId: string) {
  return useMutation({
    mutationFn: (to: string) => result(client.POST('/calls', { body: { to, contactId } })),
    onError: tellProblem,
  });
}
