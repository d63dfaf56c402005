import { Button } from '@mantine/core';
import { IconMapPinOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Empty } from '../../shared/ui/Empty';
import { ScreenTitle } from '../../shared/ui/ScreenTitle';
import classes from './NoSuchPage.module.css';

/** For an address that nothing has. */
export function NoSuchPage() {
  const { t } = useTranslation();
  return (
    <div className={classes.page}>
      <ScreenTitle>{t('desk.noSuchPage')}</ScreenTitle>
      <Empty icon={IconMapPinOff} title={t('desk.noSuchPage')} text={t('desk.noSuchPageHint')}>
        <Button component={Link} to="/inbox/all">
          {t('desk.toInbox')}
        </Button>
      </Empty>
    </div>
  );
}
