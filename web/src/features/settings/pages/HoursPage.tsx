import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../../shared/api/client';
import { useMe } from '../../../shared/session/me';
import { callSettingsOf } from '../callSettings';
import { OverrideField } from '../form/OverrideField';
import { OwnHours } from '../form/OwnHours';
import { Loaded, Page, Section } from '../Page';
import { settingsQuery, useFresh, type Hours } from '../queries';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';

type Settings = Awaited<ReturnType<NonNullable<typeof settingsQuery.queryFn>>>;

export default function HoursPage() {
  const { t } = useTranslation();
  const query = useQuery(settingsQuery);
  return (
    <Loaded query={query} title={t('settings.pages.hours')}>
      {(workspace) => <HoursForm workspace={workspace} />}
    </Loaded>
  );
}

function HoursForm({ workspace }: { workspace: Settings }) {
  const { t } = useTranslation();
  const { timeZone } = useMe().workspace;
  const fresh = useFresh();
  const form = usePageForm<{ hours: Hours | undefined }>({
    saved: { hours: workspace.settings.hours },
    fresh: async () => ({ hours: (await fresh.one<Settings>(settingsQuery)).settings.hours }),
    save: async ({ hours }) => {
      const { settings } = await fresh.one<Settings>(settingsQuery);
      await result(client.PUT('/settings', { body: callSettingsOf({ ...settings, hours }) }));
    },
  });
  return (
    <Page title={t('settings.pages.hours')} lead={t('settings.hours.lead', { timeZone })} onSubmit={form.submit}>
      <OverrideField scope="workspace" hours={workspace.settings.hours} override={workspace.override} own />
      <Section title={t('settings.hours.week')} text={t('settings.hours.weekHint')}>
        <OwnHours scope="workspace" own={form.values.hours} behind={undefined} from="default" set={(hours) => form.set('hours', hours)} error={form.errorOf('hours')} />
      </Section>
      <SaveBar form={form} />
    </Page>
  );
}
