import { NumberInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../../shared/api/client';
import { Field, Sentence } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { Loaded, Page, Section } from '../Page';
import { retentionQuery, useFresh, type Retention } from '../queries';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';

export default function RetentionPage() {
  const { t } = useTranslation();
  const query = useQuery(retentionQuery);
  return (
    <Loaded query={query} title={t('settings.pages.retention')}>
      {(saved) => <RetentionForm saved={saved} />}
    </Loaded>
  );
}

/** As the contract's RetentionUpdate has them. */
const limits: Record<keyof Retention, readonly [number, number]> = { callMonths: [1, 6], recordingDays: [0, 190], auditDays: [30, 3650], sessionDays: [1, 90], changeHours: [1, 168] };
const names = Object.keys(limits) as (keyof Retention)[];
const hinted = ['callMonths', 'recordingDays', 'sessionDays'] as const;
const hasHint = (name: keyof Retention): name is (typeof hinted)[number] => hinted.some((each) => each === name);

function RetentionForm({ saved }: { saved: Retention }) {
  const { t } = useTranslation();
  const fresh = useFresh();
  const form = usePageForm<Retention>({
    saved,
    fresh: () => fresh.one<Retention>(retentionQuery),
    save: (_, body) => result(client.PATCH('/retention', { body })),
    check: (name, values) => {
      const [min, max] = limits[name];
      return values[name] >= min && values[name] <= max ? undefined : t('settings.between', { min, max });
    },
  });
  /** Whether saving deletes what is kept now; recordings without a time of their own are kept the longest. */
  const shortens = (name: keyof Retention): boolean => {
    const length = (value: number) => (name === 'recordingDays' && value === 0 ? Infinity : value);
    return name !== 'sessionDays' && length(form.values[name]) < length(saved[name]);
  };
  const under = (name: keyof Retention): string | undefined => {
    if (shortens(name)) return t('settings.retention.shorter');
    return hasHint(name) ? t(`settings.retention.hints.${name}`) : undefined;
  };
  return (
    <Page title={t('settings.pages.retention')} lead={t('settings.retention.lead')} onSubmit={form.submit}>
      <Section title={t('settings.retention.kept')} text={t('settings.retention.stays')}>
        {names.map((name) => (
          <Field key={name} name={name} label={t(`settings.retention.fields.${name}`)} error={form.errorOf(name)} under={under(name)}>
            <Sentence text={t(`settings.retention.sentences.${name}`)}>
              <NumberInput
                aria-label={t(`settings.retention.fields.${name}`)}
                className={fieldClasses.number}
                hideControls
                allowDecimal={false}
                allowNegative={false}
                value={Number.isNaN(form.values[name]) ? '' : form.values[name]}
                onChange={(value) => form.set(name, typeof value === 'number' ? value : Number.NaN)}
              />
            </Sentence>
          </Field>
        ))}
      </Section>
      <SaveBar form={form} />
    </Page>
  );
}
