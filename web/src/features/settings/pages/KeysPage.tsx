import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { client, result } from '../../../shared/api/client';
import { dayAndTime } from '../../../shared/format/time';
import { Empty } from '../../../shared/ui/Empty';
import { Danger } from '../Danger';
import { Field, Sentence } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { Gone } from '../Gone';
import { OneTime } from '../OneTime';
import { Loaded, Page, Section } from '../Page';
import { keysQuery, useFresh, type Key, type NewKey } from '../queries';
import { Row, Rows } from '../Rows';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';
import { BITemplates } from './BITemplates';

export default function KeysPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const query = useQuery(keysQuery);
  return (
    <Loaded query={query} title={t('settings.pages.keys')}>
      {({ items }) => {
        if (!id) return <Keys keys={items} />;
        if (id === 'new') return <NewKeyPage />;
        const key = items.find((each) => each.accessKey === id);
        return key ? <KeyForm saved={key} /> : <Gone to="/settings/keys" label={t('settings.pages.keys')} />;
      }}
    </Loaded>
  );
}

const list = '/settings/keys';
const usual = 600;
const most = 100_000;

function Keys({ keys }: { keys: readonly Key[] }) {
  const { t, i18n } = useTranslation();
  const add = (
    <Button component={Link} to={`${list}/new`} leftSection={<IconPlus size={16} />}>
      {t('settings.keys.add')}
    </Button>
  );
  return (
    <Page title={t('settings.pages.keys')} lead={t('settings.keys.lead')} action={add}>
      {keys.length === 0 ? (
        <Empty icon={IconKey} title={t('settings.keys.none')} text={t('settings.keys.noneHint')} />
      ) : (
        <Rows label={t('settings.pages.keys')}>
          {keys.map(({ accessKey, name, scope, perMinute, lastUsedAt }) => (
            <Row
              key={accessKey}
              to={`${list}/${accessKey}`}
              tone={lastUsedAt ? 'green' : 'grey'}
              name={name || accessKey}
              facts={[lastUsedAt ? t('settings.keys.used', { time: dayAndTime(lastUsedAt, i18n.language) }) : t('settings.keys.never'), t(`settings.keys.scopes.${scope}`), t('settings.keys.perMinuteFact', { n: perMinute })].join(' · ')}
            />
          ))}
        </Rows>
      )}
      <BITemplates />
    </Page>
  );
}

type Values = Pick<Key, 'name' | 'scope' | 'perMinute'>;

const valuesOf = ({ name, scope, perMinute }: Key): Values => ({ name, scope, perMinute });

/** What is wrong with a key's values. */
function useCheckKey() {
  const { t } = useTranslation();
  return (key: keyof Values, values: Values): string | undefined => {
    if (key === 'name') return values.name.trim() ? undefined : t('settings.required');
    if (key === 'perMinute') return values.perMinute >= 1 && values.perMinute <= most ? undefined : t('settings.between', { min: 1, max: most });
    return undefined;
  };
}

/** A new key; when it is made, its secret, once. */
function NewKeyPage() {
  const { t } = useTranslation();
  const fresh = useFresh();
  const [made, setMade] = useState<NewKey | undefined>();
  const form = usePageForm<Values>({
    saved: { name: '', scope: 'read', perMinute: usual },
    save: async (values) => {
      setMade(await result(client.POST('/keys', { body: { ...values, name: values.name.trim() } })));
      await fresh.all();
    },
    check: useCheckKey(),
  });
  const up = { to: list, label: t('settings.pages.keys') };
  if (made)
    return (
      <Page title={t('settings.keys.made', { name: made.key.name })} up={up}>
        <OneTime
          text={t('settings.keys.once')}
          values={[
            { label: t('settings.keys.accessKey'), value: made.key.accessKey },
            { label: t('settings.keys.secret'), value: made.secret },
          ]}
        />
        <Button component={Link} to={list} variant="default" mt={16}>
          {t('settings.keys.toKeys')}
        </Button>
      </Page>
    );
  return (
    <Page title={t('settings.keys.new')} up={up} onSubmit={form.submit}>
      <KeyFields form={form} autoFocus />
      <SaveBar form={form} label={t('settings.keys.create')} />
    </Page>
  );
}

function KeyForm({ saved }: { saved: Key }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const fresh = useFresh();
  const path = { params: { path: { id: saved.accessKey } } };
  const form = usePageForm<Values>({
    saved: valuesOf(saved),
    fresh: async () => {
      const now = (await fresh.one<{ items: Key[] }>(keysQuery)).items.find(({ accessKey }) => accessKey === saved.accessKey);
      return now && valuesOf(now);
    },
    save: (_, edits) => result(client.PATCH('/keys/{id}', { ...path, body: { ...edits, ...(edits.name !== undefined && { name: edits.name.trim() }) } })),
    check: useCheckKey(),
  });
  const name = saved.name || saved.accessKey;
  return (
    <Page title={name} up={{ to: list, label: t('settings.pages.keys') }} onSubmit={form.submit}>
      <KeyFields form={form} accessKey={saved.accessKey} />
      <Section title={t('settings.danger')}>
        <Danger
          label={t('settings.keys.remove')}
          title={t('settings.keys.removeTitle', { name })}
          text={t('settings.keys.removeText')}
          run={() => result(client.DELETE('/keys/{id}', path))}
          onDone={() => void fresh.all().then(() => navigate(list))}
        />
      </Section>
      <SaveBar form={form} />
    </Page>
  );
}

interface KeyFieldsProps {
  form: ReturnType<typeof usePageForm<Values>>;
  accessKey?: string;
  autoFocus?: boolean;
}

function KeyFields({ form: { values, set, errorOf }, accessKey, autoFocus = false }: KeyFieldsProps) {
  const { t } = useTranslation();
  return (
    <Section title={t('settings.keys.itself')}>
      <Field name="name" label={t('settings.name')} error={errorOf('name')}>
        <TextInput aria-label={t('settings.name')} className={fieldClasses.wide} placeholder={t('settings.keys.nameHint')} maxLength={100} value={values.name} autoFocus={autoFocus} onChange={(event) => set('name', event.currentTarget.value)} />
      </Field>
      <Field name="scope" label={t('settings.keys.scope')} error={errorOf('scope')} under={t(`settings.keys.scopeHints.${values.scope}`)}>
        <Select
          aria-label={t('settings.keys.scope')}
          className={fieldClasses.wide}
          data={(['read', 'calls', 'admin'] as const).map((value) => ({ value, label: t(`settings.keys.scopes.${value}`) }))}
          value={values.scope}
          allowDeselect={false}
          onChange={(value) => value && set('scope', value)}
        />
      </Field>
      <Field name="perMinute" label={t('settings.keys.perMinute')} error={errorOf('perMinute')}>
        <Sentence text={t('settings.keys.perMinuteText')}>
          <NumberInput
            aria-label={t('settings.keys.perMinute')}
            className={fieldClasses.number}
            hideControls
            allowDecimal={false}
            allowNegative={false}
            value={Number.isNaN(values.perMinute) ? '' : values.perMinute}
            onChange={(value) => set('perMinute', typeof value === 'number' ? value : Number.NaN)}
          />
        </Sentence>
      </Field>
      {accessKey && (
        <Field name="accessKey" label={t('settings.keys.accessKey')}>
          <code className={fieldClasses.value}>{accessKey}</code>
        </Field>
      )}
    </Section>
  );
}
