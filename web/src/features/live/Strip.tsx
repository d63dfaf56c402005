import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveState } from '../../shared/live/LiveProvider';
import { useMe } from '../../shared/session/me';
import { Timer } from '../../shared/ui/Timer';
import { serviceSeconds } from './queries';
import { agentsByState, talking, waiting, waitingSince } from './select';
import classes from './Strip.module.css';
import { useToday } from './useToday';

/** The figures on top of the board, each with what it counts. */
export function Strip({ team, wall }: { team: string; wall?: boolean }) {
  const { t, i18n } = useTranslation();
  const { timeZone } = useMe().workspace;
  const { calls, agents } = useLiveState();
  const { data: today, error } = useToday(team);
  const queue = waiting(calls, team);
  const longest = queue.map(waitingSince).sort()[0];
  const free = agentsByState(agents, team).find((group) => group.status === 'available')?.agents.length ?? 0;
  const number = (n: number) => new Intl.NumberFormat(i18n.language).format(n);
  const percent = (share: number | undefined) => (share === undefined ? t('board.none') : `${Math.round(share * 100)}%`);
  const level = today?.serviceLevel;
  return (
    <dl className={classes.strip} data-wall={wall || undefined}>
      <Figure label={t('board.waiting')} formula={t('board.formulas.waiting')} tone={queue.length > 0 ? 'amber' : undefined} beside={longest && <span>{t('board.longest')} <Timer since={longest} /></span>}>
        {number(queue.length)}
      </Figure>
      <Figure label={t('board.talking')} formula={t('board.formulas.talking')}>
        {number(talking(calls, team).length)}
      </Figure>
      <Figure label={t('board.available')} formula={t('board.formulas.available')} tone={free > 0 ? 'green' : undefined}>
        {number(free)}
      </Figure>
      <Figure
        label={t('board.serviceLevel', { n: serviceSeconds })}
        formula={t('board.formulas.serviceLevel', { n: serviceSeconds, timeZone })}
        beside={today?.serviceLevelYesterday !== undefined && t('board.yesterday', { n: percent(today.serviceLevelYesterday) })}
      >
        {percent(level)}
      </Figure>
      <Figure label={t('board.today')} formula={t('board.formulas.today', { timeZone })} beside={today && t('board.yesterday', { n: number(today.callsYesterday) })}>
        {today ? number(today.calls) : t('board.none')}
      </Figure>
      {error && !today && (
        <div className={classes.failed} role="alert">
          {t('board.failed')}
        </div>
      )}
    </dl>
  );
}

interface FigureProps {
  label: string;
  formula: string;
  tone?: 'amber' | 'green' | undefined;
  beside?: ReactNode;
  children: ReactNode;
}

function Figure({ label, formula, tone, beside, children }: FigureProps) {
  return (
    <Tooltip label={formula}>
      <div className={classes.figure} tabIndex={0}>
        <dt className={classes.label}>{label}</dt>
        <dd className={`${classes.value} tabular`} data-tone={tone}>
          {children}
        </dd>
        <dd className={`${classes.beside} tabular`}>{beside}</dd>
      </div>
    </Tooltip>
  );
}
