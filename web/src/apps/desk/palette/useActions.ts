import { IconBell, IconBellOff, IconCoffee, IconDialpad, IconHeadset, IconKeyboard, IconLogout, IconPhonePlus, IconToolsKitchen2, IconUsersGroup, type TablerIcon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useTestCall } from '../../../features/calls/useTestCall';
import { useLogout } from '../../../features/session/session';
import type { Me } from '../../../shared/api/types';
import { administers, useMe } from '../../../shared/session/me';
import { useUpdateMe } from '../../../shared/session/useUpdateMe';
import { useKeys } from '../../../shared/shortcuts/Keys';
import { useCarryOut, useShortcutSheet } from '../../../shared/shortcuts/ShortcutsProvider';
import type { Choice } from './choices';

const statuses: readonly { status: Me['manualStatus']; icon: TablerIcon }[] = [
  { status: 'available', icon: IconHeadset },
  { status: 'meal', icon: IconToolsKitchen2 },
  { status: 'rest', icon: IconCoffee },
  { status: 'meeting', icon: IconUsersGroup },
];

/** What can be done from anywhere. */
export function useActions(): Choice[] {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  const carryOut = useCarryOut();
  const openSheet = useShortcutSheet();
  const testCall = useTestCall();
  const logout = useLogout();
  const keys = useKeys();
  const statusActions = statuses
    .filter(({ status }) => status !== me.manualStatus)
    .map(({ status, icon }): Choice => ({
      id: `status ${status}`,
      icon,
      label: t('palette.status', { status: t(`status.${status}`) }),
      find: t('palette.find.status'),
      run: () => update.mutate({ manualStatus: status }),
    }));
  return [
    { id: 'dial', icon: IconDialpad, label: t('palette.dial'), hint: keys.text('dialPad'), find: t('palette.find.dial'), run: () => carryOut('dialPad') },
    ...statusActions,
    { id: 'dnd', icon: me.dnd ? IconBell : IconBellOff, label: me.dnd ? t('palette.dndOff') : t('palette.dndOn'), find: 'dnd', run: () => update.mutate({ dnd: !me.dnd }) },
    { id: 'sheet', icon: IconKeyboard, label: t('palette.sheet'), hint: me.preferences.letterKeys ? '?' : undefined, run: openSheet },
    ...(administers(me) ? [{ id: 'test', icon: IconPhonePlus, label: t('palette.testCall'), run: () => testCall.mutate() }] : []),
    { id: 'logout', icon: IconLogout, label: t('palette.logout'), run: () => logout.mutate() },
  ];
}
