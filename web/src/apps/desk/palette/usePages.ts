import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { pages } from '../../../features/settings/pages';
import '../../../features/settings/names';
import { useMe } from '../../../shared/session/me';
import { areas } from '../areas';
import type { Choice } from './choices';

/** Every area and every page of the settings. */
export function usePages(): Choice[] {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  return [
    ...areas
      .filter(({ who }) => !who || who(me))
      .map(({ to, icon, name, letter }): Choice => ({ id: to, icon, label: t(`areas.${name}`), hint: me.preferences.letterKeys ? `G ${letter}` : undefined, run: () => void navigate(to) })),
    ...pages.map(({ name, icon }): Choice => ({
      id: `settings ${name}`,
      icon,
      label: t(`settings.pages.${name}`),
      hint: t('settings.title'),
      find: `${t('settings.title')} ${t(`settings.find.${name}`)}`,
      run: () => void navigate(`/settings/${name}`),
    })),
  ];
}
