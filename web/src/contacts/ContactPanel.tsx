import type { Contact } from '../api/types';
import { ContactCard } from './ContactCard';
import { ContactConversations } from './ContactConversations';

/** The contact beside a conversation. */
export function ContactPanel({ contact, conversationId }: { contact: Contact; conversationId: string }) {
  return (
    <>
      <ContactCard key={contact.id} contact={contact} />
      <ContactConversations contactId={contact.id} current={conversationId} />
    </>
  );
}
