import { useTranslation } from 'react-i18next';
import { Bars, barRow } from '../../shared/charts/Bars';
import { Chart, type Series } from '../../shared/charts/Chart';
import { Columns } from '../../shared/charts/Columns';
import { HeatMap } from '../../shared/charts/HeatMap';
import { Lines } from '../../shared/charts/Lines';
import { Ranges } from '../../shared/charts/Ranges';
import { clock } from '../../shared/format/duration';
import { useMe } from '../../shared/session/me';
import type { Scoped } from './CallsPage';
import { figure, percent } from './figures';
import { dayIn, eachDay, fullDay, shortDay, weekdayName } from './period';
import type { Report, ReportTotal } from './queries';
import classes from './Stats.module.css';
import { Explain } from './Tiles';

interface ChartsProps {
  report: Report;
  scope: Scoped;
}

const height = 208;
/** Sunday, which is the first one in the API, is the last one of a week. */
const week = [1, 2, 3, 4, 5, 6, 0] as const;
const dayHours = Array.from({ length: 24 }, (_, hour) => hour);
const noCalls: Partial<ReportTotal> = {};

/** The days of a report, as charts need them. */
function useDays({ report }: ChartsProps) {
  const { i18n } = useTranslation();
  const { timeZone } = useMe().workspace;
  const totals = new Map(report.days.map(({ day, total }) => [day, total]));
  const days = eachDay(report);
  const today = days.indexOf(dayIn(timeZone, Date.parse(report.at)));
  return {
    days,
    of: (day: string): Partial<ReportTotal> => totals.get(day) ?? noCalls,
    names: days.map((day) => fullDay(day, i18n.language)),
    short: days.map((day) => shortDay(day, i18n.language)),
    today: today < 0 ? undefined : today,
  };
}

/** Calls per day: answered, missed, outbound. */
export function Days(props: ChartsProps) {
  const { t, i18n } = useTranslation();
  const { report, scope } = props;
  const { days, of, names, short, today } = useDays(props);
  const number = (n: number) => new Intl.NumberFormat(i18n.language).format(n);
  const series: Series[] = [
    { name: t('figures.answered.name'), mark: 'field', colour: 'var(--chart-1)' },
    { name: t('figures.missed.name'), mark: 'pattern', colour: 'var(--chart-2)' },
    { name: t('figures.outbound.name'), mark: 'field', colour: 'var(--chart-3)' },
  ];
  const values = days.map((day) => [of(day).answered ?? 0, of(day).missed ?? 0, of(day).outbound ?? 0]);
  const { total } = report;
  return (
    <Chart
      title={t('stats.charts.days')}
      about={<Explain name={t('stats.charts.days')} formula={t('figures.calls.formula')} report={report} />}
      axis={t('stats.charts.day')}
      series={series}
      places={days.map((_, index) => ({ name: index === today ? `${names[index]} (${t('charts.unfinished')})` : (names[index] ?? ''), values: (values[index] ?? []).map(number) }))}
      resting={[total.answered, total.missed, total.outbound].map(number)}
      height={height}
      open={(index) => scope.look({ figure: 'calls', ...(days[index] && { day: days[index] }) })}
      draw={(drawn) => <Columns {...drawn} height={height} series={series} values={values} names={short} unfinished={today} tick={number} />}
    />
  );
}

/** Both service levels, from waiting and from the ring. */
export function Levels(props: ChartsProps) {
  const { t, i18n } = useTranslation();
  const { report, scope } = props;
  const { days, of, names, short } = useDays(props);
  const share = (value: number | undefined) => (value === undefined ? t('charts.none') : percent(value, i18n.language));
  const title = t('stats.charts.levels', { n: scope.scope.seconds });
  const series: Series[] = [
    { name: t('stats.charts.fromWaiting'), mark: 'line', colour: 'var(--chart-1)' },
    { name: t('stats.charts.fromRing'), mark: 'dashes', colour: 'var(--chart-3)' },
  ];
  const values = days.map((day) => [of(day).serviceLevel, of(day).serviceLevelOfRing]);
  return (
    <Chart
      title={title}
      about={<Explain name={title} formula={t('figures.serviceLevel.formula')} report={report} />}
      axis={t('stats.charts.day')}
      series={series}
      places={names.map((name, index) => ({ name, values: (values[index] ?? []).map(share) }))}
      resting={[report.total.serviceLevel, report.total.serviceLevelOfRing].map(share)}
      height={height}
      open={(index) => scope.look({ figure: 'serviceLevel', ...(days[index] && { day: days[index] }) })}
      draw={(drawn) => <Lines {...drawn} height={height} series={series} values={values} names={short} labels={series.map(({ name }) => name)} tick={(value) => `${value * 100}%`} />}
    />
  );
}

/** Calls by weekday and hour. */
export function Traffic({ report, scope }: ChartsProps) {
  const { t, i18n } = useTranslation();
  const number = (n: number) => new Intl.NumberFormat(i18n.language).format(n);
  const values = week.map((weekday) => report.traffic[weekday] ?? []);
  const places = week.flatMap((weekday, row) =>
    dayHours.map((hour) => ({ name: t('stats.charts.hour', { weekday: weekdayName(weekday, i18n.language), hour }), values: [number(values[row]?.[hour] ?? 0)] })),
  );
  return (
    <Chart
      title={t('stats.charts.traffic')}
      about={<Explain name={t('stats.charts.traffic')} formula={t('figures.calls.formula')} report={report} />}
      axis={t('stats.charts.hourHead')}
      series={[{ name: t('figures.calls.name'), mark: 'field', colour: 'var(--accent)' }]}
      places={places}
      resting={[number(report.total.calls)]}
      rowLength={24}
      height={height}
      open={(index) => scope.look({ figure: 'calls', weekday: week[Math.floor(index / 24)] ?? 0, hour: index % 24 })}
      draw={(drawn) => <HeatMap {...drawn} height={height} values={values} rows={week.map((weekday) => weekdayName(weekday, i18n.language))} columns={dayHours.map(String)} />}
    />
  );
}

/** Why calls were missed, the most frequent reason first. */
export function Reasons({ report, scope }: ChartsProps) {
  const { t, i18n } = useTranslation();
  const number = (n: number) => new Intl.NumberFormat(i18n.language).format(n);
  const series: Series = { name: t('figures.missed.name'), mark: 'pattern', colour: 'var(--chart-2)' };
  const bars = report.reasons.map(({ reason, calls }) => ({ reason, name: t(`missed.${reason}`), value: calls, text: `${number(calls)} · ${percent(calls / Math.max(1, report.total.missed), i18n.language)}` }));
  if (bars.length === 0) return <Nothing title={t('stats.charts.reasons')} text={t('stats.charts.noMissed')} />;
  return (
    <Chart
      title={t('stats.charts.reasons')}
      about={<Explain name={t('stats.charts.reasons')} formula={t('figures.missed.formula')} report={report} />}
      axis={t('stats.charts.reason')}
      series={[series]}
      places={bars.map(({ name, text }) => ({ name, values: [text] }))}
      resting={[number(report.total.missed)]}
      className={classes.long}
      height={bars.length * barRow}
      open={(index) => bars[index] && scope.look({ figure: 'missed', reason: bars[index].reason })}
      draw={(drawn) => <Bars {...drawn} series={series} bars={bars} />}
    />
  );
}

/** How long answered callers waited: half of them, and nine tenths. */
export function Waits(props: ChartsProps) {
  const { t, i18n } = useTranslation();
  const { report, scope } = props;
  const { days, of, names, short } = useDays(props);
  const series: [Series, Series] = [
    { name: t('figures.medianWaitMs.name'), mark: 'dot', colour: 'var(--chart-1)' },
    { name: t('figures.p90WaitMs.name'), mark: 'ring', colour: 'var(--chart-4)' },
  ];
  const values = days.map((day) => {
    const { medianWaitMs, p90WaitMs } = of(day);
    return medianWaitMs === undefined || p90WaitMs === undefined ? undefined : ([medianWaitMs, p90WaitMs] as const);
  });
  if (values.every((each) => each === undefined)) return <Nothing title={t('stats.charts.waits')} text={t('stats.charts.noWait')} />;
  const written = (index: number) => [values[index]?.[0], values[index]?.[1]].map((ms) => (ms === undefined ? t('charts.none') : clock(ms)));
  return (
    <Chart
      title={t('stats.charts.waits')}
      about={<Explain name={t('stats.charts.waits')} formula={`${t('figures.medianWaitMs.formula')} ${t('figures.p90WaitMs.formula')}`} report={report} />}
      axis={t('stats.charts.day')}
      series={series}
      places={names.map((name, index) => ({ name, values: written(index) }))}
      resting={(['medianWaitMs', 'p90WaitMs'] as const).map((key) => figure(key, report.total, i18n.language))}
      height={height}
      open={(index) => scope.look({ figure: 'p90WaitMs', ...(days[index] && { day: days[index] }) })}
      draw={(drawn) => <Ranges {...drawn} height={height} series={series} values={values} names={short} tick={clock} />}
    />
  );
}

function Nothing({ title, text }: { title: string; text: string }) {
  return (
    <section className={classes.noChart} aria-label={title}>
      <h2>{title}</h2>
      <p>{text}</p>
    </section>
  );
}
