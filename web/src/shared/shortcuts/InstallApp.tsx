import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { installOffer, isInstalled } from '../browser/install';
import classes from './InstallApp.module.css';
import './words';

/** What an installed app has that a browser's tab has not, and the way there: a button where the browser offers one (KEY). */
export function InstallApp() {
  const { t } = useTranslation();
  const offered = useSyncExternalStore(installOffer.subscribe, installOffer.isThere);
  if (isInstalled()) return null;
  return (
    <section className={classes.install} aria-label={t('shortcuts.install')}>
      <p className={classes.text}>{offered ? t('shortcuts.installText') : t('shortcuts.installByMenu')}</p>
      {offered && (
        <Button size="compact-md" leftSection={<IconDownload size={16} />} onClick={installOffer.take}>
          {t('shortcuts.install')}
        </Button>
      )}
    </section>
  );
}
