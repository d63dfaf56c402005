import { Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getCountries } from 'libphonenumber-js/min';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../../shared/api/client';
import { meQuery } from '../../../shared/session/me';
import { Field } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { Loaded, Page, Section } from '../Page';
import { useFresh, workspaceQuery, type Workspace } from '../queries';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';

export default function WorkspacePage() {
  const { t } = useTranslation();
  const query = useQuery(workspaceQuery);
  return (
    <Loaded query={query} title={t('settings.pages.workspace')}>
      {(saved) => <WorkspaceForm saved={saved} />}
    </Loaded>
  );
}

type Values = Omit<Workspace, 'id'>;
const valuesOf = ({ name, language, country, timeZone }: Workspace): Values => ({ name, language, country, timeZone });

const shownZones = 60;

function WorkspaceForm({ saved }: { saved: Workspace }) {
  const { t, i18n } = useTranslation();
  const fresh = useFresh();
  const queries = useQueryClient();
  const form = usePageForm<Values>({
    saved: valuesOf(saved),
    fresh: async () => valuesOf(await fresh.one<Workspace>(workspaceQuery)),
    save: async (_, edits) => {
      await result(client.PATCH('/workspace', { body: { ...edits, ...(edits.name !== undefined && { name: edits.name.trim() }) } }));
      // Its name and time zone stand elsewhere, too.
      await queries.invalidateQueries({ queryKey: meQuery.queryKey });
    },
    check: (key, values) => (key === 'name' && !values.name.trim() ? t('settings.required') : undefined),
  });
  const { values, set, errorOf } = form;
  const countries = useMemo(() => {
    const names = new Intl.DisplayNames([i18n.language], { type: 'region' });
    return getCountries()
      .map((value) => ({ value, label: `${names.of(value) ?? value} (${value})` }))
      .sort((a, b) => a.label.localeCompare(b.label, i18n.language));
  }, [i18n.language]);
  const zones = useMemo(() => [...new Set([...Intl.supportedValuesOf('timeZone'), saved.timeZone])].sort(), [saved.timeZone]);
  return (
    <Page title={t('settings.pages.workspace')} lead={t('settings.workspace.lead')} onSubmit={form.submit}>
      <Section title={t('settings.workspace.itself')}>
        <Field name="name" label={t('settings.name')} error={errorOf('name')}>
          <TextInput aria-label={t('settings.name')} className={fieldClasses.wide} maxLength={100} value={values.name} onChange={(event) => set('name', event.currentTarget.value)} />
        </Field>
        <Field name="language" label={t('settings.workspace.language')} error={errorOf('language')} under={t('settings.workspace.languageHint')}>
          <Select
            aria-label={t('settings.workspace.language')}
            className={fieldClasses.wide}
            data={(['ko', 'en'] as const).map((value) => ({ value, label: t(`settings.call.languages.${value}`) }))}
            value={values.language}
            allowDeselect={false}
            onChange={(value) => value && set('language', value)}
          />
        </Field>
        <Field name="country" label={t('settings.workspace.country')} error={errorOf('country')} under={t('settings.workspace.countryHint')}>
          <Select
            aria-label={t('settings.workspace.country')}
            className={fieldClasses.wide}
            searchable
            nothingFoundMessage={t('settings.nothing')}
            data={countries}
            value={values.country}
            allowDeselect={false}
            onChange={(value) => value && set('country', value)}
          />
        </Field>
        <Field name="timeZone" label={t('settings.workspace.timeZone')} error={errorOf('timeZone')} under={t('settings.workspace.timeZoneHint')}>
          <Select
            aria-label={t('settings.workspace.timeZone')}
            className={fieldClasses.wide}
            searchable
            limit={shownZones}
            nothingFoundMessage={t('settings.nothing')}
            data={zones}
            value={values.timeZone}
            allowDeselect={false}
            onChange={(value) => value && set('timeZone', value)}
          />
        </Field>
      </Section>
      <SaveBar form={form} />
    </Page>
  );
}
