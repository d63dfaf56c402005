import { useQuery } from '@tanstack/react-query';
import { IconMessages } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../shared/ui/Empty';
import { useNarrow } from '../../shared/ui/useNarrow';
import classes from './Inbox.module.css';
import { countsQuery } from './queries';

// The first steps outlive the test call that is one of them.
const beginning = 5;

export function NothingChosen({ firstRun }: { firstRun: ReactNode }) {
  const { t } = useTranslation();
  const { data: counts } = useQuery(countsQuery);
  const narrow = useNarrow();
  const first = !narrow && counts !== undefined && counts.all < beginning;
  return (
    <div className={classes.nothing}>
      {first ? firstRun : <Empty icon={IconMessages} title={t('inbox.choose')} text={t('inbox.chooseHint')} />}
    </div>
  );
}
