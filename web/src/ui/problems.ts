import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/problem';
import { i18next } from '../i18n';

/** The server's sentences are English; other languages get their own by the problem's code. */
function textOf(error: unknown): string {
  const code = error instanceof ApiError ? error.code : 'internal';
  const specific = error instanceof ApiError && code !== 'network' && code !== 'internal' && !error.message.startsWith('HTTP ');
  return i18next.language === 'en' && specific ? error.message : i18next.t(`errors.${code}`);
}

export function useProblemText(): (error: unknown) => string {
  const { i18n } = useTranslation();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- a change of language must give a new function
  return useCallback((error: unknown) => textOf(error), [i18n.language]);
}

/** A toast for something that the agent did and that failed. */
export const tellProblem = (error: unknown): void => {
  notifications.show({ color: 'red', message: textOf(error) });
};
