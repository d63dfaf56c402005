import { ActionIcon, Tooltip } from '@mantine/core';
import { IconAddressBook, IconInbox, IconKeyboard, IconPhonePlus, type TablerIcon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useTestCall } from '../calls/useTestCall';
import { administers, useMe } from '../session/MeContext';
import { useShortcutSheet } from '../shortcuts/ShortcutsProvider';
import { Mark } from '../ui/Mark';
import { PhoneBadge } from './PhoneBadge';
import classes from './Rail.module.css';
import { StatusMenu } from './StatusMenu';

export function Rail() {
  const { t } = useTranslation();
  const me = useMe();
  const testCall = useTestCall();
  const openSheet = useShortcutSheet();
  return (
    <nav className={classes.rail} aria-label={t('app.navigation')}>
      <span className={classes.mark}>
        <Mark size={32} />
      </span>
      <RailLink to="/inbox" icon={IconInbox} label={t('app.inbox')} />
      <RailLink to="/contacts" icon={IconAddressBook} label={t('app.contacts')} />
      {administers(me) && (
        <Tooltip label={t('app.testCall')} position="right">
          <ActionIcon
            className={classes.item}
            size={40}
            aria-label={t('app.testCallShort')}
            loading={testCall.isPending}
            onClick={() => testCall.mutate()}
          >
            <IconPhonePlus size={21} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      )}
      <span className={classes.space} />
      <Tooltip label={`${t('app.help')} (?)`} position="right">
        <ActionIcon className={`${classes.item} ${classes.wideOnly}`} size={40} aria-label={t('app.help')} onClick={openSheet}>
          <IconKeyboard size={21} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <PhoneBadge />
      <StatusMenu />
    </nav>
  );
}

function RailLink({ to, icon: Icon, label }: { to: string; icon: TablerIcon; label: string }) {
  return (
    <Tooltip label={label} position="right">
      <NavLink to={to} className={classes.item} aria-label={label}>
        <Icon size={21} stroke={1.7} />
      </NavLink>
    </Tooltip>
  );
}
