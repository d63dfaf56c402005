import { MultiSelect, NumberInput, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getCountries } from 'libphonenumber-js/min';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../../shared/api/client';
import { Field, Sentence } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { Loaded, Page, Section } from '../Page';
import { outboundQuery, useFresh, type Caps, type OutboundSettings } from '../queries';
import { SaveBar } from '../SaveBar';
import { usePageForm, type PageForm } from '../usePageForm';
import { Rates } from './Rates';

export default function OutboundPage() {
  const { t } = useTranslation();
  const query = useQuery(outboundQuery);
  return (
    <Loaded query={query} title={t('settings.pages.outbound')}>
      {(saved) => <OutboundForm saved={saved} />}
    </Loaded>
  );
}

const capsLimits: Record<keyof Caps, number> = { callsPerSecond: 100, calls: 10_000, minutesPerDay: 10_000_000, costPerDay: 1_000_000_000 };
const capNames = Object.keys(capsLimits) as (keyof Caps)[];

function OutboundForm({ saved }: { saved: OutboundSettings }) {
  const { t } = useTranslation();
  const fresh = useFresh();
  const form = usePageForm<OutboundSettings>({
    saved,
    fresh: () => fresh.one<OutboundSettings>(outboundQuery),
    save: (body) => result(client.PUT('/outbound/settings', { body })),
    check: (key, values) => {
      if (key === 'increment') return within(values.increment, 1, 60) ? undefined : t('settings.between', { min: 1, max: 60 });
      if (key === 'maxSeconds') return within(values.maxSeconds, 60, 86_400) ? undefined : t('settings.between', { min: 1, max: 1440 });
      if (key !== 'agentCaps' && key !== 'workspaceCaps') return undefined;
      return capNames.every((name) => within(values[key][name], 0, capsLimits[name])) ? undefined : t('settings.outbound.capsWrong');
    },
  });
  return (
    <Page title={t('settings.pages.outbound')} lead={t('settings.outbound.lead')} onSubmit={form.submit}>
      <Where form={form} />
      <Section title={t('settings.outbound.charging')}>
        <NumberLine name="increment" form={form} factor={1} />
        <NumberLine name="maxSeconds" form={form} factor={60} />
      </Section>
      <CapsPart name="agentCaps" form={form} />
      <CapsPart name="workspaceCaps" form={form} />
      <SaveBar form={form} />
      <Rates />
    </Page>
  );
}

const within = (value: number, min: number, max: number) => value >= min && value <= max;

interface PartProps {
  form: PageForm<OutboundSettings>;
}

function Where({ form: { values, set, errorOf } }: PartProps) {
  const { t, i18n } = useTranslation();
  const countries = useMemo(() => {
    const names = new Intl.DisplayNames([i18n.language], { type: 'region' });
    return getCountries()
      .map((value) => ({ value: value, label: `${names.of(value) ?? value} (${value})` }))
      .sort((a, b) => a.label.localeCompare(b.label, i18n.language));
  }, [i18n.language]);
  return (
    <Section title={t('settings.outbound.where')} text={t('settings.outbound.emergency')}>
      <Field name="national" label={t('settings.outbound.nationalLabel')} error={errorOf('national')}>
        <Switch checked={values.national} label={t('settings.outbound.national')} onChange={(event) => set('national', event.currentTarget.checked)} />
      </Field>
      <Field name="countries" label={t('settings.outbound.countries')} error={errorOf('countries')} under={t('settings.outbound.countriesHint')}>
        <MultiSelect
          aria-label={t('settings.outbound.countries')}
          className={fieldClasses.wide}
          searchable
          limit={60}
          nothingFoundMessage={t('settings.nothing')}
          placeholder={values.countries.length ? '' : t('settings.outbound.noCountries')}
          data={countries}
          value={values.countries}
          onChange={(list) => set('countries', list)}
        />
      </Field>
      <Field name="premium" label={t('settings.outbound.premiumLabel')} error={errorOf('premium')}>
        <Switch checked={values.premium} label={t('settings.outbound.premium')} onChange={(event) => set('premium', event.currentTarget.checked)} />
      </Field>
    </Section>
  );
}

function NumberLine({ name, form, factor }: PartProps & { name: 'increment' | 'maxSeconds'; factor: number }) {
  const { t } = useTranslation();
  const value = form.values[name] / factor;
  return (
    <Field name={name} label={t(`settings.outbound.fields.${name}`)} error={form.errorOf(name)}>
      <Sentence text={t(`settings.outbound.sentences.${name}`)}>
        <NumberInput
          aria-label={t(`settings.outbound.fields.${name}`)}
          className={fieldClasses.number}
          hideControls
          decimalScale={2}
          allowNegative={false}
          value={Number.isNaN(value) ? '' : value}
          onChange={(typed) => form.set(name, typeof typed === 'number' ? Math.round(typed * factor) : Number.NaN)}
        />
      </Sentence>
    </Field>
  );
}

function CapsPart({ name, form }: PartProps & { name: 'agentCaps' | 'workspaceCaps' }) {
  const { t } = useTranslation();
  const caps = form.values[name];
  return (
    <Section title={t(`settings.outbound.${name}`)} text={t('settings.trunks.capsHint')}>
      <Field name={name} label={t('settings.outbound.most')} error={form.errorOf(name)}>
        {capNames.map((cap) => (
          <div key={cap} className={fieldClasses.line}>
            <Sentence text={t(`settings.outbound.caps.${cap}`)}>
            <NumberInput
              aria-label={t(`settings.outbound.capNames.${cap}`)}
              w={120}
              hideControls
              allowDecimal={false}
              allowNegative={false}
              thousandSeparator
              value={Number.isNaN(caps[cap]) ? '' : caps[cap]}
              onChange={(typed) => form.set(name, { ...caps, [cap]: typeof typed === 'number' ? typed : Number.NaN })}
            />
            </Sentence>
          </div>
        ))}
      </Field>
    </Section>
  );
}
