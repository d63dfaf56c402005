import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { IconDots, IconUsersGroup } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../shared/api/client';
import type { Agent, Me } from '../../shared/api/types';
import { useLiveState } from '../../shared/live/LiveProvider';
import { Empty } from '../../shared/ui/Empty';
import { tellProblem } from '../../shared/ui/problems';
import { Timer } from '../../shared/ui/Timer';
import { Truncated } from '../../shared/ui/Truncated';
import classes from './Panel.module.css';
import { statusSince, type agentsByState } from './select';

/** Who is where, by state, and since when. */
export function AgentsPanel({ groups, may }: { groups: ReturnType<typeof agentsByState>; may: boolean }) {
  const { t } = useTranslation();
  if (groups.length === 0) return <Empty icon={IconUsersGroup} title={t('board.agentsEmpty')} />;
  return groups.map(({ status, agents }) => (
    <div key={status} role="group" aria-label={t(`status.${status}`)}>
      <h3 className={classes.group}>
        <span className={classes.dot} data-status={status} aria-hidden="true" />
        {t(`status.${status}`)} <span className="tabular">{agents.length}</span>
      </h3>
      <ul className={classes.rows}>
        {agents.map((agent) => (
          <AgentRow key={agent.id} agent={agent} may={may} />
        ))}
      </ul>
    </div>
  ));
}

const manual: readonly Me['manualStatus'][] = ['available', 'meal', 'rest', 'meeting', 'education', 'otherWork', 'off'];

function AgentRow({ agent, may }: { agent: Agent; may: boolean }) {
  const { calls } = useLiveState();
  const since = statusSince(agent, calls);
  return (
    <li className={classes.row} data-tight>
      <Truncated text={agent.name} className={classes.agent} />
      <span className={classes.time}>{since && <Timer since={since} />}</span>
      {may && <ChangeState agent={agent} />}
    </li>
  );
}

function ChangeState({ agent }: { agent: Agent }) {
  const { t } = useTranslation();
  const change = useMutation({
    mutationFn: (status: Me['manualStatus']) => result(client.POST('/agents/{id}/status', { params: { path: { id: agent.id } }, body: { status } })),
    onSuccess: ({ name, status }) => notifications.show({ message: t('board.changed', { name, status: t(`status.${status}`) }) }),
    onError: tellProblem,
  });
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon size={28} aria-label={t('board.changeState', { name: agent.name })} loading={change.isPending}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {manual.map((status) => (
          <Menu.Item key={status} disabled={status === agent.manualStatus && agent.status === status} onClick={() => change.mutate(status)}>
            {status === 'available' ? t('board.makeAvailable') : t(`status.${status}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
