import { Button, Select, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconMaximize, IconUsersGroup } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useLiveState, useLiveStatus } from '../../shared/live/LiveProvider';
import { administers, useMe } from '../../shared/session/me';
import { Empty } from '../../shared/ui/Empty';
import { ScreenTitle } from '../../shared/ui/ScreenTitle';
import { useNarrow } from '../../shared/ui/useNarrow';
import { AgentsPanel } from './AgentsPanel';
import classes from './Live.module.css';
import { QueuePanel } from './QueuePanel';
import { teamsQuery } from './queries';
import { Strip } from './Strip';
import { TalkPanel } from './TalkPanel';
import { useWakeLock } from './useWakeLock';
import { agentsByState, talking, waiting } from './select';
import './words';

/** The live board: who waits, who talks, who is where, as it happens (STAT-1). */
export default function Live() {
  const { t } = useTranslation();
  const me = useMe();
  const leads = administers(me) || me.supervises;
  const [search, setSearch] = useSearchParams();
  const teams = useQuery({ ...teamsQuery, enabled: leads }).data?.items ?? [];
  const mine = leads ? [{ id: '', name: t('board.allTeams') }, ...teams] : me.teams;
  const asked = search.get('team') ?? '';
  const team = mine.find(({ id }) => id === asked) ?? mine[0];
  const wall = search.get('wall') === '1';
  const setWall = (on: boolean) =>
    setSearch((before) => {
      if (on) before.set('wall', '1');
      else before.delete('wall');
      return before;
    });
  if (!team) return <Empty icon={IconUsersGroup} title={t('board.noTeam')} text={t('board.noTeamHint')} />;
  if (wall) return <Wall team={team.id} name={team.name} leave={() => setWall(false)} />;
  return (
    <div className={classes.live}>
      <header className={classes.head}>
        <ScreenTitle className={classes.title}>{t('board.title')}</ScreenTitle>
        <Select
          aria-label={t('board.team')}
          className={classes.team}
          allowDeselect={false}
          searchable={mine.length > 8}
          data={mine.map(({ id, name }) => ({ value: id || 'all', label: name }))}
          value={team.id || 'all'}
          onChange={(id) => setSearch(id && id !== 'all' ? { team: id } : {})}
        />
        <Button className={classes.wallButton} variant="default" leftSection={<IconMaximize size={16} />} onClick={() => setWall(true)}>
          {t('board.fullScreen')}
        </Button>
      </header>
      <Stale />
      <Strip team={team.id} />
      <Panels team={team.id} may={leads} />
    </div>
  );
}

/** The figures are those of a moment ago: says so instead of counting on. */
function Stale() {
  const { t } = useTranslation();
  return useLiveStatus() === 'lost' ? (
    <p className={classes.stale} role="status">
      {t('board.offline')}
    </p>
  ) : null;
}

function Panels({ team, may }: { team: string; may: boolean }) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const { calls, agents } = useLiveState();
  const queue = waiting(calls, team);
  const talk = talking(calls, team);
  const groups = agentsByState(agents, team);
  const parts = [
    { name: 'queue', title: t('board.queue'), count: queue.length, body: <QueuePanel calls={queue} team={team} may={may} /> },
    { name: 'talk', title: t('board.talk'), count: talk.length, body: <TalkPanel calls={talk} may={may} /> },
    { name: 'agents', title: t('board.agents'), count: groups.reduce((sum, group) => sum + group.agents.length, 0), body: <AgentsPanel groups={groups} may={may} /> },
  ];
  if (narrow)
    return (
      <Tabs defaultValue="queue" className={classes.tabs}>
        <Tabs.List grow>
          {parts.map(({ name, title, count }) => (
            <Tabs.Tab key={name} value={name} h={44}>
              {title} <span className="tabular">{count}</span>
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {parts.map(({ name, body }) => (
          <Tabs.Panel key={name} value={name}>
            {body}
          </Tabs.Panel>
        ))}
      </Tabs>
    );
  return (
    <div className={classes.panels}>
      {parts.map(({ name, title, count, body }) => (
        <section key={name} className={classes.panel} aria-label={title} data-region>
          <h2 className={classes.panelTitle}>
            {title} <span className={`${classes.count} tabular`}>{count}</span>
          </h2>
          {body}
        </section>
      ))}
    </div>
  );
}

/** For a screen on the wall, read from across the room: figures and names, nothing to press. */
function Wall({ team, name, leave }: { team: string; name: string; leave: () => void }) {
  const { t } = useTranslation();
  const { calls, agents } = useLiveState();
  useWakeLock();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') leave();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  });
  const queue = waiting(calls, team);
  return (
    <div className={classes.wall}>
      <ScreenTitle className={classes.wallTitle}>{name}</ScreenTitle>
      <Stale />
      <Strip team={team} wall />
      <div className={classes.wallPanels}>
        <section aria-label={t('board.queue')}>
          <h2>{t('board.queue')}</h2>
          <QueuePanel calls={queue.slice(0, 6)} team={team} may={false} />
        </section>
        <section aria-label={t('board.agents')}>
          <h2>{t('board.agents')}</h2>
          <ul className={classes.wallStates}>
            {agentsByState(agents, team).map((group) => (
              <li key={group.status}>
                <span>{t(`status.${group.status}`)}</span>
                <strong className="tabular">{group.agents.length}</strong>
              </li>
            ))}
          </ul>
        </section>
      </div>
      <p className={classes.leaveWall}>{t('board.leaveWall')}</p>
    </div>
  );
}
