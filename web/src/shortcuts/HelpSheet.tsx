import { Kbd, Modal } from '@mantine/core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './HelpSheet.module.css';
import { commands, isMac, keysOf } from './shortcuts';

export default function HelpSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const mac = isMac();
  const rows = [...commands.map((command) => ({ name: command, keys: keysOf(command, mac) })), { name: 'help' as const, keys: ['?'] }];
  return (
    <Modal opened onClose={onClose} title={t('shortcuts.title')} size={440} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <dl className={classes.list}>
        {rows.map(({ name, keys }) => (
          <Fragment key={name}>
            <dt>{t(`shortcuts.${name}`)}</dt>
            <dd>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </Fragment>
        ))}
      </dl>
      <p className={classes.hint}>{t('shortcuts.hint')}</p>
    </Modal>
  );
}
