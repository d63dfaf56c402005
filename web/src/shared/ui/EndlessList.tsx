import { Button } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Page } from '../api/pages';
import classes from './EndlessList.module.css';
import { Failure } from './Failure';
import { RowSkeletons } from './RowSkeletons';

interface EndlessListProps<T> {
  query: UseInfiniteQueryResult<InfiniteData<Page<T>>>;
  /** How many grey rows stand there until the first page is here. */
  skeletons: number;
  /** What stands there when there is nothing. */
  empty: ReactNode;
  row: (item: T) => ReactNode;
  /** Without room around the rows. */
  bare?: boolean;
}

/** A list that the API answers in pages, with a button for the next one. */
export function EndlessList<T extends { id: string }>({ query, skeletons, empty, row, bare }: EndlessListProps<T>) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = query;
  if (isPending) return <RowSkeletons count={skeletons} />;
  if (!data) return <Failure error={error} retry={() => void refetch()} />;
  const items = data.pages.flatMap((page) => page.items);
  if (items.length === 0) return empty;
  return (
    <>
      <ul className={classes.rows} data-bare={bare || undefined}>
        {items.map((item) => (
          <li key={item.id}>{row(item)}</li>
        ))}
      </ul>
      {hasNextPage && (
        <Button variant="subtle" fullWidth loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('app.more')}
        </Button>
      )}
    </>
  );
}
