import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBlockDays } from '../queries';
import type { Talk } from './CallControls';
import classes from './Protection.module.css';

/** Against abusive callers, in three steps: a warning, and when that does not help, the closing announcement with the block (CALL-7). */
export function Protection({ talk, onDone }: { talk: Talk; onDone: () => void }) {
  const { t } = useTranslation();
  const days = useBlockDays();
  const [warned, setWarned] = useState(false);
  const warn = () => void talk.actions.runAsync('warn').then(() => setWarned(true), () => undefined);
  const turnAway = () => void talk.actions.runAsync('turnAway').then(onDone, () => undefined);
  return (
    <>
      <ol className={classes.steps}>
        <li>
          <strong>{t('protection.warning')}</strong>
          <span>{t('protection.warningText')}</span>
          <Button variant={warned ? 'default' : 'light'} loading={talk.busy('warn')} onClick={warn}>
            {warned ? t('protection.warnAgain') : t('protection.warn')}
          </Button>
        </li>
        <li>
          <strong>{t('protection.closing')}</strong>
          <span>{t('protection.closingText')}</span>
        </li>
        <li>
          <strong>{days === undefined ? t('protection.block') : t('protection.blockDays', { count: days })}</strong>
          <span>{t('protection.blockText')}</span>
        </li>
      </ol>
      <Button color="red" loading={talk.busy('turnAway')} onClick={turnAway}>
        {t('protection.turnAway')}
      </Button>
    </>
  );
}
