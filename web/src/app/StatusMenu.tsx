import { Menu, SegmentedControl, Switch, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBell, IconBuilding, IconCheck, IconHeadphones, IconLogout, IconBellOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DevicesModal } from '../phone/DevicesModal';
import { administers, useMe } from '../session/MeContext';
import { useLogout, useUpdateMe } from '../session/session';
import { Avatar } from '../ui/Avatar';
import { tellProblem } from '../ui/problems';
import { Truncated } from '../ui/Truncated';
import classes from './StatusMenu.module.css';

export function StatusMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const logout = useLogout();
  const [devices, { open: openDevices, close: closeDevices }] = useDisclosure(false);
  const status = t(`status.${me.status}`);
  return (
    <>
      <Menu position="right-end" width={272} closeOnItemClick>
        <Menu.Target>
          <UnstyledButton className={classes.target} aria-label={t('status.menu', { status })}>
            <Avatar name={me.name} size={34} />
            <span className={classes.dot} data-status={me.status} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <div className={classes.head}>
            <Avatar name={me.name} size={36} />
            <div className={classes.who}>
              <Truncated text={me.name} className={classes.name} />
              <Truncated text={`${status} · ${me.workspace.name}`} className={classes.sub} />
            </div>
          </div>
          {!me.seat && <p className={classes.hint}>{administers(me) ? t('status.noSeatAdmin') : t('status.noSeat')}</p>}
          <Menu.Divider />
          <Availability />
          <Menu.Divider />
          <Workspaces />
          <Appearance />
          <Menu.Divider />
          <NotificationItem />
          <Menu.Item leftSection={<IconHeadphones size={16} />} onClick={openDevices}>
            {t('status.devices')}
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => logout.mutate()}>
            {t('status.logout')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <DevicesModal opened={devices} onClose={closeDevices} />
    </>
  );
}

function Availability() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  const away = me.manualStatus !== 'available';
  const set = (change: Parameters<typeof update.mutate>[0]) => update.mutate(change, { onError: tellProblem });
  return (
    <>
      <Menu.Item leftSection={<span className={classes.bullet} data-status="available" />} rightSection={!away && <IconCheck size={15} />} onClick={() => set({ manualStatus: 'available' })}>
        {t('status.setAvailable')}
      </Menu.Item>
      <Menu.Item leftSection={<span className={classes.bullet} data-status="rest" />} rightSection={away && <IconCheck size={15} />} onClick={() => set({ manualStatus: 'rest' })}>
        {t('status.setAway')}
        <span className={classes.sub}>{t('status.awayHint')}</span>
      </Menu.Item>
      <div className={classes.row}>
        <Switch
          label={t('status.takesPhone')}
          labelPosition="left"
          classNames={{ body: classes.switch }}
          checked={me.takesPhone}
          disabled={update.isPending || !me.seat}
          onChange={(event) => set({ takesPhone: event.currentTarget.checked })}
        />
      </div>
    </>
  );
}

function Workspaces() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  if (me.workspaces.length < 2) return null;
  return (
    <>
      <Menu.Label>{t('status.workspace')}</Menu.Label>
      {me.workspaces.map((workspace) => (
        <Menu.Item
          key={workspace.id}
          leftSection={<IconBuilding size={16} />}
          rightSection={workspace.id === me.workspace.id && <IconCheck size={15} />}
          onClick={() => update.mutate({ workspaceId: workspace.id }, { onError: tellProblem })}
        >
          {workspace.name}
        </Menu.Item>
      ))}
      <Menu.Divider />
    </>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <div className={classes.row}>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t('status.language')}
        value={me.locale}
        onChange={(locale) => update.mutate({ locale: locale }, { onError: tellProblem })}
        data={[
          { value: 'ko', label: '한국어' },
          { value: 'en', label: 'English' },
        ]}
      />
      <SegmentedControl
        size="xs"
        fullWidth
        mt={8}
        aria-label={t('status.theme')}
        value={colorScheme}
        onChange={(scheme) => setColorScheme(scheme)}
        data={[
          { value: 'light', label: t('status.light') },
          { value: 'dark', label: t('status.dark') },
          { value: 'auto', label: t('status.auto') },
        ]}
      />
    </div>
  );
}

function NotificationItem() {
  const { t } = useTranslation();
  const [permission, setPermission] = useState<NotificationPermission | 'none'>(() => ('Notification' in window ? Notification.permission : 'none'));
  if (permission === 'none' || permission === 'granted') return null;
  if (permission === 'denied')
    return (
      <Menu.Item leftSection={<IconBellOff size={16} />} disabled>
        {t('status.notificationsBlocked')}
      </Menu.Item>
    );
  return (
    <Menu.Item leftSection={<IconBell size={16} />} onClick={() => void Notification.requestPermission().then(setPermission)}>
      {t('status.notifications')}
    </Menu.Item>
  );
}
