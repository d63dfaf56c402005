import { ActionIcon, Tooltip } from '@mantine/core';
import { IconDialpad, IconKeyboard, IconUserCircle, type TablerIcon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink } from 'react-router';
import { MeControl } from '../../features/me/MeControl';
import { useLogout } from '../../features/session/session';
import { useMe } from '../../shared/session/me';
import { useKeys } from '../../shared/shortcuts/Keys';
import { useCarryOut, useShortcutSheet } from '../../shared/shortcuts/ShortcutsProvider';
import { Mark } from '../../shared/ui/Mark';
import { useNarrow } from '../../shared/ui/useNarrow';
import { areas, type Area } from './areas';
import classes from './Rail.module.css';

/** The way to every area: at the left, on a phone a bar at the bottom. */
export function Rail() {
  const { t } = useTranslation();
  const me = useMe();
  const narrow = useNarrow();
  const openSheet = useShortcutSheet();
  const logout = useLogout();
  const mine = areas.filter((area) => !area.who || area.who(me));
  return (
    <nav className={classes.rail} aria-label={t('desk.navigation')} data-region>
      <span className={classes.mark}>
        <Mark size={32} />
      </span>
      {narrow ? <Bar areas={mine.filter((area) => !area.underMe)} /> : mine.map((area) => <AreaLink key={area.to} area={area} />)}
      {!narrow && <DialButton />}
      <span className={classes.space} />
      <Tooltip label={`${t('desk.help')} (?)`} position="right">
        <ActionIcon className={`${classes.item} ${classes.wideOnly}`} size={40} aria-label={t('desk.help')} onClick={openSheet}>
          <IconKeyboard size={21} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <MeControl logout={() => logout.mutate()}>
        {narrow && mine.filter((area) => area.underMe).map(({ to, icon, name }) => <UnderMe key={to} to={to} icon={icon} label={t(`areas.${name}`)} />)}
        <UnderMe to="/settings/me" icon={IconUserCircle} label={t('desk.account')} />
      </MeControl>
    </nav>
  );
}

/** A phone's bar: the dial in its middle, raised; it has a page of its own there. */
function Bar({ areas: [first, ...others] }: { areas: readonly Area[] }) {
  const { t } = useTranslation();
  return (
    <>
      {first && <AreaLink area={first} />}
      <NavLink to="/calls/dial" className={classes.item} aria-label={t('dial.title')}>
        <span className={classes.raised}>
          <IconDialpad size={24} stroke={1.7} />
        </span>
        <span className={classes.caption} aria-hidden="true">
          {t('dial.title')}
        </span>
      </NavLink>
      {others.map((area) => (
        <AreaLink key={area.to} area={area} />
      ))}
    </>
  );
}

function DialButton() {
  const { t } = useTranslation();
  const keys = useKeys();
  const carryOut = useCarryOut();
  return (
    <Tooltip label={`${t('dial.title')} ${keys.text('dialPad')}`} position="right">
      <ActionIcon className={classes.item} size={40} aria-label={t('dial.title')} onClick={() => carryOut('dialPad')}>
        <IconDialpad size={21} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}

function AreaLink({ area: { to, icon: Icon, name } }: { area: Area }) {
  const { t } = useTranslation();
  const label = t(`areas.${name}`);
  return (
    <Tooltip label={label} position="right">
      <NavLink to={to} className={classes.item} aria-label={label}>
        <Icon size={21} stroke={1.7} />
        <span className={classes.caption} aria-hidden="true">
          {label}
        </span>
      </NavLink>
    </Tooltip>
  );
}

/** A way that stands under Me. */
function UnderMe({ to, icon: Icon, label }: { to: string; icon: TablerIcon; label: string }) {
  return (
    <Link to={to} className={classes.row}>
      <Icon size={17} stroke={1.7} />
      {label}
    </Link>
  );
}
