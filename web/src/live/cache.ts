import type { QueryClient } from '@tanstack/react-query';
import { keys, type ConversationScope, type Pages } from '../api/queries';
import type { Call, Contact, Conversation, ConversationSummary, Note } from '../api/types';
import { belongs, mapPages, place, upsert } from './pages';
import type { LiveEvent } from './protocol';

/** Writes a live event into the fetched data, so that no screen needs a reload (INBOX-1). */
export function applyToCache(queries: QueryClient, event: LiveEvent, agentId: string): void {
  switch (event.topic) {
    case 'call':
      return applyCall(queries, event.data);
    case 'conversation':
      return applyConversation(queries, event.data, agentId);
    case 'note':
      return applyNote(queries, event.data);
    case 'contact':
      return applyContact(queries, event.data);
    case 'me':
      queries.setQueryData(keys.me, event.data);
      return;
    case 'agent':
      return;
  }
}

/** After a gap everything fetched may be behind. */
export function refetchAll(queries: QueryClient): void {
  void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] });
}

function patchConversation(queries: QueryClient, id: string, change: (known: Conversation) => Conversation): void {
  queries.setQueryData<Conversation>([...keys.conversation, id], (known) => known && change(known));
}

function applyCall(queries: QueryClient, call: Call): void {
  patchConversation(queries, call.conversationId, (known) => ({ ...known, calls: upsert(known.calls, call) }));
  if (call.recording) void queries.invalidateQueries({ queryKey: [...keys.recording, call.recording.id] });
}

function applyConversation(queries: QueryClient, conversation: ConversationSummary, agentId: string): void {
  for (const [key] of queries.getQueriesData<Pages<ConversationSummary>>({ queryKey: keys.conversations })) {
    const wanted = belongs(conversation, key[1] as ConversationScope, agentId);
    queries.setQueryData<Pages<ConversationSummary>>(key, (pages) => pages && place(pages, conversation, wanted));
  }
  // Absent fields (an assignee removed) must not survive from the known copy, so only calls and notes are kept.
  patchConversation(queries, conversation.id, ({ calls, notes }) => ({ ...conversation, calls, notes }));
}

function applyNote(queries: QueryClient, note: Note): void {
  patchConversation(queries, note.conversationId, (known) => ({ ...known, notes: upsert(known.notes, note) }));
}

export function applyContact(queries: QueryClient, contact: Contact): void {
  const known = queries.getQueryData([...keys.contact, contact.id]) !== undefined;
  queries.setQueryData([...keys.contact, contact.id], contact);
  const swap = <T extends { contact: Contact }>(item: T): T => (item.contact.id === contact.id ? { ...item, contact } : item);
  queries.setQueriesData<Pages<ConversationSummary>>({ queryKey: keys.conversations }, (pages) => pages && mapPages(pages, swap));
  queries.setQueriesData<Conversation>({ queryKey: keys.conversation }, (item) => item && swap(item));
  queries.setQueriesData<Pages<Contact>>({ queryKey: keys.contacts }, (pages) =>
    pages && mapPages(pages, (item) => (item.id === contact.id ? contact : item)),
  );
  if (!known) void queries.invalidateQueries({ queryKey: keys.contacts });
}
