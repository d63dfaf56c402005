import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { addWords, i18next } from '../../../shared/i18n';
import type { Doing } from './queries';
import { en, type flows } from './words.en';
import { ko } from './words.ko';

addWords({ en, ko });

/** An end in words: answered, or a missed reason. One that is newer than this page stands as it is. */
export function useReason() {
  const { t } = useTranslation();
  return useCallback((end: string) => (i18next.exists(`settings.flows.reasons.${end}`) ? t(`settings.flows.reasons.${end as keyof typeof flows.reasons}`) : end), [t]);
}

/** What happens in a step, in the account's language. */
export function useDoing() {
  const { t } = useTranslation();
  const reason = useReason();
  const everybody = t('settings.flows.simulation.everybody');
  return ({ what, values = {}, says }: Doing): string => {
    if (what === 'hears' && !values.text) return t('settings.flows.does.hearsSound', { sound: values.sound });
    if (!i18next.exists(`settings.flows.does.${what}`)) return says;
    const named: Record<string, string> = { ...values };
    if (values.reason) named.reason = reason(values.reason);
    if (values.teams !== undefined) named.teams = values.teams.split('\n').map((team) => team || everybody).join(' → ');
    if (what === 'figures' && values.team === '*') named.team = everybody;
    if (what === 'assigned') named.who = values.agent || values.team || everybody;
    return t(`settings.flows.does.${what as 'hears'}`, named as { text: string });
  };
}
