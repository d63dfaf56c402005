import { NumberInput, Radio, Select, Stack, Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallSettings, Sound, Team } from '../queries';
import { messageReasons, phoneKeys, strategies, type CallFieldSpec } from './callFields';
import { FallbackField } from './FallbackField';
import { Sentence } from './Field';
import classes from './Field.module.css';
import { SkillsField } from './SkillsField';

interface ControlProps {
  field: CallFieldSpec;
  settings: CallSettings;
  set: <K extends keyof CallSettings>(key: K, value: CallSettings[K]) => void;
  label: string;
  teams: readonly Team[];
  sounds: readonly Sound[];
}

const minute = 60;

/** What changes one matter of call settings. */
export function CallControl({ field, settings, set, label, teams, sounds }: ControlProps) {
  const { t } = useTranslation();
  switch (field.kind) {
    case 'number':
      return <NumberControl field={field} value={settings[field.key]} set={(value) => set(field.key, value)} label={label} />;
    case 'switch':
      return <Switch checked={settings[field.key] ?? false} label={t(`settings.call.fields.${field.key}.text`)} onChange={(event) => set(field.key, event.currentTarget.checked)} />;
    case 'strategy':
      return (
        <Radio.Group aria-label={label} value={settings.strategy ?? ''} onChange={(value) => set('strategy', value as CallSettings['strategy'])}>
          <Stack gap={8} py={7}>
            {strategies.map((strategy) => (
              <Radio key={strategy} value={strategy} label={t(`settings.call.strategies.${strategy}`)} />
            ))}
          </Stack>
        </Radio.Group>
      );
    case 'language':
      return (
        <Choice
          label={label}
          value={settings.language ?? 'ko'}
          options={(['ko', 'en'] as const).map((value) => ({ value, label: t(`settings.call.languages.${value}`) }))}
          onChange={(value) => set('language', value as 'ko' | 'en')}
        />
      );
    case 'greeting':
      return <Choice label={label} value={settings.greeting ?? 'none'} options={greetings(sounds, settings, t('settings.call.noSound'))} onChange={(value) => set('greeting', value)} />;
    case 'team':
      return (
        <Sentence text={t('settings.call.fields.team.text')}>
          <Choice
            label={label}
            value={settings.team ?? ''}
            options={[{ value: '', label: t('settings.call.everybody') }, ...teams.map(({ id, name }) => ({ value: id, label: name }))]}
            onChange={(value) => set('team', value || undefined)}
          />
        </Sentence>
      );
    case 'key':
      return (
        <Sentence text={t(`settings.call.fields.${field.key}.text`)}>
          <Choice
            label={label}
            value={settings[field.key] ?? 'none'}
            options={[{ value: 'none', label: t('settings.call.noKey') }, ...phoneKeys.map((key) => ({ value: key, label: key }))]}
            onChange={(value) => set(field.key, value)}
          />
        </Sentence>
      );
    case 'reasons':
      return <Reasons value={settings.voicemailOn ?? []} set={(value) => set('voicemailOn', value)} />;
    case 'fallback':
      return <FallbackField levels={settings.fallback ?? []} teams={teams} set={(levels) => set('fallback', levels.length ? levels : undefined)} />;
    case 'skills':
      return <SkillsField skills={settings.skills ?? {}} set={(skills) => set('skills', Object.keys(skills).length ? skills : undefined)} />;
  }
}

function NumberControl({ field, value, set, label }: { field: Extract<CallFieldSpec, { kind: 'number' }>; value: number | undefined; set: (value: number) => void; label: string }) {
  const { t } = useTranslation();
  // The unit stays while somebody types: 120 seconds do not become 2 minutes under the fingers.
  const [unit] = useState(() => (field.key === 'queueSeconds' && (value ?? 0) % minute === 0 ? minute : 1));
  const never = field.off !== undefined && value === field.off;
  const [last, setLast] = useState(never || value === undefined ? undefined : value);
  const text = unit === minute ? t('settings.call.fields.queueSeconds.minutes') : t(`settings.call.fields.${field.key}.text`);
  return (
    <>
      {field.off !== undefined && (
        <Switch
          checked={!never}
          aria-label={t('settings.call.numberOn', { label })}
          onChange={(event) => set(event.currentTarget.checked ? (last ?? Math.max(field.min, 30)) : (field.off ?? 0))}
        />
      )}
      {never ? (
        <span>{t('settings.call.never')}</span>
      ) : (
        <Sentence text={text}>
          <NumberInput
            aria-label={label}
            className={classes.number}
            hideControls
            allowDecimal={false}
            allowNegative={false}
            clampBehavior="none"
            value={value === undefined || Number.isNaN(value) ? '' : value / unit}
            onChange={(typed) => {
              const next = typeof typed === 'number' ? typed * unit : Number.NaN;
              setLast(next);
              set(next);
            }}
          />
        </Sentence>
      )}
    </>
  );
}

/** The sounds that can greet: what is chosen is among them even when it is gone. */
function greetings(sounds: readonly Sound[], { language = 'ko', greeting }: CallSettings, none: string) {
  const names = sounds.filter((sound) => sound.language === language && (sound.name.startsWith('greeting') || !sound.text)).map(({ name }) => name);
  const all = [...new Set(greeting && greeting !== 'none' ? [...names, greeting] : names)];
  return [{ value: 'none', label: none }, ...all.map((value) => ({ value, label: value }))];
}

interface ChoiceProps {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <Select
      aria-label={label}
      className={classes.wide}
      maw={300}
      data={options}
      value={value}
      allowDeselect={false}
      searchable={options.length > 12}
      onChange={(chosen) => chosen !== null && onChange(chosen)}
    />
  );
}

function Reasons({ value, set }: { value: readonly string[]; set: (value: NonNullable<CallSettings['voicemailOn']>) => void }) {
  const { t } = useTranslation();
  return (
    <Stack gap={8} py={7}>
      {messageReasons.map((reason) => (
        <Switch
          key={reason}
          size="xs"
          checked={value.includes(reason)}
          label={t(`settings.call.reasons.${reason}`)}
          onChange={(event) => {
            const next = messageReasons.filter((each) => (each === reason ? event.currentTarget.checked : value.includes(each)));
            set(next.length ? [...next] : ['none']);
          }}
        />
      ))}
    </Stack>
  );
}
