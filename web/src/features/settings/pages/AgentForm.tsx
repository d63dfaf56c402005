import { useTranslation } from 'react-i18next';
import { client, result } from '../../../shared/api/client';
import type { Agent } from '../../../shared/api/types';
import { Page } from '../Page';
import { agentsQuery, useFresh } from '../queries';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';
import { Access } from './AgentAccess';
import { Offers, Person, useCheckAgent, type AgentValues } from './AgentFields';
import { StateLine } from './StateLine';

function valuesOf({ name, role, seat, placesCalls, supervises, ringSeconds, skills, teams }: Agent): AgentValues {
  return { name, role, seat, placesCalls, supervises, ringSeconds, skills, teams: teams.map(({ id }) => id) };
}

/** One agent: who they are, what they may do, and what they are offered. */
export function AgentForm({ agent }: { agent: Agent }) {
  const { t } = useTranslation();
  const fresh = useFresh();
  const form = usePageForm<AgentValues>({
    saved: valuesOf(agent),
    fresh: async () => {
      const now = (await fresh.one<{ items: Agent[] }>(agentsQuery)).items.find(({ id }) => id === agent.id);
      return now && valuesOf(now);
    },
    save: async (_, edits) => {
      await result(client.PATCH('/agents/{id}', { params: { path: { id: agent.id } }, body: { ...edits, ...(edits.name !== undefined && { name: edits.name.trim() }) } }));
      await fresh.all();
    },
    check: useCheckAgent(),
  });
  return (
    <Page title={agent.name} lead={agent.email} up={{ to: '/settings/agents', label: t('settings.pages.agents') }} onSubmit={form.submit}>
      {agent.suspended && (
        <StateLine tone="red" state={t('settings.agents.suspended')}>
          {t('settings.agents.suspendedText')}
        </StateLine>
      )}
      <Person form={form} />
      <Offers form={form} />
      <Access agent={agent} />
      <SaveBar form={form} />
    </Page>
  );
}
