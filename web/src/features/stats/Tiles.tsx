import { ActionIcon, Popover } from '@mantine/core';
import { IconArrowDownRight, IconArrowRight, IconArrowUpRight, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Sparkline } from '../../shared/charts/Sparkline';
import type { Scoped } from './CallsPage';
import { change, figure, figureKeys, headline, type Change, type FigureKey } from './figures';
import { eachDay } from './period';
import type { Report } from './queries';
import classes from './Tiles.module.css';

interface FiguresProps {
  report: Report;
  scope: Scoped;
}

/** The figures on top: each with its change, how it has gone, what it means, and the calls behind it. */
export function Tiles({ report, scope }: FiguresProps) {
  const { t, i18n } = useTranslation();
  const byDay = new Map(report.days.map(({ day, total }) => [day, total]));
  const days = eachDay(report);
  return (
    <dl className={classes.tiles}>
      {headline.map((key) => {
        const name = t(`figures.${key}.name`);
        const value = figure(key, report.total, i18n.language);
        return (
          <div key={key} className={classes.tile}>
            <dt className={classes.name}>
              {name}
              {key === 'serviceLevel' && ` (${t('stats.levelSeconds', { n: scope.scope.seconds })})`}
              <Explain name={name} formula={t(`figures.${key}.formula`)} report={report} />
            </dt>
            <dd className={classes.figure}>
              <button type="button" className={`${classes.value} tabular`} onClick={() => scope.look({ figure: key })} aria-label={t('stats.open', { name, value })}>
                {value}
              </button>
              <Sparkline values={days.map((day) => byDay.get(day)?.[key] ?? (key === 'calls' ? 0 : undefined))} />
            </dd>
            <dd className={`${classes.beside} tabular`}>
              <Changed report={report} of={key} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

const arrows = { up: IconArrowUpRight, down: IconArrowDownRight, same: IconArrowRight };

/** By how much a figure has changed, and from what; nothing where nothing is compared. */
function Changed({ report, of }: { report: Report; of: FigureKey }) {
  const { t, i18n } = useTranslation();
  if (!report.before) return null;
  const by = change(of, report, i18n.language);
  return (
    <>
      {by && <By change={by} />} {t('stats.before', { value: figure(of, report.before, i18n.language) })}
    </>
  );
}

function By({ change: { direction, text } }: { change: Change }) {
  const { t } = useTranslation();
  const Arrow = arrows[direction];
  return (
    <span className={classes.change}>
      <Arrow size={14} aria-hidden="true" />
      <span aria-hidden="true">{text}</span>
      <span className="visually-hidden">{t(`stats.${direction}`, { by: text })}</span>
    </span>
  );
}

interface ExplainProps {
  name: string;
  formula: string;
  report: Report;
}

/** ⓘ: the formula, the days and the time zone (STAT-0). */
export function Explain({ name, formula, report: { from, to, timeZone } }: ExplainProps) {
  const { t } = useTranslation();
  const scope = from === to ? t('stats.scopeDay', { from, timeZone }) : t('stats.scope', { from, to, timeZone });
  return (
    <Popover width={300} position="bottom">
      <Popover.Target>
        <ActionIcon size={24} className={classes.info} aria-label={t('stats.explain', { name })}>
          <IconInfoCircle size={15} stroke={1.7} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown className={classes.formula}>
        <p>{formula}</p>
        <p className={classes.scope}>{scope}</p>
      </Popover.Dropdown>
    </Popover>
  );
}

/** All figures of the report in one table, those on top among them. */
export function AllFigures({ report, scope }: FiguresProps) {
  const { t, i18n } = useTranslation();
  const compared = report.before !== undefined;
  return (
    <section className={classes.all} aria-label={t('stats.others')}>
      <h2 className={classes.heading}>{t('stats.others')}</h2>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('stats.figure')}</th>
            <th scope="col">{t('stats.value')}</th>
            {compared && <th scope="col">{t('stats.beforeHead')}</th>}
            {compared && <th scope="col">{t('stats.changeHead')}</th>}
          </tr>
        </thead>
        <tbody>
          {figureKeys.map((key) => {
            const name = t(`figures.${key}.name`);
            const value = figure(key, report.total, i18n.language);
            const by = change(key, report, i18n.language);
            return (
              <tr key={key}>
                <th scope="row">
                  {name}
                  <Explain name={name} formula={t(`figures.${key}.formula`)} report={report} />
                </th>
                <td className="tabular">
                  <button type="button" className={classes.opens} onClick={() => scope.look({ figure: key })} aria-label={t('stats.open', { name, value })}>
                    {value}
                  </button>
                </td>
                {report.before && <td className="tabular">{figure(key, report.before, i18n.language)}</td>}
                {compared && <td className="tabular">{by && <By change={by} />}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
