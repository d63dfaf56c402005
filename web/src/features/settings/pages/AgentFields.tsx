import { MultiSelect, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Agent } from '../../../shared/api/types';
import { useMe } from '../../../shared/session/me';
import { Field, Sentence } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { SkillsField } from '../form/SkillsField';
import { Section } from '../Page';
import { settingsQuery, teamsQuery } from '../queries';
import type { PageForm } from '../usePageForm';

export interface AgentValues {
  name: string;
  role: Agent['role'];
  seat: boolean;
  placesCalls: boolean;
  supervises: boolean;
  ringSeconds: number;
  skills: Record<string, number>;
  teams: string[];
}

const shortestRing = 5;
const longestRing = 120;
const usualRing = 20;

/** What is wrong with an agent's values. */
export function useCheckAgent() {
  const { t } = useTranslation();
  return (key: string, values: AgentValues): string | undefined => {
    if (key === 'name') return values.name.trim() ? undefined : t('settings.required');
    if (key !== 'ringSeconds' || values.ringSeconds === 0) return undefined;
    return values.ringSeconds >= shortestRing && values.ringSeconds <= longestRing ? undefined : t('settings.between', { min: shortestRing, max: longestRing });
  };
}

/** The form of an agent, or of one who is invited. */
type Form = Pick<PageForm<AgentValues>, 'values' | 'set' | 'errorOf'>;

/** Who they are, and what they may do. */
export function Person({ form: { values, set, errorOf } }: { form: Form }) {
  const { t } = useTranslation();
  const me = useMe();
  const roles = (['owner', 'admin', 'agent'] as const).filter((role) => role !== 'owner' || me.role === 'owner' || values.role === 'owner');
  const supervisesAnyway = values.role !== 'agent';
  return (
    <Section title={t('settings.agents.person')}>
      <Field name="name" label={t('settings.name')} error={errorOf('name')}>
        <TextInput aria-label={t('settings.name')} className={fieldClasses.wide} maxLength={100} value={values.name} onChange={(event) => set('name', event.currentTarget.value)} />
      </Field>
      <Field name="role" label={t('settings.agents.role')} error={errorOf('role')} under={t(`settings.agents.roleHints.${values.role}`)}>
        <Select
          aria-label={t('settings.agents.role')}
          className={fieldClasses.wide}
          data={roles.map((role) => ({ value: role, label: t(`settings.agents.roles.${role}`) }))}
          value={values.role}
          allowDeselect={false}
          onChange={(role) => role && set('role', role)}
        />
      </Field>
      <Field name="seat" label={t('settings.agents.seat')} error={errorOf('seat')}>
        <Switch checked={values.seat} label={t('settings.agents.hasSeat')} onChange={(event) => set('seat', event.currentTarget.checked)} />
      </Field>
      <Field name="placesCalls" label={t('settings.agents.may')} error={errorOf('placesCalls')}>
        <Switch checked={values.placesCalls} label={t('settings.agents.placesCalls')} onChange={(event) => set('placesCalls', event.currentTarget.checked)} />
      </Field>
      <Field name="supervises" label="" error={errorOf('supervises')} under={supervisesAnyway ? t('settings.agents.supervisesAnyway') : undefined}>
        <Switch checked={values.supervises || supervisesAnyway} disabled={supervisesAnyway} label={t('settings.agents.supervises')} onChange={(event) => set('supervises', event.currentTarget.checked)} />
      </Field>
    </Section>
  );
}

/** What they are offered. */
export function Offers({ form: { values, set, errorOf } }: { form: Form }) {
  const { t } = useTranslation();
  const teams = useQuery(teamsQuery).data?.items ?? [];
  const workspace = useQuery(settingsQuery).data;
  const usual = workspace?.settings.ringSeconds ?? workspace?.defaults.ringSeconds ?? usualRing;
  const own = values.ringSeconds !== 0;
  return (
    <Section title={t('settings.agents.offers')}>
      <Field name="teams" label={t('settings.pages.teams')} error={errorOf('teams')}>
        <MultiSelect
          aria-label={t('settings.pages.teams')}
          className={fieldClasses.wide}
          searchable
          nothingFoundMessage={t('settings.nothing')}
          placeholder={values.teams.length ? '' : t('settings.agents.noTeams')}
          data={teams.map(({ id, name }) => ({ value: id, label: name }))}
          value={values.teams}
          onChange={(ids) => set('teams', ids)}
        />
      </Field>
      <Field name="ringSeconds" label={t('settings.agents.ring')} error={errorOf('ringSeconds')} under={own ? undefined : t('settings.agents.usualRing', { n: usual })}>
        <Switch checked={own} label={own ? undefined : t('settings.agents.ownRing')} aria-label={t('settings.agents.ownRing')} onChange={(event) => set('ringSeconds', event.currentTarget.checked ? usual : 0)} />
        {own && (
          <Sentence text={t('settings.agents.ringText')}>
            <NumberInput
              aria-label={t('settings.agents.ring')}
              className={fieldClasses.number}
              hideControls
              allowDecimal={false}
              allowNegative={false}
              value={Number.isNaN(values.ringSeconds) ? '' : values.ringSeconds}
              onChange={(value) => set('ringSeconds', typeof value === 'number' && value !== 0 ? value : Number.NaN)}
            />
          </Sentence>
        )}
      </Field>
      <Field name="skills" label={t('settings.skills.title')} error={errorOf('skills')} under={t('settings.skills.hint')}>
        <SkillsField skills={values.skills} set={(skills) => set('skills', skills)} />
      </Field>
    </Section>
  );
}
