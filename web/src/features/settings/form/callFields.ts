import type { CallSettings } from '../queries';

export type Scope = 'workspace' | 'team' | 'number';
export type SectionName = 'ring' | 'queue' | 'message' | 'greeting' | 'after' | 'limits';
export type CallField = Exclude<keyof CallSettings, 'hours'>;
type Of<T> = { [K in CallField]-?: NonNullable<CallSettings[K]> extends T ? K : never }[CallField];
export type NumberField = Exclude<Of<number>, never>;
export type SwitchField = Of<boolean>;
export type KeyField = 'callbackKey' | 'voicemailKey';

interface Common {
  section: SectionName;
  /** Where it can be said; everywhere when left out. */
  scopes?: readonly Scope[];
}
export type CallFieldSpec = Common &
  (
    | { key: NumberField; kind: 'number'; min: number; max: number; /** The value that means "never", which has words of its own. */ off?: number }
    | { key: SwitchField; kind: 'switch' }
    | { key: 'strategy'; kind: 'strategy' }
    | { key: 'language'; kind: 'language' }
    | { key: 'greeting'; kind: 'greeting' }
    | { key: 'team'; kind: 'team' }
    | { key: 'fallback'; kind: 'fallback' }
    | { key: 'skills'; kind: 'skills' }
    | { key: KeyField; kind: 'key' }
    | { key: 'voicemailOn'; kind: 'reasons' }
  );

/** Everything that settings say of a call but the hours, in the order in which a call meets it. */
export const callFields: readonly CallFieldSpec[] = [
  { section: 'greeting', key: 'language', kind: 'language' },
  { section: 'greeting', key: 'greeting', kind: 'greeting' },
  { section: 'greeting', key: 'monitored', kind: 'switch' },
  { section: 'greeting', key: 'turnAway', kind: 'switch' },
  { section: 'ring', key: 'team', kind: 'team', scopes: ['workspace', 'number'] },
  { section: 'ring', key: 'automatic', kind: 'switch' },
  { section: 'ring', key: 'strategy', kind: 'strategy' },
  { section: 'ring', key: 'ringSeconds', kind: 'number', min: 5, max: 120 },
  { section: 'ring', key: 'rounds', kind: 'number', min: 1, max: 10 },
  { section: 'ring', key: 'skills', kind: 'skills' },
  { section: 'ring', key: 'fallback', kind: 'fallback' },
  { section: 'ring', key: 'assignSilently', kind: 'switch' },
  { section: 'queue', key: 'queueCalls', kind: 'number', min: 0, max: 1000 },
  { section: 'queue', key: 'queueSeconds', kind: 'number', min: 1, max: 7200 },
  { section: 'queue', key: 'announceSeconds', kind: 'number', min: 10, max: 600, off: -1 },
  { section: 'queue', key: 'priority', kind: 'number', min: 0, max: 9 },
  { section: 'queue', key: 'callbackKey', kind: 'key' },
  { section: 'message', key: 'voicemailKey', kind: 'key' },
  { section: 'message', key: 'voicemailOn', kind: 'reasons' },
  { section: 'message', key: 'voicemailSeconds', kind: 'number', min: 10, max: 600 },
  { section: 'after', key: 'wrapUpSeconds', kind: 'number', min: 1, max: 3600, off: 0 },
  { section: 'after', key: 'survey', kind: 'switch' },
  { section: 'after', key: 'joinMuted', kind: 'switch' },
  { section: 'after', key: 'blockDays', kind: 'number', min: 1, max: 365 },
  { section: 'limits', key: 'inboundPerMinute', kind: 'number', min: 1, max: 100_000, off: 0, scopes: ['workspace'] },
];

export const sections: readonly SectionName[] = ['greeting', 'ring', 'queue', 'message', 'after', 'limits'];

export const strategies = ['longestIdle', 'roundRobin', 'fewestToday', 'skillPriority'] as const;
export const messageReasons = ['notInOperation', 'noOperator', 'exceededQueue', 'abandonedInQueue', 'ringTimeOver'] as const;
export const phoneKeys = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'] as const;

/** Settings that hold where something is left open, and whose they are. */
export interface Layer {
  of: 'default' | 'workspace' | 'team';
  settings: CallSettings;
}

/** What holds for a matter without the settings in front of `layers`, the nearest first. */
export function behind<K extends keyof CallSettings>(layers: readonly Layer[], key: K): { value: CallSettings[K]; of: Layer['of'] } {
  const layer = layers.find(({ settings }) => settings[key] !== undefined);
  return { value: layer?.settings[key], of: layer?.of ?? 'default' };
}
