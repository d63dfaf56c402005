import { Drawer, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconPhoneIncoming, IconPhoneOutgoing, IconPhoneX, IconSearchOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { clock } from '../../shared/format/duration';
import { useDisplay } from '../../shared/format/useDisplay';
import { useLiveState } from '../../shared/live/LiveProvider';
import { Empty } from '../../shared/ui/Empty';
import { EndlessList } from '../../shared/ui/EndlessList';
import { useNarrow } from '../../shared/ui/useNarrow';
import classes from './FigureCalls.module.css';
import { written, type AgentFigureKey, type FigureKey } from './figures';
import { agentUnits, units } from './figures.en';
import { fullDay, weekdayName } from './period';
import { callsQuery, type Behind, type FigureCall, type Scope } from './queries';
import { useMe } from '../../shared/session/me';

interface FigureCallsProps {
  scope: Scope;
  behind: Behind;
  look: (behind: Behind | undefined) => void;
}

/** The calls that a figure counts, with their number, which is the figure's (STAT-0). */
export function FigureCalls({ scope, behind, look }: FigureCallsProps) {
  const { t, i18n } = useTranslation();
  const narrow = useNarrow();
  const title = useTitle(behind);
  const query = useInfiniteQuery(callsQuery(scope, behind));
  const count = query.data?.pages[0]?.count;
  const unit = behind.agent ? agentUnits[behind.figure as AgentFigureKey] : units[behind.figure as FigureKey];
  return (
    <Drawer opened position="right" size={narrow ? '100%' : 440} padding={0} title={title} onClose={() => look(undefined)} classNames={{ header: classes.header ?? '', title: classes.title ?? '' }} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <div className={classes.facts}>
        <p className={classes.period}>{useParts(scope, behind)}</p>
        <p className={classes.count} aria-live="polite">
          {count && (
            <>
              <strong className="tabular">{t('stats.behind.calls', { count: count.calls })}</strong>
              {count.sum !== count.calls && <span className="tabular">{t('stats.behind.sum', { value: written(unit === 'time' ? 'time' : 'count', count.sum, i18n.language) })}</span>}
            </>
          )}
        </p>
        {unit === 'share' && (
          <SegmentedControl
            size="xs"
            fullWidth
            value={behind.rest ? 'rest' : 'counted'}
            onChange={(value) => look({ ...behind, rest: value === 'rest' })}
            data={[
              { value: 'counted', label: t('stats.behind.counted') },
              { value: 'rest', label: t('stats.behind.rest') },
            ]}
          />
        )}
      </div>
      <EndlessList query={query} skeletons={8} bare empty={<Empty icon={IconSearchOff} title={t('stats.behind.empty')} />} row={(call) => <Row call={call} adds={unit === 'time' && call.adds !== call.talkMs ? written('time', call.adds, i18n.language) : undefined} />} />
    </Drawer>
  );
}

/** The figure's name, and whose it is. */
function useTitle({ figure, agent }: Behind): string {
  const { t } = useTranslation();
  const { agents } = useLiveState();
  const me = useMe();
  if (!agent) return figure in units ? t(`figures.${figure as FigureKey}.name`) : figure;
  const name = agents[agent]?.name ?? (agent === me.agentId ? me.name : t('stats.agents.gone'));
  return t('stats.behind.ofAgent', { name, figure: figure in agentUnits ? t(`agentFigures.${figure as AgentFigureKey}.name`) : figure });
}

/** Of which days, hour and reason the calls are. */
function useParts({ from, to }: Scope, { day, weekday, hour, reason }: Behind): string {
  const { t, i18n } = useTranslation();
  const named = (text: string) => fullDay(text, i18n.language);
  const days = day ? named(day) : from === to ? named(from) : `${named(from)} – ${named(to)}`;
  const at = weekday !== undefined && hour !== undefined ? t('stats.charts.hour', { weekday: weekdayName(weekday, i18n.language, 'long'), hour }) : undefined;
  return [days, at, reason && t(`missed.${reason}`)].filter(Boolean).join(' · ');
}

function Row({ call, adds }: { call: FigureCall; adds: string | undefined }) {
  const { t, i18n } = useTranslation();
  const { timeZone } = useMe().workspace;
  const { number } = useDisplay();
  const customer = number(call.direction === 'inbound' ? call.from : call.to);
  const name = call.contact || customer;
  const Icon = call.outcome === 'answered' ? (call.direction === 'inbound' ? IconPhoneIncoming : IconPhoneOutgoing) : IconPhoneX;
  const time = new Intl.DateTimeFormat(i18n.language, { timeZone, month: 'numeric', day: 'numeric', hour: 'numeric', minute: '2-digit' }).format(Date.parse(call.startedAt));
  const outcome = call.missedReason ? t(`missed.${call.missedReason}`) : t(`stats.behind.outcomes.${call.outcome}`);
  return (
    <Link to={`/inbox/all/${call.conversationId}`} className={classes.row} data-call={call.id}>
      <Icon size={17} stroke={1.7} className={classes.icon} data-missed={call.outcome === 'missed' || undefined} aria-hidden="true" />
      <span className={classes.who}>
        <span className={classes.name}>{name}</span>
        <span className={classes.sub}>{[call.contact && customer, call.agent, call.team].filter(Boolean).join(' · ')}</span>
      </span>
      <span className={`${classes.what} tabular`}>
        <span>{time}</span>
        <span className={classes.sub}>
          {outcome}
          {call.outcome === 'answered' && ` · ${t('stats.behind.talk', { time: clock(call.talkMs) })}`}
        </span>
        {adds && (
          <span className={classes.adds}>
            <span className="visually-hidden">{t('stats.behind.adds', { value: adds })}</span>
            <span aria-hidden="true">{adds}</span>
          </span>
        )}
      </span>
    </Link>
  );
}
