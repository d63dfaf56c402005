import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/problem';
import { timeOfDay } from '../format/time';
import { i18next } from '../i18n';
import type { en } from '../i18n/words.en';

/**
 * Why something was refused and what to do, in the account's language: by the problem's reason. A server that is newer than this page may
 * know reasons that it does not; then its English sentence stands, and elsewhere what holds for all problems of the kind.
 */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return i18next.t('errors.internal');
  if (error.reason && i18next.exists(`reasons.${error.reason}`)) return i18next.t(`reasons.${error.reason}`, { replace: named(error.params) });
  const specific = error.code !== 'network' && error.code !== 'internal' && !error.message.startsWith('HTTP ');
  return i18next.language === 'en' && specific ? error.message : i18next.t(`errors.${error.code}`);
}

/** What a reason's sentence names, as people of this language write it. */
function named(params: Readonly<Record<string, string>>): Record<string, string> {
  const { at, command, country, scope, status } = params;
  return {
    ...params,
    ...(at && { at: timeOfDay(at, i18next.language) }),
    ...(command && { command: i18next.t(`shortcuts.${command as 'mute'}`) }),
    ...(country && { country: countryName(country) }),
    ...(scope && i18next.exists(`scopes.${scope}`) && { scope: i18next.t(`scopes.${scope as keyof typeof en.scopes}`) }),
    ...(status && i18next.exists(`status.${status}`) && { status: i18next.t(`status.${status as keyof typeof en.status}`) }),
  };
}

/** A country by its code of ISO 3166-1, in the account's language. */
export function countryName(region: string): string {
  try {
    return new Intl.DisplayNames([i18next.language], { type: 'region' }).of(region) ?? region;
  } catch {
    return region; // no region of ISO 3166, as of services abroad
  }
}

/** `problemText` for a component, which is shown anew when the language changes. */
export function useProblemText(): (error: unknown) => string {
  const { i18n } = useTranslation();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- a change of language must give a new function
  return useCallback((error: unknown) => problemText(error), [i18n.language]);
}

/** Where errors stand among notices: behind those that go by themselves, the newest first. */
const behindOthers = 1e15;

/** Says in the tray that something failed, until it is closed. The same is said once. */
export const tellError = (message: string): void => {
  notifications.show({ id: message, color: 'red', message, autoClose: false, priority: Date.now() - behindOthers });
};

/** The same of something that the agent did. */
export const tellProblem = (error: unknown): void => tellError(problemText(error));
