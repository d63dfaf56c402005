import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconUserPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { Agent } from '../../../shared/api/types';
import { serverNow } from '../../../shared/format/clock';
import { dayAndTime } from '../../../shared/format/time';
import { useLiveState } from '../../../shared/live/LiveProvider';
import { Gone } from '../Gone';
import { Loaded, Page } from '../Page';
import { agentsQuery } from '../queries';
import { Row, Rows } from '../Rows';
import { AgentForm } from './AgentForm';
import { InvitePage } from './InvitePage';

export default function AgentsPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const query = useQuery(agentsQuery);
  return (
    <Loaded query={query} title={t('settings.pages.agents')}>
      {({ items }) => {
        if (!id) return <Agents agents={items} />;
        if (id === 'new') return <InvitePage />;
        const agent = items.find((each) => each.id === id);
        return agent ? <AgentForm agent={agent} /> : <Gone to="/settings/agents" label={t('settings.pages.agents')} />;
      }}
    </Loaded>
  );
}

function Agents({ agents }: { agents: readonly Agent[] }) {
  const { t, i18n } = useTranslation();
  const add = (
    <Button component={Link} to="/settings/agents/new" leftSection={<IconUserPlus size={16} />}>
      {t('settings.invite.add')}
    </Button>
  );
  const invitation = (until: string) => (Date.parse(until) > serverNow() ? t('settings.invite.pending', { time: dayAndTime(until, i18n.language) }) : t('settings.invite.expired'));
  // Everybody's state changes all day; the live channel knows it.
  const live = useLiveState().agents;
  return (
    <Page title={t('settings.pages.agents')} lead={t('settings.agents.lead', { n: agents.filter(({ seat }) => seat).length })} action={add}>
      <Rows label={t('settings.pages.agents')}>
        {agents.map((agent) => {
          const { status, suspended, invitedUntil } = live[agent.id] ?? agent;
          const facts = [invitedUntil ? invitation(invitedUntil) : suspended ? t('settings.agents.suspended') : agent.seat ? t(`status.${status}`) : t('settings.agents.noSeat'), t(`settings.agents.roles.${agent.role}`), agent.teams.map(({ name }) => name).join(', ')];
          return <Row key={agent.id} to={`/settings/agents/${agent.id}`} tone={invitedUntil ? 'amber' : suspended ? 'red' : toneOf(agent.seat ? status : 'offline')} name={agent.name} facts={facts.filter(Boolean).join(' · ')} />;
        })}
      </Rows>
    </Page>
  );
}

const toneOf = (status: Agent['status']) => (status === 'available' ? 'green' : status === 'offline' || status === 'off' ? 'grey' : 'amber');
