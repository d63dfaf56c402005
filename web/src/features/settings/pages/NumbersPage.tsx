import { Button, MultiSelect, Select, Switch, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconHash, IconPhonePlus, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { client, result } from '../../../shared/api/client';
import { useDisplay } from '../../../shared/format/useDisplay';
import { administers, useMe } from '../../../shared/session/me';
import { Empty } from '../../../shared/ui/Empty';
import { tellProblem } from '../../../shared/ui/problems';
import { callSettingsOf, numberLayers } from '../callSettings';
import { Danger } from '../Danger';
import { behind } from '../form/callFields';
import { CallSettingsForm, type CallFormProps } from '../form/CallSettingsForm';
import { Field } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { OverrideField } from '../form/OverrideField';
import { OwnHours } from '../form/OwnHours';
import { useCheck } from '../form/useCheck';
import { useSay } from '../form/useSay';
import { Gone } from '../Gone';
import { Loaded, Page, Section } from '../Page';
import { agentsQuery, numbersQuery, settingsQuery, soundsQuery, teamsQuery, trunksQuery, useFresh, type BusinessNumber, type CallSettings, type Team } from '../queries';
import { Row, Rows } from '../Rows';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';

export default function NumbersPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const query = useQuery(numbersQuery);
  return (
    <Loaded query={query} title={t('settings.pages.numbers')}>
      {({ items }) => {
        if (!id) return <Numbers numbers={items} />;
        const number = items.find((each) => each.id === id);
        return id === 'new' || number ? <NumberForm number={number} /> : <Gone to="/settings/numbers" label={t('settings.pages.numbers')} />;
      }}
    </Loaded>
  );
}

function Numbers({ numbers }: { numbers: readonly BusinessNumber[] }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const teams = useQuery(teamsQuery).data?.items ?? [];
  const workspace = useQuery(settingsQuery).data;
  const { teamName } = useSay(teams);
  const add = (
    <Button component={Link} to="/settings/numbers/new" leftSection={<IconPlus size={16} />}>
      {t('settings.numbers.add')}
    </Button>
  );
  return (
    <Page title={t('settings.pages.numbers')} lead={t('settings.numbers.lead')} action={add}>
      {numbers.length === 0 ? (
        <Empty icon={IconHash} title={t('settings.numbers.none')} text={t('settings.numbers.noneHint')} />
      ) : (
        <Rows label={t('settings.pages.numbers')}>
          {numbers.map((number) => (
            <Row
              key={number.id}
              to={`/settings/numbers/${number.id}`}
              name={number.label || display.number(number.number)}
              facts={
                <>
                  <span className="tabular">{display.number(number.number)}</span>
                  {workspace && ` · ${teamName(number.settings.team ?? workspace.settings.team)}`}
                  {number.record && ` · ${t('settings.numbers.recorded')}`}
                </>
              }
            />
          ))}
        </Rows>
      )}
    </Page>
  );
}

type NumberValues = CallSettings & { number: string; label: string; trunkId: string; record: boolean; allowedAgents: string[] };
const own = ['number', 'label', 'trunkId', 'record', 'allowedAgents'] as const;

function valuesOf(number: BusinessNumber | undefined): NumberValues {
  if (!number) return { number: '', label: '', trunkId: '', record: true, allowedAgents: [] };
  const { settings, label, trunkId, record, allowedAgents } = number;
  return { ...settings, number: number.number, label, trunkId, record, allowedAgents };
}

/** Lets the engine call the number as a customer would. */
function TestCall({ id }: { id: string }) {
  const { t } = useTranslation();
  const call = useMutation({
    mutationFn: () => result(client.POST('/calls/test', { body: { numberId: id } })),
    onSuccess: () => notifications.show({ message: t('settings.numbers.testSent') }),
    onError: tellProblem,
  });
  return (
    <Button variant="default" leftSection={<IconPhonePlus size={16} />} loading={call.isPending} onClick={() => call.mutate()}>
      {t('settings.numbers.test')}
    </Button>
  );
}

function NumberForm({ number }: { number: BusinessNumber | undefined }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const admin = administers(useMe());
  const navigate = useNavigate();
  const fresh = useFresh();
  const check = useCheck();
  const form = usePageForm<NumberValues>({
    saved: valuesOf(number),
    ...(number && { fresh: async () => valuesOf((await fresh.one<{ items: BusinessNumber[] }>(numbersQuery)).items.find(({ id }) => id === number.id)) }),
    save: async (values) => {
      const { trunkId, label, record, allowedAgents } = values;
      const body = { trunkId, label: label.trim(), record, allowedAgents, settings: callSettingsOf(values, own) };
      await (number ? result(client.PATCH('/numbers/{id}', { params: { path: { id: number.id } }, body })) : result(client.POST('/numbers', { body: { ...body, number: values.number.trim() } })));
      await fresh.all();
    },
    check: (key, values) => (key === 'number' || key === 'trunkId' ? (values[key].trim() ? undefined : t('settings.required')) : check(key, values)),
    onSaved: () => void (number ? undefined : navigate('/settings/numbers')),
  });
  return (
    <Page
      title={number ? number.label || display.number(number.number) : t('settings.numbers.new')}
      lead={number?.label ? display.number(number.number) : undefined}
      up={{ to: '/settings/numbers', label: t('settings.pages.numbers') }}
      action={number && <TestCall id={number.id} />}
      onSubmit={form.submit}
    >
      <NumberItself form={form} isNew={!number} />
      <NumberRouting form={form} number={number} />
      {number && admin && (
        <Section title={t('settings.danger')}>
          <Danger
            label={t('settings.numbers.remove')}
            title={t('settings.removeTitle', { name: display.number(number.number) })}
            text={t('settings.numbers.removeText')}
            run={() => result(client.DELETE('/numbers/{id}', { params: { path: { id: number.id } } }))}
            onDone={() => void fresh.all().then(() => navigate('/settings/numbers'))}
          />
        </Section>
      )}
      <SaveBar form={form} {...(number ? {} : { label: t('settings.numbers.create') })} />
    </Page>
  );
}

type Form = ReturnType<typeof usePageForm<NumberValues>>;

function NumberItself({ form, isNew }: { form: Form; isNew: boolean }) {
  const { t } = useTranslation();
  const admin = administers(useMe());
  const trunks = useQuery({ ...trunksQuery, enabled: admin }).data?.items ?? [];
  const agents = useQuery(agentsQuery).data?.items ?? [];
  const { values, set, errorOf } = form;
  return (
    <Section title={t('settings.numbers.itself')}>
      {isNew && (
        <Field name="number" label={t('settings.numbers.number')} error={errorOf('number')}>
          <TextInput aria-label={t('settings.numbers.number')} type="tel" className={fieldClasses.wide} maxLength={40} value={values.number} placeholder="070-7666-0001" autoFocus onChange={(event) => set('number', event.currentTarget.value)} />
        </Field>
      )}
      <Field name="label" label={t('settings.name')} error={errorOf('label')}>
        <TextInput aria-label={t('settings.name')} className={fieldClasses.wide} maxLength={100} value={values.label} placeholder={t('settings.numbers.labelHint')} onChange={(event) => set('label', event.currentTarget.value)} />
      </Field>
      {admin && (
        <Field name="trunkId" label={t('settings.numbers.trunk')} error={errorOf('trunkId')}>
          <Select aria-label={t('settings.numbers.trunk')} className={fieldClasses.wide} data={trunks.map(({ id, name }) => ({ value: id, label: name }))} value={values.trunkId || null} allowDeselect={false} placeholder={t('settings.numbers.chooseTrunk')} onChange={(id) => id && set('trunkId', id)} />
        </Field>
      )}
      <Field name="record" label={t('settings.numbers.recording')} error={errorOf('record')}>
        <Switch checked={values.record} label={t('settings.numbers.record')} onChange={(event) => set('record', event.currentTarget.checked)} />
      </Field>
      <Field name="allowedAgents" label={t('settings.numbers.shownBy')} error={errorOf('allowedAgents')} under={t('settings.numbers.shownByHint')}>
        <MultiSelect
          aria-label={t('settings.numbers.shownBy')}
          className={fieldClasses.wide}
          searchable
          nothingFoundMessage={t('settings.nobodyFound')}
          placeholder={values.allowedAgents.length ? '' : t('settings.numbers.everybody')}
          data={agents.map(({ id, name }) => ({ value: id, label: name }))}
          value={values.allowedAgents}
          onChange={(ids) => set('allowedAgents', ids)}
        />
      </Field>
    </Section>
  );
}

function NumberRouting({ form, number }: { form: Form; number: BusinessNumber | undefined }) {
  const { t } = useTranslation();
  const admin = administers(useMe());
  const workspace = useQuery(settingsQuery).data;
  const teams: readonly Team[] = useQuery(teamsQuery).data?.items ?? [];
  const sounds = useQuery({ ...soundsQuery, enabled: admin }).data?.items ?? [];
  if (!workspace) return null;
  const layers = numberLayers(form.values, teams, workspace);
  const hours = behind(layers, 'hours');
  const teamOf = teams.find(({ id }) => id === (form.values.team ?? workspace.settings.team));
  const switched = number?.override ?? (number?.settings.hours ? undefined : (teamOf?.override ?? (teamOf?.settings.hours ? undefined : workspace.override)));
  return (
    <>
      <Section title={t('settings.pages.hours')}>
        {number && <OverrideField scope="number" id={number.id} hours={number.settings.hours ?? hours.value} override={switched} own={number.override !== undefined} />}
        <OwnHours scope="number" own={form.values.hours} behind={hours.value} from={hours.of} set={(value) => form.set('hours', value)} error={form.errorOf('hours')} />
      </Section>
      <CallSettingsForm scope="number" own={form.values} layers={layers} set={form.set as CallFormProps['set']} errorOf={form.errorOf} teams={teams} sounds={sounds} />
    </>
  );
}
