import { useTranslation } from 'react-i18next';
import type { CallSettings, Team } from '../queries';
import { callFields, type CallField } from './callFields';

/** How values of call settings are said in words. */
export function useSay(teams: readonly Team[]) {
  const { t } = useTranslation();
  const teamName = (id: string | undefined) => (id ? (teams.find((team) => team.id === id)?.name ?? t('settings.call.goneTeam')) : t('settings.call.everybody'));
  const soundName = (name: string) => (name === 'none' ? t('settings.call.noSound') : name);
  const keyName = (key: string) => (key === 'none' ? t('settings.call.noKey') : key);
  const number = (key: CallField, value: number): string => {
    const spec = callFields.find((field) => field.key === key);
    if (spec?.kind === 'number' && spec.off === value) return t('settings.call.never');
    if (Number.isNaN(value)) return '';
    if (key === 'queueSeconds' && value % 60 === 0) return t('settings.units.minutes', { n: value / 60 });
    return t(`settings.units.${unitOf(key)}`, { n: value });
  };
  function say<K extends CallField>(key: K, settings: CallSettings): string {
    switch (key) {
      case 'language':
        return settings.language ? t(`settings.call.languages.${settings.language}`) : '';
      case 'greeting':
        return soundName(settings.greeting ?? 'none');
      case 'strategy':
        return settings.strategy ? t(`settings.call.strategies.${settings.strategy}`) : '';
      case 'team':
        return teamName(settings.team);
      case 'fallback':
        return settings.fallback?.length ? settings.fallback.map((level) => teamName(level.team)).join(' → ') : t('settings.call.none');
      case 'skills': {
        const skills = Object.entries(settings.skills ?? {});
        return skills.length ? skills.map(([name, level]) => `${name} ${level}`).join(', ') : t('settings.call.none');
      }
      case 'callbackKey':
        return keyName(settings.callbackKey ?? 'none');
      case 'voicemailKey':
        return keyName(settings.voicemailKey ?? 'none');
      case 'voicemailOn': {
        const reasons = (settings.voicemailOn ?? []).filter((reason) => reason !== 'none');
        return reasons.length ? reasons.map((reason) => t(`settings.call.reasons.${reason}`)).join(', ') : t('settings.call.none');
      }
      default: {
        const value: unknown = settings[key];
        if (typeof value === 'boolean') return t(value ? 'settings.call.on' : 'settings.call.off');
        return typeof value === 'number' ? number(key, value) : '';
      }
    }
  }
  return { say, teamName, soundName };
}

function unitOf(key: CallField): 'seconds' | 'rounds' | 'callers' | 'days' | 'perMinute' | 'plain' {
  switch (key) {
    case 'rounds':
      return 'rounds';
    case 'queueCalls':
      return 'callers';
    case 'blockDays':
      return 'days';
    case 'inboundPerMinute':
      return 'perMinute';
    case 'priority':
      return 'plain';
    default:
      return 'seconds';
  }
}
