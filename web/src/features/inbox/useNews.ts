import { hashKey, skipToken, useQuery, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import type { Pages } from '../../shared/api/pages';
import type { ConversationSummary } from '../../shared/api/types';
import { newsKey, readFurtherDown } from './refresh';

/**
 * What has come before the first row while somebody reads further down: how many (INBOX-1). At the list's beginning, and at
 * `show`, they come in.
 */
export function useNews(list: QueryKey): { news: number; show: () => void; onScrolled: (scrolled: boolean) => void; shown: number } {
  const queries = useQueryClient();
  const hash = hashKey(list);
  const { data: news = 0 } = useQuery<number>({ queryKey: newsKey(hash), queryFn: skipToken, initialData: 0 });
  const [shown, setShown] = useState(0);

  const bringIn = useCallback(() => {
    // The pages that are loaded follow on the first one as it was, so they are loaded again as they are reached.
    queries.setQueryData<Pages<ConversationSummary>>(list, (known) => known && { pages: known.pages.slice(0, 1), pageParams: known.pageParams.slice(0, 1) });
    queries.setQueryData(newsKey(hash), 0);
    readFurtherDown.delete(hash);
    void queries.invalidateQueries({ queryKey: list, exact: true });
  }, [queries, list, hash]);
  const show = useCallback(() => {
    bringIn();
    setShown((n) => n + 1);
  }, [bringIn]);
  const onScrolled = useCallback(
    (scrolled: boolean) => {
      if (scrolled) readFurtherDown.add(hash);
      else readFurtherDown.delete(hash);
      if (!scrolled && queries.getQueryData<number>(newsKey(hash))) bringIn();
    },
    [queries, hash, bringIn],
  );
  useEffect(() => () => void readFurtherDown.delete(hash), [hash]);
  return { news, show, onScrolled, shown };
}
