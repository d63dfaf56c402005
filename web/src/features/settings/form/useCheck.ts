import { useTranslation } from 'react-i18next';
import type { CallSettings } from '../queries';
import { callFields } from './callFields';

/** Says what is wrong with a number of call settings, in its own unit, before anything is sent. */
export function useCheck() {
  const { t } = useTranslation();
  return (key: string, values: CallSettings): string | undefined => {
    const spec = callFields.find((field) => field.key === key);
    if (spec?.kind !== 'number') return undefined;
    const value = values[spec.key];
    if (value === undefined || value === spec.off || (value >= spec.min && value <= spec.max)) return undefined;
    return t('settings.between', { min: spec.min, max: spec.max });
  };
}
