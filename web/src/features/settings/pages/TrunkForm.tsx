import { MultiSelect, NumberInput, PasswordInput, Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { client, result } from '../../../shared/api/client';
import { Danger } from '../Danger';
import { Field, Sentence } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { Page, Section } from '../Page';
import { trunksQuery, useFresh, type Trunk, type TrunkUpdate } from '../queries';
import { SaveBar } from '../SaveBar';
import { usePageForm, type PageForm } from '../usePageForm';
import { TrunkStateLine } from './TrunkStateLine';

const texts = ['name', 'remote', 'username', 'password', 'fromDomain'] as const;
const numbers = ['firstAnswerSeconds', 'maxCalls', 'callsPerSecond', 'minutesPerDay', 'costPerDay'] as const;

type TrunkValues = Required<Omit<TrunkUpdate, 'position'>>;

/** What a trunk begins with; as the server's own defaults. */
const fresh = { hosts: [], codecs: [], international: ['+82707666xxxx', '+82707174xxxx', '+82704769xxxx', '+82704768xxxx'], callerIdStyle: 'e164', dtmf: 'auto', transport: 'udp', mediaEncryption: 'none', register: false } as const;
const freshNumbers = { firstAnswerSeconds: 6, maxCalls: 30, callsPerSecond: 10, minutesPerDay: 15_000, costPerDay: 1_500_000 };

function valuesOf(trunk: Trunk | undefined): TrunkValues {
  if (!trunk) return { ...fresh, ...freshNumbers, name: '', remote: '', username: '', password: '', fromDomain: '', hosts: [], codecs: [], international: [...fresh.international] };
  const { name, hosts, remote, register, username, fromDomain, codecs, international, callerIdStyle, dtmf, transport, mediaEncryption, firstAnswerSeconds, maxCalls, callsPerSecond, minutesPerDay, costPerDay } = trunk;
  return { name, hosts, remote, register, username, password: '', fromDomain, codecs, international, callerIdStyle, dtmf, transport, mediaEncryption, firstAnswerSeconds, maxCalls, callsPerSecond, minutesPerDay, costPerDay };
}

const limits: Record<(typeof numbers)[number], { min: number; max: number }> = {
  firstAnswerSeconds: { min: 1, max: 32 },
  maxCalls: { min: 0, max: 10_000 },
  callsPerSecond: { min: 0, max: 100 },
  minutesPerDay: { min: 0, max: 10_000_000 },
  costPerDay: { min: 0, max: 1_000_000_000 },
};

const isNumber = (key: string): key is (typeof numbers)[number] => (numbers as readonly string[]).includes(key);
const isText = (key: string): key is (typeof texts)[number] => (texts as readonly string[]).includes(key);

/** A connection to a carrier. */
export function TrunkForm({ trunk }: { trunk: Trunk | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const refresh = useFresh();
  const form = usePageForm<TrunkValues>({
    saved: valuesOf(trunk),
    ...(trunk && { fresh: async () => valuesOf((await refresh.one<{ items: Trunk[] }>(trunksQuery)).items.find(({ id }) => id === trunk.id)) }),
    save: async (values, edits) => {
      const body = Object.fromEntries(Object.entries(edits).map(([key, value]) => [key, isText(key) && key !== 'password' && typeof value === 'string' ? value.trim() : value])) as TrunkUpdate;
      await (trunk ? result(client.PATCH('/trunks/{id}', { params: { path: { id: trunk.id } }, body })) : result(client.POST('/trunks', { body: { ...body, name: values.name.trim() } })));
      await refresh.all();
    },
    check: (key, values) => {
      if (key === 'name') return values.name.trim() ? undefined : t('settings.required');
      if (!isNumber(key)) return undefined;
      const { min, max } = limits[key];
      return values[key] >= min && values[key] <= max ? undefined : t('settings.between', { min, max });
    },
    onSaved: () => void (trunk ? undefined : navigate('/settings/trunks')),
  });
  return (
    <Page title={trunk?.name ?? t('settings.trunks.new')} up={{ to: '/settings/trunks', label: t('settings.pages.trunks') }} onSubmit={form.submit}>
      {trunk && <TrunkStateLine trunk={trunk} />}
      <Inbound form={form} />
      <Outbound form={form} hasPassword={trunk?.hasPassword ?? false} />
      <Protection form={form} />
      <Section title={t('settings.trunks.caps')} text={t('settings.trunks.capsHint')}>
        {(['maxCalls', 'callsPerSecond', 'minutesPerDay', 'costPerDay'] as const).map((key) => (
          <NumberLine key={key} name={key} form={form} />
        ))}
      </Section>
      {trunk && (
        <Section title={t('settings.danger')}>
          <Danger
            label={t('settings.trunks.remove')}
            title={t('settings.removeTitle', { name: trunk.name })}
            text={t('settings.trunks.removeText')}
            run={() => result(client.DELETE('/trunks/{id}', { params: { path: { id: trunk.id } } }))}
            onDone={() => void refresh.all().then(() => navigate('/settings/trunks'))}
          />
        </Section>
      )}
      <SaveBar form={form} {...(trunk ? {} : { label: t('settings.trunks.create') })} />
    </Page>
  );
}

interface PartProps {
  form: PageForm<TrunkValues>;
}

function TextLine({ name, form, placeholder }: PartProps & { name: Exclude<(typeof texts)[number], 'password'>; placeholder?: string }) {
  const { t } = useTranslation();
  const label = t(`settings.trunks.fields.${name}`);
  return (
    <Field name={name} label={label} error={form.errorOf(name)}>
      <TextInput aria-label={label} className={fieldClasses.wide} maxLength={260} value={form.values[name]} placeholder={placeholder} spellCheck={false} onChange={(event) => form.set(name, event.currentTarget.value)} />
    </Field>
  );
}

function NumberLine({ name, form }: PartProps & { name: (typeof numbers)[number] }) {
  const { t } = useTranslation();
  const label = t(`settings.trunks.fields.${name}`);
  const value = form.values[name];
  return (
    <Field name={name} label={label} error={form.errorOf(name)}>
      <Sentence text={t(`settings.trunks.sentences.${name}`)}>
        <NumberInput
          aria-label={label}
          w={130}
          hideControls
          allowDecimal={false}
          allowNegative={false}
          thousandSeparator
          value={Number.isNaN(value) ? '' : value}
          onChange={(typed) => form.set(name, typeof typed === 'number' ? typed : Number.NaN)}
        />
      </Sentence>
    </Field>
  );
}

function ListLine({ name, form, placeholder, under }: PartProps & { name: 'hosts' | 'international'; placeholder: string; under: string }) {
  const { t } = useTranslation();
  const label = t(`settings.trunks.fields.${name}`);
  return (
    <Field name={name} label={label} error={form.errorOf(name)} under={under}>
      <TagsInput aria-label={label} className={fieldClasses.wide} value={form.values[name]} placeholder={form.values[name].length ? '' : placeholder} splitChars={[',', ' ', ';']} acceptValueOnBlur onChange={(list) => form.set(name, list)} />
    </Field>
  );
}

function Inbound({ form }: PartProps) {
  const { t } = useTranslation();
  return (
    <Section title={t('settings.trunks.inbound')}>
      <TextLine name="name" form={form} />
      <ListLine name="hosts" form={form} placeholder="203.0.113.5" under={t('settings.trunks.hostsHint')} />
    </Section>
  );
}

function Outbound({ form, hasPassword }: PartProps & { hasPassword: boolean }) {
  const { t } = useTranslation();
  const { values, set, errorOf } = form;
  return (
    <Section title={t('settings.trunks.outbound')}>
      <TextLine name="remote" form={form} placeholder="sip.example.com:5060" />
      <Field name="register" label={t('settings.trunks.fields.register')} error={errorOf('register')}>
        <Switch checked={values.register} label={t('settings.trunks.registers')} onChange={(event) => set('register', event.currentTarget.checked)} />
      </Field>
      <TextLine name="username" form={form} />
      <Field name="password" label={t('settings.trunks.fields.password')} error={errorOf('password')} under={hasPassword ? t('settings.trunks.hasPassword') : undefined}>
        <PasswordInput aria-label={t('settings.trunks.fields.password')} className={fieldClasses.wide} maxLength={128} autoComplete="new-password" value={values.password} placeholder={hasPassword ? '••••••••' : ''} onChange={(event) => set('password', event.currentTarget.value)} />
      </Field>
      <TextLine name="fromDomain" form={form} />
      <Field name="codecs" label={t('settings.trunks.fields.codecs')} error={errorOf('codecs')}>
        <MultiSelect aria-label={t('settings.trunks.fields.codecs')} className={fieldClasses.wide} data={['alaw', 'ulaw', 'g722', 'opus']} value={values.codecs} placeholder={values.codecs.length ? '' : 'alaw, ulaw'} onChange={(codecs) => set('codecs', codecs)} />
      </Field>
      <Field name="dtmf" label={t('settings.trunks.fields.dtmf')} error={errorOf('dtmf')}>
        <Select aria-label={t('settings.trunks.fields.dtmf')} className={fieldClasses.wide} allowDeselect={false} data={(['auto', 'rfc4733', 'info', 'inband'] as const).map((value) => ({ value, label: t(`settings.trunks.dtmf.${value}`) }))} value={values.dtmf} onChange={(value) => value && set('dtmf', value)} />
      </Field>
      <Field name="callerIdStyle" label={t('settings.trunks.fields.callerIdStyle')} error={errorOf('callerIdStyle')}>
        <Select aria-label={t('settings.trunks.fields.callerIdStyle')} className={fieldClasses.wide} allowDeselect={false} data={(['e164', 'national'] as const).map((value) => ({ value, label: t(`settings.trunks.styles.${value}`) }))} value={values.callerIdStyle} onChange={(value) => value && set('callerIdStyle', value)} />
      </Field>
      <ListLine name="international" form={form} placeholder="+82707666xxxx" under={t('settings.trunks.internationalHint')} />
      <NumberLine name="firstAnswerSeconds" form={form} />
    </Section>
  );
}

/** What carries SIP, and whether the sound is encrypted: it is over TLS only, where nobody reads its keys. */
function Protection({ form }: PartProps) {
  const { t } = useTranslation();
  const { values, set, errorOf } = form;
  const choose = (transport: TrunkValues['transport']) => {
    set('transport', transport);
    if (transport !== 'tls') set('mediaEncryption', 'none');
  };
  return (
    <Section title={t('settings.trunks.protection')} text={t('settings.trunks.protectionHint')}>
      <Field name="transport" label={t('settings.trunks.fields.transport')} error={errorOf('transport')}>
        <Select aria-label={t('settings.trunks.fields.transport')} className={fieldClasses.wide} allowDeselect={false} data={(['udp', 'tcp', 'tls'] as const).map((value) => ({ value, label: t(`settings.trunks.transports.${value}`) }))} value={values.transport} onChange={(value) => value && choose(value)} />
      </Field>
      <Field name="mediaEncryption" label={t('settings.trunks.fields.mediaEncryption')} error={errorOf('mediaEncryption')}>
        <Select aria-label={t('settings.trunks.fields.mediaEncryption')} className={fieldClasses.wide} allowDeselect={false} disabled={values.transport !== 'tls'} data={(['none', 'sdes'] as const).map((value) => ({ value, label: t(`settings.trunks.encryptions.${value}`) }))} value={values.mediaEncryption} onChange={(value) => value && set('mediaEncryption', value)} />
      </Field>
    </Section>
  );
}
