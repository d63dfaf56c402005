import { Button, MultiSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { client, result } from '../../../shared/api/client';
import { administers, useMe } from '../../../shared/session/me';
import { Empty } from '../../../shared/ui/Empty';
import { callSettingsOf, teamLayers } from '../callSettings';
import { Danger } from '../Danger';
import { CallSettingsForm, type CallFormProps } from '../form/CallSettingsForm';
import { Field } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { OverrideField } from '../form/OverrideField';
import { OwnHours } from '../form/OwnHours';
import { useCheck } from '../form/useCheck';
import { Gone } from '../Gone';
import { Loaded, Page, Section } from '../Page';
import { agentsQuery, settingsQuery, soundsQuery, teamsQuery, useFresh, type CallSettings, type Team } from '../queries';
import { Row, Rows } from '../Rows';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';

export default function TeamsPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const query = useQuery(teamsQuery);
  return (
    <Loaded query={query} title={t('settings.pages.teams')}>
      {({ items }) => {
        if (!id) return <Teams teams={items} />;
        const team = items.find((each) => each.id === id);
        return id === 'new' || team ? <TeamForm team={team} teams={items} /> : <Gone to="/settings/teams" label={t('settings.pages.teams')} />;
      }}
    </Loaded>
  );
}

function Teams({ teams }: { teams: readonly Team[] }) {
  const { t } = useTranslation();
  const add = (
    <Button component={Link} to="/settings/teams/new" leftSection={<IconPlus size={16} />}>
      {t('settings.teams.add')}
    </Button>
  );
  return (
    <Page title={t('settings.pages.teams')} lead={t('settings.teams.lead')} action={add}>
      {teams.length === 0 ? (
        <Empty icon={IconUsersGroup} title={t('settings.teams.none')} text={t('settings.teams.noneHint')} />
      ) : (
        <Rows label={t('settings.pages.teams')}>
          {teams.map((team) => (
            <Row key={team.id} to={`/settings/teams/${team.id}`} name={team.name} facts={t('settings.teams.facts', { n: team.members.length, set: Object.keys(team.settings).length })} />
          ))}
        </Rows>
      )}
    </Page>
  );
}

type TeamValues = CallSettings & { name: string; members: string[] };
const own = ['name', 'members'] as const;

const valuesOf = (team: Team | undefined): TeamValues => ({ ...team?.settings, name: team?.name ?? '', members: team?.members.map(({ id }) => id) ?? [] });

function TeamForm({ team, teams }: { team: Team | undefined; teams: readonly Team[] }) {
  const { t } = useTranslation();
  const admin = administers(useMe());
  const navigate = useNavigate();
  const fresh = useFresh();
  const workspace = useQuery(settingsQuery);
  const agents = useQuery(agentsQuery);
  const sounds = useQuery({ ...soundsQuery, enabled: admin });
  const check = useCheck();
  const form = usePageForm<TeamValues>({
    saved: valuesOf(team),
    ...(team && { fresh: async () => valuesOf((await fresh.one<{ items: Team[] }>(teamsQuery)).items.find(({ id }) => id === team.id)) }),
    save: async (values) => {
      const body = { name: values.name.trim(), members: values.members, settings: callSettingsOf(values, own) };
      await (team ? result(client.PATCH('/teams/{id}', { params: { path: { id: team.id } }, body })) : result(client.POST('/teams', { body })));
      await fresh.all();
    },
    check: (key, values) => (key === 'name' ? (values.name.trim() ? undefined : t('settings.required')) : check(key, values)),
    onSaved: () => void (team ? undefined : navigate('/settings/teams')),
  });
  const title = team?.name ?? t('settings.teams.new');
  const layers = workspace.data ? teamLayers(workspace.data) : [];
  return (
    <Page title={title} up={{ to: '/settings/teams', label: t('settings.pages.teams') }} onSubmit={form.submit}>
      <Section title={t('settings.teams.who')}>
        <Field name="name" label={t('settings.name')} error={form.errorOf('name')}>
          <TextInput aria-label={t('settings.name')} className={fieldClasses.wide} maxLength={100} value={form.values.name} autoFocus={!team} onChange={(event) => form.set('name', event.currentTarget.value)} />
        </Field>
        <Field name="members" label={t('settings.teams.members')} error={form.errorOf('members')}>
          <MultiSelect
            aria-label={t('settings.teams.members')}
            className={fieldClasses.wide}
            searchable
            nothingFoundMessage={t('settings.nobodyFound')}
            placeholder={form.values.members.length ? '' : t('settings.teams.choose')}
            data={(agents.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            value={form.values.members}
            onChange={(members) => form.set('members', members)}
          />
        </Field>
      </Section>
      {workspace.data && (
        <>
          <Section title={t('settings.pages.hours')}>
            {team && (
              <OverrideField
                scope="team"
                id={team.id}
                hours={team.settings.hours ?? workspace.data.settings.hours}
                override={team.override ?? (team.settings.hours ? undefined : workspace.data.override)}
                own={team.override !== undefined}
              />
            )}
            <OwnHours scope="team" own={form.values.hours} behind={workspace.data.settings.hours} from="workspace" set={(hours) => form.set('hours', hours)} error={form.errorOf('hours')} />
          </Section>
          <CallSettingsForm scope="team" own={form.values} layers={layers} set={form.set as CallFormProps['set']} errorOf={form.errorOf} teams={teams} sounds={sounds.data?.items ?? []} />
        </>
      )}
      {team && admin && (
        <Section title={t('settings.danger')}>
          <Danger
            label={t('settings.teams.remove')}
            title={t('settings.removeTitle', { name: team.name })}
            text={t('settings.teams.removeText')}
            run={() => result(client.DELETE('/teams/{id}', { params: { path: { id: team.id } } }))}
            onDone={() => void fresh.all().then(() => navigate('/settings/teams'))}
          />
        </Section>
      )}
      <SaveBar form={form} {...(team ? {} : { label: t('settings.teams.create') })} />
    </Page>
  );
}
