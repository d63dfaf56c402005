import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconChartBar } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../shared/session/me';
import { Empty } from '../../shared/ui/Empty';
import { Failure } from '../../shared/ui/Failure';
import { useAfter } from '../../shared/ui/useAfter';
import { Days, Levels, Reasons, Traffic, Waits } from './Charts';
import { figureKeys } from './figures';
import { AllFigures, Tiles } from './Tiles';
import { reportQuery, type Report } from './queries';
import { dayIn, fullDay } from './period';
import classes from './Stats.module.css';
import type { useScope } from './useScope';

export type Scoped = ReturnType<typeof useScope>;

/** What has become of a workspace's calls (STAT-2). */
export function CallsPage({ scope }: { scope: Scoped }) {
  const { t } = useTranslation();
  const { data: report, error, refetch } = useQuery(reportQuery(scope.scope, scope.compare));
  if (!report) return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading />;
  const unheard = figureKeys.every((key) => !report.total[key]);
  return (
    <>
      <Covered report={report} />
      {error && (
        <p className={classes.stale} role="alert">
          {t('stats.stale')}
        </p>
      )}
      {unheard && !report.before?.calls ? (
        <Empty icon={IconChartBar} title={t('stats.nothing')} text={t('stats.nothingHint')} />
      ) : (
        <>
          <Tiles report={report} scope={scope} />
          <div className={classes.charts}>
            <Days report={report} scope={scope} />
            <Levels report={report} scope={scope} />
            <Traffic report={report} scope={scope} />
            <Reasons report={report} scope={scope} />
            <Waits report={report} scope={scope} />
          </div>
          <AllFigures report={report} scope={scope} />
        </>
      )}
    </>
  );
}

/** The days and the time zone that figures are of; what is not over says until when they are. */
export function Covered({ report }: { report: Report }) {
  const until = useUntil();
  return <p className={`${classes.covered} tabular`}>{until(report)}</p>;
}

function useUntil() {
  const { t, i18n } = useTranslation();
  const { timeZone } = useMe().workspace;
  return ({ from, to, at, timeZone: zone }: Report): string => {
    const day = (text: string) => fullDay(text, i18n.language);
    const days = from === to ? t('stats.scopeDay', { from: day(from), timeZone: zone }) : t('stats.scope', { from: day(from), to: day(to), timeZone: zone });
    if (to < dayIn(timeZone, Date.parse(at))) return days;
    return `${days} · ${t('stats.until', { time: new Intl.DateTimeFormat(i18n.language, { timeZone: zone, hour: 'numeric', minute: '2-digit' }).format(Date.parse(at)) })}`;
  };
}

/** The screen's shape, only where the answer takes its time. */
export function Loading() {
  if (!useAfter(150)) return null;
  return (
    <div aria-hidden="true">
      <div className={classes.tiles}>
        {Array.from({ length: 6 }, (_, index) => (
          <Skeleton key={index} height={104} radius={12} />
        ))}
      </div>
      <div className={classes.charts}>
        {Array.from({ length: 4 }, (_, index) => (
          <Skeleton key={index} height={292} radius={12} />
        ))}
      </div>
    </div>
  );
}
