import type { ConversationScope, Page, Pages } from '../api/queries';
import type { ConversationSummary } from '../api/types';

/** Whether a conversation stands in a list; the same rules as the server's `list` parameter. */
export function belongs(conversation: ConversationSummary, scope: ConversationScope, agentId: string): boolean {
  if (scope.contactId && conversation.contact.id !== scope.contactId) return false;
  switch (scope.list) {
    case 'all':
      return true;
    case 'mine':
      return conversation.assignee?.id === agentId && conversation.state !== 'closed';
    case 'unassigned':
      return !conversation.assignee && conversation.state === 'open';
    case 'open':
    case 'missed':
    case 'closed':
      return conversation.state === scope.list;
  }
}

const newestFirst = (a: ConversationSummary, b: ConversationSummary): number =>
  b.updatedAt.localeCompare(a.updatedAt) || b.id.localeCompare(a.id);

/**
 * Puts a changed conversation into a list's loaded pages, or takes it out. A conversation older than everything
 * loaded stays out while more pages follow: it comes with its page.
 */
export function place(pages: Pages<ConversationSummary>, conversation: ConversationSummary, wanted: boolean): Pages<ConversationSummary> {
  const known = pages.pages.some((page) => page.items.some((item) => item.id === conversation.id));
  if (!known && !wanted) return pages;
  const without = pages.pages.map((page) => ({ ...page, items: page.items.filter((item) => item.id !== conversation.id) }));
  if (!wanted) return { ...pages, pages: without };
  const at = without.findIndex((page) => page.items.some((item) => newestFirst(conversation, item) < 0));
  const target = at >= 0 ? at : without.length - 1;
  if (at < 0 && without[target]?.next) return { ...pages, pages: without };
  return { ...pages, pages: without.map((page, index) => (index === target ? insert(page, conversation) : page)) };
}

const insert = (page: Page<ConversationSummary>, conversation: ConversationSummary): Page<ConversationSummary> => ({
  ...page,
  items: [...page.items, conversation].sort(newestFirst),
});

/** Changes items of loaded pages in place. */
export const mapPages = <T>(pages: Pages<T>, change: (item: T) => T): Pages<T> => ({
  ...pages,
  pages: pages.pages.map((page) => ({ ...page, items: page.items.map(change) })),
});

/** Replaces the item with the same id, or adds it at the end. */
export const upsert = <T extends { id: string }>(items: T[], item: T): T[] =>
  items.some((known) => known.id === item.id) ? items.map((known) => (known.id === item.id ? item : known)) : [...items, item];
