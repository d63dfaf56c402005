import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useParams } from 'react-router';
import { administers, useMe } from '../../shared/session/me';
import { Empty } from '../../shared/ui/Empty';
import { ScreenTitle } from '../../shared/ui/ScreenTitle';
import { AgentsPage } from './AgentsPage';
import { CallsPage } from './CallsPage';
import { ExportPage } from './ExportPage';
import { FigureCalls } from './FigureCalls';
import { Filters } from './Filters';
import classes from './Stats.module.css';
import { useRefresh } from './useRefresh';
import { useScope } from './useScope';
import './words';

const pages = ['calls', 'agents', 'export'] as const;

/** The statistics: of calls, of agents, and as raw data (STAT-2 to STAT-4). Who leads nobody has their own figures. */
export default function Stats() {
  const { t } = useTranslation();
  const me = useMe();
  const leads = administers(me) || me.supervises;
  const { page } = useParams();
  const scope = useScope();
  useRefresh(scope.live);
  const mine = leads ? pages : (['agents'] as const);
  const shown = mine.find((each) => each === page);
  if (!shown) return <Navigate to={`/stats/${mine[0]}${scope.search}`} replace />;
  return (
    <div className={classes.stats}>
      <header className={classes.head}>
        <ScreenTitle className={classes.title}>{t('stats.title')}</ScreenTitle>
        {mine.length > 1 && (
          <nav className={classes.pages} aria-label={t('stats.title')}>
            {mine.map((each) => (
              <Link key={each} to={`/stats/${each}${scope.search}`} className={classes.page} aria-current={each === shown ? 'page' : undefined}>
                {t(`stats.pages.${each}`)}
              </Link>
            ))}
          </nav>
        )}
      </header>
      <Filters scope={scope} plain={shown === 'export'} compares={shown === 'calls'} />
      <div className={classes.body} data-region>
        {shown === 'calls' && <CallsPage scope={scope} />}
        {shown === 'agents' && <AgentsPage scope={scope} leads={leads} />}
        {shown === 'export' && (administers(me) ? <ExportPage period={{ from: scope.scope.from, to: scope.scope.to }} /> : <Empty icon={IconLock} title={t('stats.export.adminsOnly')} />)}
      </div>
      {scope.behind && <FigureCalls scope={scope.scope} behind={scope.behind} look={scope.look} />}
    </div>
  );
}
