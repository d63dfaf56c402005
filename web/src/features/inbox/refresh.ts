import type { QueryClient } from '@tanstack/react-query';
import { pageSize, type Page, type Pages } from '../../shared/api/pages';
import type { ConversationSummary } from '../../shared/api/types';
import { fetchConversations, keys, timesAsked } from './queries';
import { rowsOf, scopeOf, type List } from './standing';

// Lists of which single pages are asked for now. What changes meanwhile may be missing in the answer.
const asking = new Map<string, number>();

/** The lists, by the hash of their keys, of which somebody reads rows further down than the first: nothing may move there. */
export const readFurtherDown = new Set<string>();

export const isAsking = (list: List): boolean => (asking.get(list.queryHash) ?? 0) > 0;

/** The loaded pages in which the conversation stands. */
export const pagesWith = (list: List, id: string): number[] =>
  list.state.data?.pages.flatMap((page, index) => (page.items.some((row) => row.id === id) ? [index] : [])) ?? [];

/**
 * Asks for single pages of a list anew, and leaves the others as they are: however far somebody has read, it is one request for each.
 * What it is answered after the whole list was asked for is older than that list's own answer, and not taken.
 */
export async function refreshPages(queries: QueryClient, list: List, indexes: Iterable<number>): Promise<void> {
  const params = [...new Set(indexes)].flatMap((index) => {
    const { data } = list.state;
    return data && index < data.pages.length ? [data.pageParams[index]] : [];
  });
  const times = timesAsked.get(list.queryHash);
  await Promise.all(
    params.map(async (param) => {
      const fresh = await ask(list, param);
      if (timesAsked.get(list.queryHash) !== times) return;
      if (!fresh) return void queries.invalidateQueries({ queryKey: list.queryKey, exact: true });
      queries.setQueryData<Pages<ConversationSummary>>(list.queryKey, (known) => known && withPage(known, known.pageParams.indexOf(param), fresh));
    }),
  );
}

/** How many conversations stand before those that are loaded; they are told, not shown, while somebody reads further down. */
export async function countNews(queries: QueryClient, list: List): Promise<void> {
  const fresh = await ask(list, undefined);
  const known = new Set(rowsOf(list).map((row) => row.id));
  const count = fresh?.items.filter((row) => !known.has(row.id)).length ?? 0;
  queries.setQueryData(newsKey(list.queryHash), count);
}

export const newsKey = (hash: string) => [...keys.news, hash] as const;

async function ask(list: List, cursor: string | undefined): Promise<Page<ConversationSummary> | undefined> {
  const { queryHash } = list;
  asking.set(queryHash, (asking.get(queryHash) ?? 0) + 1);
  try {
    return await fetchConversations(scopeOf(list), cursor);
  } catch {
    return undefined; // whoever asked has the whole list asked for, which shows the error
  } finally {
    asking.set(queryHash, (asking.get(queryHash) ?? 1) - 1);
  }
}

/**
 * A page with what the server answers now. Rows that new ones have pushed over the page's end stay behind it: the next page
 * begins where it began before.
 */
function withPage(known: Pages<ConversationSummary>, index: number, fresh: Page<ConversationSummary>): Pages<ConversationSummary> {
  const old = known.pages[index];
  if (!old) return known;
  const ids = new Set(fresh.items.map((row) => row.id));
  const lastCommon = old.items.findLastIndex((row) => ids.has(row.id));
  const pushed = fresh.items.length < pageSize || lastCommon < 0 ? [] : old.items.slice(lastCommon + 1);
  const page: Page<ConversationSummary> = pushed.length > 0 ? { ...old, items: [...fresh.items, ...pushed] } : fresh;
  // With nothing in common the pages that follow do not follow on this one any more.
  const rest = lastCommon < 0 && old.items.length > 0 ? [] : known.pages.slice(index + 1);
  const pages = [...known.pages.slice(0, index), page, ...rest];
  return { pages, pageParams: known.pageParams.slice(0, pages.length) };
}
