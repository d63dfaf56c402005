import { Button, SegmentedControl, Switch, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconBell, IconBuilding, IconCheck, IconChevronRight, IconHeadphones, IconLogout } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { administers, useMe } from '../../shared/session/me';
import { useTakeSeat, useUpdateMe } from '../../shared/session/useUpdateMe';
import { Avatar } from '../../shared/ui/Avatar';
import { Truncated } from '../../shared/ui/Truncated';
import { Availability } from './Availability';
import classes from './MePanel.module.css';
import { RingCheck } from './RingCheck';
import './panel.words';
import { saysOf } from './standing';
import { useStanding } from './useStanding';

interface MePanelProps {
  logout: () => void;
  close: () => void;
  children?: ReactNode;
}

/** What I can change of myself: state, kinds, what rings, language, appearance. */
export default function MePanel({ logout, close, children }: MePanelProps) {
  const { t } = useTranslation();
  const me = useMe();
  const seat = useTakeSeat();
  const { word } = useStanding();
  const navigate = useNavigate();
  const openDevices = () => {
    close();
    void navigate('/settings/devices');
  };
  const toNotifications = () => {
    close();
    void navigate('/settings/notifications');
  };
  return (
    <div className={classes.panel}>
      <div className={classes.head}>
        <Avatar name={me.name} size={40} />
        <div className={classes.who}>
          <Truncated text={me.name} className={classes.name} />
          <Truncated text={`${t(saysOf(word))} · ${me.workspace.name}`} className={classes.sub} />
        </div>
      </div>
      {!me.seat && administers(me) && (
        <Button variant="light" size="compact-md" loading={seat.isPending} onClick={() => seat.mutate()}>
          {t('my.takeSeat')}
        </Button>
      )}
      <Availability />
      <RingCheck onPractise={close} />
      <Workspaces />
      <Kinds />
      <Appearance />
      <div className={classes.rows}>
        {children && (
          <div className={classes.rows} onClick={close}>
            {children}
          </div>
        )}
        <Row icon={<IconHeadphones size={17} />} label={t('my.devices')} onClick={openDevices} />
        <Row icon={<IconBell size={17} />} label={t('my.notifications')} onClick={toNotifications} />
        <Row icon={<IconLogout size={17} />} label={t('my.logout')} onClick={logout} />
      </div>
    </div>
  );
}

function Row({ icon, label, current, onClick }: { icon: ReactNode; label: string; current?: boolean; onClick: () => void }) {
  return (
    <UnstyledButton className={classes.row} onClick={onClick} aria-pressed={current}>
      {icon}
      <span className="truncate">{label}</span>
      {current ? <IconCheck size={15} className={classes.end} /> : <IconChevronRight size={15} className={classes.end} />}
    </UnstyledButton>
  );
}

function Workspaces() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  if (me.workspaces.length < 2) return null;
  return (
    <section aria-label={t('my.workspace')} className={classes.rows}>
      {me.workspaces.map(({ id, name }) => (
        <Row key={id} icon={<IconBuilding size={17} />} label={name} current={id === me.workspace.id} onClick={() => update.mutate({ workspaceId: id })} />
      ))}
    </section>
  );
}

const kinds = ['takesPhone', 'takesVoice', 'takesVideo', 'notifyUnassigned', 'notifyMissed'] as const;

function Kinds() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  return (
    <section aria-label={t('my.kinds')} className={classes.switches}>
      {kinds.map((kind) => (
        <Switch
          key={kind}
          label={t(`my.${kind}`)}
          labelPosition="left"
          classNames={{ body: classes.switch }}
          checked={me[kind]}
          disabled={update.isPending || !me.seat}
          onChange={(event) => update.mutate({ [kind]: event.currentTarget.checked })}
        />
      ))}
    </section>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <section className={classes.appearance} aria-label={t('my.appearance')}>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t('my.language')}
        value={me.locale}
        onChange={(locale) => update.mutate({ locale })}
        data={[
          { value: 'ko', label: '한국어' },
          { value: 'en', label: 'English' },
        ]}
      />
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t('my.theme')}
        value={colorScheme}
        onChange={setColorScheme}
        data={(['light', 'dark', 'auto'] as const).map((value) => ({ value, label: t(`my.${value}`) }))}
      />
    </section>
  );
}
