import { Anchor, Kbd, Modal } from '@mantine/core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../session/me';
import { InstallApp } from './InstallApp';
import classes from './HelpSheet.module.css';
import { letters } from './letters';
import { commands, isMac, printedKeys } from './shortcuts';
import type { Place } from './useGo';
import './words';

interface Line {
  name: string;
  keys: readonly string[];
}

export default function HelpSheet({ places, onClose }: { places: readonly Place[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { keys, letterKeys } = useMe().preferences;
  const mac = isMac();
  const single: Line[] = letters.map((letter) => ({ name: t(`shortcuts.letters.${letter.name}`), keys: letter.keys }));
  return (
    <Modal opened onClose={onClose} title={t('shortcuts.title')} size={720} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <div className={classes.columns}>
        <div>
          <Lines title={t('shortcuts.calls')} lines={commands.map((command) => ({ name: t(`shortcuts.${command}`), keys: printedKeys(keys[command] ?? '', mac) }))} />
          <Lines
            title={t('shortcuts.screen')}
            lines={[
              { name: t('shortcuts.regions'), keys: ['F6'] },
              { name: t('shortcuts.rows'), keys: ['↑', '↓'] },
              { name: t('shortcuts.open'), keys: ['Enter'] },
            ]}
          />
        </div>
        <div>
          {letterKeys ? (
            <>
              <Lines title={t('shortcuts.inbox')} lines={single} />
              {places.length > 0 && <Lines title={t('shortcuts.go')} lines={places.map(({ title, letter }) => ({ name: title, keys: ['G', letter] }))} />}
            </>
          ) : (
            <p className={classes.hint}>{t('shortcuts.lettersOff')}</p>
          )}
        </div>
      </div>
      <InstallApp />
      <p className={classes.hint}>
        <Anchor component={Link} to="/settings/shortcuts" onClick={onClose} inherit>
          {t('shortcuts.change')}
        </Anchor>
      </p>
    </Modal>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly Line[] }) {
  return (
    <section aria-label={title}>
      <h3 className={classes.title}>{title}</h3>
      <dl className={classes.list}>
        {lines.map(({ name, keys }) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}
