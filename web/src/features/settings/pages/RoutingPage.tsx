import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../../shared/api/client';
import { administers, useMe } from '../../../shared/session/me';
import { callSettingsOf, workspaceLayers } from '../callSettings';
import { CallSettingsForm } from '../form/CallSettingsForm';
import { useCheck } from '../form/useCheck';
import { useSay } from '../form/useSay';
import { Loaded, Page } from '../Page';
import { settingsQuery, soundsQuery, teamsQuery, useFresh, type CallSettings, type Sound, type Team } from '../queries';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';

type Settings = Awaited<ReturnType<NonNullable<typeof settingsQuery.queryFn>>>;

export default function RoutingPage() {
  const { t } = useTranslation();
  const query = useQuery(settingsQuery);
  const teams = useQuery(teamsQuery);
  const sounds = useQuery({ ...soundsQuery, enabled: administers(useMe()) });
  return (
    <Loaded query={query} title={t('settings.pages.routing')}>
      {(workspace) => <RoutingForm workspace={workspace} teams={teams.data?.items ?? []} sounds={sounds.data?.items ?? []} />}
    </Loaded>
  );
}

function RoutingForm({ workspace, teams, sounds }: { workspace: Settings; teams: readonly Team[]; sounds: readonly Sound[] }) {
  const { t } = useTranslation();
  const fresh = useFresh();
  const { say } = useSay(teams);
  const form = usePageForm<CallSettings>({
    saved: workspace.settings,
    fresh: async () => (await fresh.one<Settings>(settingsQuery)).settings,
    save: (values) => result(client.PUT('/settings', { body: callSettingsOf(values) })),
    check: useCheck(),
  });
  return (
    <Page title={t('settings.pages.routing')} lead={t('settings.routing.lead')} onSubmit={form.submit}>
      <CallSettingsForm scope="workspace" own={form.values} layers={workspaceLayers(workspace)} set={form.set} errorOf={form.errorOf} teams={teams} sounds={sounds} />
      <SaveBar form={form} say={(key, value) => (key === 'hours' ? '' : say(key as never, { [key]: value }))} />
    </Page>
  );
}
