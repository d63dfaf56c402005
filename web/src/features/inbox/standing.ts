import type { Query, QueryClient } from '@tanstack/react-query';
import type { Page, Pages } from '../../shared/api/pages';
import type { ConversationSummary } from '../../shared/api/types';
import { keys, type ConversationScope } from './queries';

/** A fetched list of conversations. Which conversations stand in it, and in which order, only the server knows. */
export type List = Query<Pages<ConversationSummary>>;

export const listsOf = (queries: QueryClient): List[] =>
  queries.getQueryCache().findAll({ queryKey: keys.conversations }) as unknown as List[];

export const scopeOf = (list: List): ConversationScope => list.queryKey[keys.conversations.length] as ConversationScope;

/** The rows of loaded pages, each once: one that has moved may stand in two pages until both are asked for anew. */
export function rowsIn(pages: { pages: Page<ConversationSummary>[] } | undefined): ConversationSummary[] {
  const rows = new Map<string, ConversationSummary>();
  for (const page of pages?.pages ?? []) for (const row of page.items) if (!rows.has(row.id)) rows.set(row.id, row);
  return [...rows.values()];
}

export const rowsOf = (list: List): ConversationSummary[] => rowsIn(list.state.data);

/** Whether a conversation that has changed may come into the list, leave it or stand at another place in it. */
export function mayMove(list: List, changed: ConversationSummary, asking: boolean): boolean {
  // An answer that is on its way may be older than the change.
  if (!list.state.data || asking || list.state.fetchStatus === 'fetching') return true;
  const rows = rowsOf(list);
  const at = rows.findIndex((row) => row.id === changed.id);
  const known = rows[at];
  if (!known) return mayEnter(list, rows.at(-1), changed);
  const moved = at === 0 ? Date.parse(changed.updatedAt) < Date.parse(known.updatedAt) : changed.updatedAt !== known.updatedAt;
  return moved || known.state !== changed.state || known.assignee?.id !== changed.assignee?.id || known.contact.id !== changed.contact.id || known.team?.id !== changed.team?.id;
}

function mayEnter(list: List, last: ConversationSummary | undefined, changed: ConversationSummary): boolean {
  const { contactId } = scopeOf(list);
  if (contactId !== undefined && contactId !== changed.contact.id) return false;
  const more = list.state.data?.pages.at(-1)?.next !== undefined;
  return !more || !last || Date.parse(changed.updatedAt) >= Date.parse(last.updatedAt);
}
