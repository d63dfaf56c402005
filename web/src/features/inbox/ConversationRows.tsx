import { hashKey, useInfiniteQuery } from '@tanstack/react-query';
import { IconArrowUp } from '@tabler/icons-react';
import { useCallback, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../shared/api/types';
import { useLiveState } from '../../shared/live/LiveProvider';
import { Failure } from '../../shared/ui/Failure';
import { later } from '../../shared/ui/later';
import { useNarrow } from '../../shared/ui/useNarrow';
import { forgetPlace, VirtualList } from '../../shared/ui/VirtualList';
import classes from './ConversationList.module.css';
import { ConversationRow, rowHeight } from './ConversationRow';
import { useListTitle } from './Lists';
import { EmptyList, FailedLine, LoadingRows, NothingFound } from './ListStates';
import { conversationsQuery, type ConversationScope } from './queries';
import { rowsIn } from './standing';
import { useBulk } from './useBulk';
import { useHeldRows } from './useHeldRows';
import { useNews } from './useNews';
import { useSelection } from './useSelection';
import { useWorkingThrough } from './useWorkingThrough';

const BulkBar = later(() => import('./BulkBar').then(({ BulkBar }) => BulkBar));
const BulkResult = later(() => import('./BulkBar').then(({ BulkResult }) => BulkResult));

interface ConversationRowsProps {
  scope: ConversationScope;
  /** The address's query, which a row's link keeps. */
  search: string;
  selected: string | undefined;
  /** How many there are in all; undefined where the server does not say. */
  total: number | undefined;
  filtered: boolean;
  firstRun: ReactNode;
}

export function ConversationRows({ scope, search, selected, total, filtered, firstRun }: ConversationRowsProps) {
  const { t } = useTranslation();
  const title = useListTitle();
  const { list } = scope;
  const options = conversationsQuery(scope);
  const { data, error, isPending, refetch, hasNextPage, isFetching, fetchNextPage, isFetchNextPageError } = useInfiniteQuery(options);
  const rows = useMemo(() => rowsIn(data), [data]);
  const { bulk, working, start, undo, putAway } = useBulk();
  const { held, left, settle } = useHeldRows(rows, !working);
  const place = hashKey(options.queryKey);
  const { news, show, shown, onScrolled } = useNews(options.queryKey);
  const selection = useSelection(held);
  const pathOf = (id: string) => `/inbox/${list}/${id}${search}`;
  const cursor = useWorkingThrough({ rows: held, left, settle, selected, pathOf, selection });
  const calls = useCallsByConversation();
  // Where no conversation's pane is beside the list, the first steps stand in the list itself.
  const narrow = useNarrow();
  const nextPage = useCallback(() => {
    if (hasNextPage && !isFetching && !error) void fetchNextPage();
  }, [hasNextPage, isFetching, error, fetchNextPage]);
  const again = () => void (isFetchNextPageError ? fetchNextPage() : refetch());

  if (isPending) return <LoadingRows />;
  if (!data) return <Failure error={error} retry={() => void refetch()} />;
  const target = selection.everything ? { filter: scope } : { ids: [...selection.ids] };
  const choosing = selection.everything || selection.ids.size > 0;
  return (
    <>
      {error && <FailedLine error={error} retry={again} />}
      {bulk && !choosing && <BulkResult bulk={bulk} undo={undo} putAway={putAway} />}
      {choosing && (
        <BulkBar
          selection={selection}
          total={total}
          missed={list === 'missed'}
          start={(action) => {
            start(target, action);
            selection.clear();
          }}
        />
      )}
      {held.length === 0 ? (
        <Nobody list={list} filtered={filtered} first={list === 'all' && narrow ? firstRun : undefined} />
      ) : (
        <div className={classes.rows} data-testid="inbox-rows">
          {news > 0 && (
            <button
              type="button"
              className={classes.news}
              onClick={() => {
                forgetPlace(place);
                show();
              }}
            >
              <IconArrowUp size={14} /> {t('inbox.news', { count: news })}
            </button>
          )}
          <VirtualList
            key={shown}
            items={held}
            rowHeight={rowHeight}
            label={title(list)}
            place={place}
            active={cursor}
            onNearEnd={nextPage}
            onScrolled={onScrolled}
            row={(conversation) => (
              <ConversationRow
                conversation={conversation}
                to={pathOf(conversation.id)}
                call={calls.get(conversation.id)}
                selected={conversation.id === selected}
                left={left.has(conversation.id)}
                choosing={choosing}
                chosen={selection.everything || selection.ids.has(conversation.id)}
                onChoose={(reach) => (reach ? selection.reach(conversation.id) : selection.toggle(conversation.id))}
              />
            )}
          />
        </div>
      )}
    </>
  );
}

function Nobody({ list, filtered, first }: { list: ConversationScope['list']; filtered: boolean; first: ReactNode }) {
  if (filtered) return <NothingFound />;
  return first ?? <EmptyList list={list} />;
}

function useCallsByConversation(): ReadonlyMap<string, Call> {
  const { calls } = useLiveState();
  return useMemo(() => new Map(Object.values(calls).map((call) => [call.conversationId, call])), [calls]);
}
