import { Button, Skeleton } from '@mantine/core';
import { IconAlertCircle, IconMoodSmile, IconPhoneCheck, IconSearchOff, type TablerIcon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../shared/ui/Empty';
import { useProblemText } from '../../shared/ui/problems';
import { useAfter } from '../../shared/ui/useAfter';
import classes from './ListStates.module.css';
import { FilterChips } from './FilterChips';
import { icons, wordsOf, type ListName } from './listNames';
import { useFilters } from './useFilters';

const skeletons = 8;
const quickMs = 150;

export function LoadingRows() {
  const shown = useAfter(quickMs);
  if (!shown) return null;
  return (
    <div aria-hidden="true" data-testid="loading-rows">
      {Array.from({ length: skeletons }, (_, index) => (
        <div key={index} className={classes.row}>
          <Skeleton className={classes.bone} height={36} width={36} radius={13} />
          <div className={classes.lines}>
            <Skeleton className={classes.bone} height={11} width={`${56 - (index % 3) * 9}%`} />
            <Skeleton className={classes.bone} height={10} width={`${80 - (index % 4) * 8}%`} />
          </div>
        </div>
      ))}
    </div>
  );
}

const done: Partial<Record<ListName, TablerIcon>> = { mine: IconMoodSmile, unassigned: IconMoodSmile, missed: IconPhoneCheck };

export function EmptyList({ list }: { list: ListName }) {
  const { t } = useTranslation();
  return <Empty icon={done[list] ?? icons[wordsOf(list)]} title={t(`inbox.empty.${wordsOf(list)}`)} />;
}

/** What was there stays below this line. */
export function FailedLine({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  return (
    <p className={classes.failed} role="status" title={problemText(error)}>
      <IconAlertCircle size={15} /> {t('inbox.failed')}
      <Button variant="subtle" size="compact-xs" onClick={retry}>
        {t('app.retry')}
      </Button>
    </p>
  );
}

/** The filters that found nothing, to be taken out one by one or all. */
export function NothingFound() {
  const { t } = useTranslation();
  const { clear } = useFilters();
  return (
    <Empty icon={IconSearchOff} title={t('inbox.nothingFound')}>
      <FilterChips middle />
      <Button variant="default" size="xs" onClick={clear}>
        {t('filter.clear')}
      </Button>
    </Empty>
  );
}
