import type { QueryClient } from '@tanstack/react-query';
import { mapPages, upsert, type Pages } from '../../shared/api/pages';
import { soon } from '../../shared/api/soon';
import type { Call, Contact, Conversation, ConversationSummary, Note, Notice } from '../../shared/api/types';
import type { CacheWriter } from '../../shared/live/change';
import { keys } from './queries';
import { countNews, isAsking, pagesWith, readFurtherDown, refreshPages } from './refresh';
import { listsOf, mayMove, rowsOf, scopeOf, type List } from './standing';

/** Brings what has changed into the conversations and lists that are there. */
export const inboxCache: CacheWriter = (queries) => {
  const behind = new Map<string, Set<string>>();
  const refetchListsSoon = soon(() => {
    const those = new Map(behind);
    behind.clear();
    for (const list of listsOf(queries)) {
      const changed = those.get(list.queryHash);
      if (changed) bringUpToDate(queries, list, changed);
    }
  });
  const refetchCountsSoon = soon(() => void queries.invalidateQueries({ queryKey: keys.counts }));
  return (change) => {
    switch (change.topic) {
      case 'call':
        return applyCall(queries, change.data);
      case 'conversation':
        for (const { queryHash } of applyConversation(queries, change.data)) {
          behind.set(queryHash, (behind.get(queryHash) ?? new Set()).add(change.data.id));
        }
        if (behind.size > 0) refetchListsSoon();
        void queries.invalidateQueries({ queryKey: [...keys.events, change.data.id] });
        return refetchCountsSoon();
      case 'note':
        return applyNote(queries, change.data);
      case 'contact':
        return applyContact(queries, change.data);
      case 'notice':
        noteNotice(queries, change.data, (hash) => behind.set(hash, new Set([change.data.conversationId])));
        if (behind.size > 0) refetchListsSoon();
        return refetchCountsSoon();
      case 'bulk':
        return void queries.setQueryData([...keys.bulk, change.data.id], change.data);
      case 'agent':
      case 'me':
        return;
    }
  };
};

/** Nobody waits for a list out of sight; in one that is read further down nothing may move, so it only tells of what is new. */
function bringUpToDate(queries: QueryClient, list: List, changed: Iterable<string>): void {
  if (!list.isActive()) return list.invalidate();
  if (readFurtherDown.has(list.queryHash)) return void countNews(queries, list);
  void refreshPages(queries, list, [0, ...[...changed].flatMap((id) => pagesWith(list, id))]);
}

/** Something is for this agent, or they have read it: the rows show it, and the list of mentions may have one more. */
function noteNotice(queries: QueryClient, notice: Notice, isBehind: (hash: string) => void): void {
  markUnread(queries, notice.conversationId, !notice.read);
  for (const list of listsOf(queries)) if (scopeOf(list).list === 'mentions' && list.state.data) isBehind(list.queryHash);
}

export function markUnread(queries: QueryClient, id: string, unread: boolean): void {
  for (const list of listsOf(queries)) {
    if (rowsOf(list).some((row) => row.id === id)) patchRows(queries, list, (row) => (row.id === id ? { ...row, unread } : row));
  }
  patchConversation(queries, id, (known) => ({ ...known, unread }));
}

/** Asks the server anew which conversations stand in the lists, after something was done to many. */
export const refetchInbox = (queries: QueryClient): Promise<unknown> =>
  Promise.all([keys.conversations, keys.counts, keys.conversation, keys.events].map((queryKey) => queries.invalidateQueries({ queryKey })));

/** What this agent has changed is seen in all lists at once, also where they read. */
export function refreshAfter(queries: QueryClient, ids: readonly string[]): void {
  for (const list of listsOf(queries)) {
    const own = ids.flatMap((id) => pagesWith(list, id));
    const top = readFurtherDown.has(list.queryHash) ? [] : [0];
    if (list.isActive()) void refreshPages(queries, list, [...top, ...own]);
    else list.invalidate();
  }
  void queries.invalidateQueries({ queryKey: keys.counts });
}

export function patchConversation(queries: QueryClient, id: string, change: (known: Conversation) => Conversation): void {
  queries.setQueryData<Conversation>([...keys.conversation, id], (known) => known && change(known));
}

/** Changes a list's rows in place. A list that was found to be behind remains so. */
function patchRows(queries: QueryClient, list: List, change: (item: ConversationSummary) => ConversationSummary): void {
  const wasBehind = list.state.isInvalidated;
  queries.setQueryData<Pages<ConversationSummary>>(list.queryKey, (pages) => pages && mapPages(pages, change));
  if (wasBehind) list.invalidate();
}

function applyCall(queries: QueryClient, call: Call): void {
  patchConversation(queries, call.conversationId, (known) => ({ ...known, calls: upsert(known.calls, call) }));
  void queries.invalidateQueries({ queryKey: [...keys.events, call.conversationId] });
  if (call.recording) void queries.invalidateQueries({ queryKey: [...keys.recording, call.recording.id] });
}

/** What only answers to this agent say, and no live update: whether it is unread, and what a search has found. */
const withOwn = (changed: ConversationSummary, { unread, match }: ConversationSummary): ConversationSummary => ({ ...changed, unread, match });

/** Gives the lists in which the conversation may now stand elsewhere, for the first time or no more. */
function applyConversation(queries: QueryClient, conversation: ConversationSummary): List[] {
  const lists = listsOf(queries);
  const behind = lists.filter((list) => mayMove(list, conversation, isAsking(list)));
  for (const list of lists) {
    if (rowsOf(list).some((row) => row.id === conversation.id)) patchRows(queries, list, (row) => (row.id === conversation.id ? withOwn(conversation, row) : row));
  }
  // Absent fields (an assignee removed) must not survive from the known copy, so only what the summary lacks is kept.
  patchConversation(queries, conversation.id, (known) => ({ ...withOwn(conversation, known), members: known.members, calls: known.calls, notes: known.notes }));
  return behind;
}

export function applyNote(queries: QueryClient, note: Note): void {
  patchConversation(queries, note.conversationId, (known) => ({ ...known, notes: upsert(known.notes, note) }));
}

function applyContact(queries: QueryClient, contact: Contact): void {
  const swap = <T extends { contact: Contact }>(item: T): T => (item.contact.id === contact.id ? { ...item, contact } : item);
  for (const list of listsOf(queries)) patchRows(queries, list, swap);
  queries.setQueriesData<Conversation>({ queryKey: keys.conversation }, (item) => item && swap(item));
}
