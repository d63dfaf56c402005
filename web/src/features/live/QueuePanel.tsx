import { Button, Menu } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconChevronDown, IconMoodHappy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../shared/api/client';
import type { Call } from '../../shared/api/types';
import { serverNow } from '../../shared/format/clock';
import { useDisplay } from '../../shared/format/useDisplay';
import { useLiveState } from '../../shared/live/LiveProvider';
import { Empty } from '../../shared/ui/Empty';
import { tellProblem } from '../../shared/ui/problems';
import { Timer } from '../../shared/ui/Timer';
import { Truncated } from '../../shared/ui/Truncated';
import classes from './Panel.module.css';
import { numbersQuery, settingsQuery, teamsQuery } from './queries';
import { agentsByState, isCallback, waitingSince } from './select';

/** Who waits, in the order in which they are served, against the longest wait that is allowed. */
export function QueuePanel({ calls, team, may }: { calls: readonly Call[]; team: string; may: boolean }) {
  const { t } = useTranslation();
  const limitOf = useLimit();
  if (calls.length === 0) return <Empty icon={IconMoodHappy} title={t('board.queueEmpty')} />;
  return (
    <ul className={classes.rows}>
      {calls.map((call, index) => (
        <Waiting key={call.id} call={call} place={call.queue?.position ?? index + 1} limitMs={limitOf(call)} team={team} may={may} />
      ))}
    </ul>
  );
}

/** The longest wait of a call's number, as its settings say now. */
function useLimit(): (call: Call) => number | undefined {
  const numbers = useQuery(numbersQuery).data?.items;
  const teams = useQuery(teamsQuery).data?.items;
  const workspace = useQuery(settingsQuery).data;
  return (call) => {
    const layers = [numbers?.find(({ id }) => id === call.number.id)?.settings, teams?.find(({ id }) => id === call.team?.id)?.settings, workspace?.settings, workspace?.defaults];
    const seconds = layers.find((layer) => layer?.queueSeconds !== undefined)?.queueSeconds;
    return seconds === undefined ? undefined : seconds * 1000;
  };
}

function Waiting({ call, place, limitMs, team, may }: { call: Call; place: number; limitMs: number | undefined; team: string; may: boolean }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const name = display.contactName(call.contact);
  const since = waitingSince(call);
  return (
    <li className={classes.row}>
      <span className={`${classes.place} tabular`}>{place}</span>
      <span className={classes.text}>
        <Truncated text={name} className={classes.name} />
        <span className={classes.facts}>
          {call.team?.name ?? call.number.label ?? ''}
          {call.state === 'ringing' && ` · ${t('board.ringing')}`}
          {isCallback(call) && ` · ${t('board.callback')}`}
          {Boolean(call.queue?.priority) && ` · ${t('board.priority', { n: call.queue?.priority })}`}
        </span>
      </span>
      <Wait since={since} limitMs={limitMs} />
      {may && call.state === 'queued' && <Assign call={call} name={name} team={team} />}
    </li>
  );
}

const lookMs = 1000;

/** How long somebody has waited; amber from half of the longest wait on, red from four fifths. */
function Wait({ since, limitMs }: { since: string; limitMs: number | undefined }) {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), lookMs);
    return () => clearInterval(timer);
  }, []);
  const share = limitMs ? Math.min(1, Math.max(0, (now - Date.parse(since)) / limitMs)) : 0;
  const tone = share >= 0.8 ? 'red' : share >= 0.5 ? 'amber' : 'none';
  return (
    <span className={classes.wait} data-tone={tone}>
      <Timer since={since} />
      <span className={classes.bar} aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}

function Assign({ call, name, team }: { call: Call; name: string; team: string }) {
  const { t } = useTranslation();
  const { agents } = useLiveState();
  const assign = useMutation({
    mutationFn: (agentId: string) => result(client.POST('/calls/{id}/{action}', { params: { path: { id: call.id, action: 'assign' } }, body: { agentId } })),
    onError: tellProblem,
  });
  const free = agentsByState(agents, team).find((group) => group.status === 'available')?.agents ?? [];
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="default" size="compact-sm" rightSection={<IconChevronDown size={14} />} loading={assign.isPending} aria-label={t('board.assignTo', { name })}>
          {t('board.assign')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={300} style={{ overflowY: 'auto' }}>
        {free.length === 0 && <Menu.Label>{t('board.nobodyFree')}</Menu.Label>}
        {free.map((agent) => (
          <Menu.Item key={agent.id} maw={300} onClick={() => assign.mutate(agent.id)}>
            {agent.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
