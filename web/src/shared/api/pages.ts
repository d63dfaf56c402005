import type { InfiniteData } from '@tanstack/react-query';

/** A page of an endless list, as the API answers it. */
export interface Page<T> {
  items: T[];
  /** Where the next page begins; absent on the last one. */
  next?: string;
}
export type Pages<T> = InfiniteData<Page<T>, string | undefined>;

export const pageSize = 50;

/** How an infinite query asks for the page after another. */
export const paging = { initialPageParam: undefined as string | undefined, getNextPageParam: (page: { next?: string }) => page.next };

/** Changes items of loaded pages in place. */
export const mapPages = <T>(pages: Pages<T>, change: (item: T) => T): Pages<T> => ({
  ...pages,
  pages: pages.pages.map((page) => ({ ...page, items: page.items.map(change) })),
});

/** Replaces the item with the same id, or adds it at the end. */
export const upsert = <T extends { id: string }>(items: T[], item: T): T[] =>
  items.some((known) => known.id === item.id) ? items.map((known) => (known.id === item.id ? item : known)) : [...items, item];
