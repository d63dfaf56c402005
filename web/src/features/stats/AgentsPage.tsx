import { useQuery } from '@tanstack/react-query';
import { IconArrowDown, IconArrowUp, IconHeadset } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useMe } from '../../shared/session/me';
import { Avatar } from '../../shared/ui/Avatar';
import { Empty } from '../../shared/ui/Empty';
import { Failure } from '../../shared/ui/Failure';
import { Truncated } from '../../shared/ui/Truncated';
import classes from './AgentsPage.module.css';
import { Covered, Loading, type Scoped } from './CallsPage';
import { agentFigure, agentFigureKeys, type AgentFigureKey } from './figures';
import { reportQuery, type ReportAgent } from './queries';
import { Explain } from './Tiles';

/** What each agent has done (STAT-3); who leads nobody sees their own row. */
export function AgentsPage({ scope, leads }: { scope: Scoped; leads: boolean }) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const { sort, order, by } = useOrder();
  const { data: report, error, refetch } = useQuery(reportQuery(scope.scope, false));
  if (!report) return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading />;
  if (report.agents.length === 0) return <Empty icon={IconHeadset} title={t('stats.nothing')} text={t('stats.nothingHint')} />;
  const rows = [...report.agents].sort(order);
  const most = (key: AgentFigureKey) => Math.max(1, ...rows.map((row) => row[key] ?? 0));
  return (
    <>
      <Covered report={report} />
      <p className={classes.lead}>{t(leads ? 'stats.agents.lead' : 'stats.agents.own')}</p>
      <div className={classes.scroll} tabIndex={0} role="group" aria-label={t('stats.pages.agents')}>
        <table className={classes.table} aria-label={t('stats.pages.agents')}>
          <thead>
            <tr>
              <Head name={t('stats.agents.agent')} sorted={sort === 'name' ? by : undefined} onSort={() => order.choose('name')} />
              {agentFigureKeys.map((key) => (
                <Head key={key} name={t(`agentFigures.${key}.name`)} sorted={sort === key ? by : undefined} onSort={() => order.choose(key)}>
                  <Explain name={t(`agentFigures.${key}.name`)} formula={t(`agentFigures.${key}.formula`)} report={report} />
                </Head>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.agentId} data-mine={row.agentId === me.agentId || undefined}>
                <th scope="row">
                  <span className={classes.agent}>
                    <Avatar name={row.name} size={26} />
                    <Truncated text={row.name || t('stats.agents.gone')} />
                  </span>
                </th>
                {agentFigureKeys.map((key) => {
                  const value = agentFigure(key, row, i18n.language);
                  const name = t('stats.behind.ofAgent', { name: row.name || t('stats.agents.gone'), figure: t(`agentFigures.${key}.name`) });
                  return (
                    <td key={key} className="tabular" style={{ '--part': `${((row[key] ?? 0) / most(key)) * 100}%` } as React.CSSProperties}>
                      <button type="button" className={classes.opens} onClick={() => scope.look({ figure: key, agent: row.agentId })} aria-label={t('stats.open', { name, value })}>
                        {value}
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

type SortKey = AgentFigureKey | 'name';

/** The order of the rows, which stands in the address. */
function useOrder() {
  const { i18n } = useTranslation();
  const [params, setParams] = useSearchParams();
  const sort: SortKey = (['name', ...agentFigureKeys] as const).find((key) => key === params.get('sort')) ?? 'calls';
  const by: 'ascending' | 'descending' = params.get('order') === 'up' || (sort === 'name' && params.get('order') !== 'down') ? 'ascending' : 'descending';
  const choose = (key: SortKey) =>
    setParams(
      (before) => {
        const up = key === sort ? by === 'descending' : key === 'name';
        before.set('sort', key);
        before.set('order', up ? 'up' : 'down');
        return before;
      },
      { replace: true },
    );
  const compare = (a: ReportAgent, b: ReportAgent): number => {
    const names = a.name.localeCompare(b.name, i18n.language);
    const way = by === 'ascending' ? 1 : -1;
    return sort === 'name' ? way * names : way * ((a[sort] ?? -1) - (b[sort] ?? -1)) || names;
  };
  return { sort, by, order: Object.assign(compare, { choose }) };
}

interface HeadProps {
  name: string;
  sorted: 'ascending' | 'descending' | undefined;
  onSort: () => void;
  children?: React.ReactNode;
}

function Head({ name, sorted, onSort, children }: HeadProps) {
  return (
    <th scope="col" aria-sort={sorted ?? 'none'}>
      <span className={classes.head}>
        <button type="button" className={classes.sort} onClick={onSort}>
          {name}
          {sorted === 'ascending' && <IconArrowUp size={13} />}
          {sorted === 'descending' && <IconArrowDown size={13} />}
        </button>
        {children}
      </span>
    </th>
  );
}
