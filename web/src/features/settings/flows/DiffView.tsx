import { useTranslation } from 'react-i18next';
import classes from './Dialogs.module.css';
import type { FileDiff } from './queries';

const signs = { same: ' ', added: '+', removed: '−' } as const;

/** Lines that differ, file by file. */
export function DiffView({ files }: { files: readonly FileDiff[] }) {
  const { t } = useTranslation();
  if (files.length === 0) return <p className={classes.quiet}>{t('settings.flows.noDifference')}</p>;
  return files.map(({ name, lines }) => (
    <figure key={name} className={classes.diff} aria-label={name}>
      <figcaption className={classes.diffName}>{name}</figcaption>
      <pre className={classes.lines} tabIndex={0}>
        {lines.map(({ kind, from, to, text }, i) => (
          <span key={i} className={classes.line} data-kind={kind}>
            <span className={classes.number}>{to ?? from}</span>
            <span className={classes.sign}>{signs[kind]}</span>
            {text}
            {'\n'}
          </span>
        ))}
      </pre>
    </figure>
  ));
}
