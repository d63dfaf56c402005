import { useQuery } from '@tanstack/react-query';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './ConversationList.module.css';
import { ConversationRows } from './ConversationRows';
import { FilterChips } from './FilterChips';
import { ListHeader } from './ListHeader';
import { countOf, type ListName } from './listNames';
import { countsQuery, mostCounted } from './queries';
import { useFilters } from './useFilters';

// From here on the lists have a column of their own.
const wide = '(min-width: 1280px)';

interface ConversationListProps {
  list: ListName;
  selected: string | undefined;
  /** What a workspace shows that had no call yet. */
  firstRun: ReactNode;
}

export function ConversationList({ list, selected, firstRun }: ConversationListProps) {
  const { t } = useTranslation();
  const beside = useMediaQuery(wide, true, { getInitialValueInEffect: false });
  const { filters, count, search } = useFilters();
  const { data: counts } = useQuery(countsQuery);
  const exact = countOf(counts, list);
  const total = count > 0 || exact >= mostCounted || list === 'mentions' ? undefined : exact;
  return (
    <section className={classes.list} aria-label={t('inbox.conversations')} data-region>
      <ListHeader list={list} narrow={!beside} />
      <FilterChips />
      <ConversationRows key={`${list}${search}`} scope={{ list, ...filters }} search={search} selected={selected} total={total} filtered={count > 0} firstRun={firstRun} />
    </section>
  );
}
