import { useTranslation } from 'react-i18next';
import { administers, useMe } from '../../../shared/session/me';
import { Section } from '../Page';
import type { CallSettings, Sound, Team } from '../queries';
import type { ErrorOf } from '../usePageForm';
import { CallControl } from './CallControl';
import { behind, callFields, sections, type CallField, type CallFieldSpec, type Layer, type Scope, type SectionName } from './callFields';
import { Field, Sentence, Source } from './Field';
import fieldClasses from './Field.module.css';
import { useSay } from './useSay';

export interface CallFormProps {
  scope: Scope;
  /** What is set here. */
  own: CallSettings;
  /** What holds where nothing is, the nearest first. */
  layers: readonly Layer[];
  set: <K extends keyof CallSettings>(key: K, value: CallSettings[K]) => void;
  errorOf: (key: keyof CallSettings) => ErrorOf | undefined;
  teams: readonly Team[];
  sounds: readonly Sound[];
  only?: readonly SectionName[];
}

/** How calls are handled, for a workspace, a team or a number: each matter in a sentence, with where its value comes from (ADM-2). */
export function CallSettingsForm({ only = sections, ...props }: CallFormProps) {
  const { t } = useTranslation();
  return only.map((section) => {
    const fields = callFields.filter((field) => field.section === section && (field.scopes ?? [props.scope]).includes(props.scope));
    if (fields.length === 0) return null;
    return (
      <Section key={section} title={t(`settings.call.sections.${section}`)}>
        {fields.map((field) => (
          <CallRow key={field.key} field={field} {...props} />
        ))}
      </Section>
    );
  });
}

function CallRow({ field, scope, own, layers, set, errorOf, teams, sounds }: Omit<CallFormProps, 'only'> & { field: CallFieldSpec }) {
  const { t } = useTranslation();
  const may = administers(useMe());
  const { say } = useSay(teams);
  const { key } = field;
  const isOwn = own[key] !== undefined;
  const inherited = behind(layers, key);
  const behindSettings = { [key]: inherited.value } as CallSettings;
  const shown = isOwn ? own : behindSettings;
  // At the workspace everything is set here or is the default: there is nothing to take over first.
  const editable = may && (isOwn || scope === 'workspace');
  // What is read has its unit with it; only a switch needs its sentence.
  const around = field.kind === 'switch' ? `${t(`settings.call.fields.${field.key}.text`)}: |` : '|';
  const take = () => set(key, startOf(field, inherited.value));
  return (
    <Field
      name={key}
      label={t(`settings.call.fields.${key}.label`)}
      error={errorOf(key)}
      under={
        may || !isOwn ? (
          <Source own={isOwn} behind={say(key, behindSettings)} from={inherited.of} onOwn={editable || !may ? undefined : take} onReset={() => set(key, undefined)} />
        ) : undefined
      }
    >
      {editable ? (
        <CallControl field={field} settings={shown} set={set} label={t(`settings.call.fields.${key}.label`)} teams={teams} sounds={sounds} />
      ) : (
        <Sentence text={around}>
          <strong className={fieldClasses.value}>{say(key, shown)}</strong>
        </Sentence>
      )}
    </Field>
  );
}

/** A value to begin with where nothing holds: what is taken over must be something that can be sent. */
function startOf<K extends CallField>(field: CallFieldSpec, value: CallSettings[K]): CallSettings[K] {
  if (value !== undefined) return value;
  const start: CallSettings = { [field.key]: field.kind === 'key' || field.kind === 'greeting' ? 'none' : field.kind === 'skills' ? {} : field.kind === 'fallback' ? [] : field.kind === 'reasons' ? ['none'] : field.kind === 'switch' ? false : field.kind === 'team' ? '' : undefined };
  return start[field.key] as CallSettings[K];
}
