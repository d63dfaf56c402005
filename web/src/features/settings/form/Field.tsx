import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../../shared/ui/problems';
import type { ErrorOf } from '../usePageForm';
import classes from './Field.module.css';

interface FieldProps {
  /** The field's name in the form; a refused one is focused by it. */
  name: string;
  label: string;
  error?: ErrorOf | undefined;
  /** What stands under the field: where its value comes from. */
  under?: ReactNode;
  children: ReactNode;
}

/** A labelled line of a form, with what is wrong beside it. */
export function Field({ name, label, error, under, children }: FieldProps) {
  const problemText = useProblemText();
  return (
    <div className={classes.field} data-field={name} data-wrong={error ? true : undefined} role="group" aria-label={label}>
      <span className={classes.label} aria-hidden="true">
        {label}
      </span>
      <div className={classes.body}>
        <div className={classes.sentence}>{children}</div>
        {error && (
          <p className={classes.error} role="alert">
            {'text' in error ? error.text : problemText(error.problem)}
          </p>
        )}
        {under && <div className={classes.under}>{under}</div>}
      </div>
    </div>
  );
}

/** A sentence with a gap that is marked by "|" in its words. */
export function Sentence({ text, children }: { text: string; children: ReactNode }) {
  const [before, after] = text.split('|');
  return (
    <>
      {before && <span>{before.trim()}</span>}
      {children}
      {after && <span>{after.trim()}</span>}
    </>
  );
}

interface SourceProps {
  /** Whether the value is set here. */
  own: boolean;
  /** What holds without it, in words. */
  behind: string;
  /** Where that comes from. */
  from: 'default' | 'workspace' | 'team';
  onOwn?: () => void;
  onReset: () => void;
}

/** Where a value comes from, and the way to change that. */
export function Source({ own, behind, from, onOwn, onReset }: SourceProps) {
  const { t } = useTranslation();
  const words = t(`settings.source.${from}`, { v: behind });
  if (own)
    return (
      <Button variant="subtle" size="compact-xs" className={classes.source} onClick={onReset}>
        ← {words}
      </Button>
    );
  return (
    <>
      <span>{words}</span>
      {onOwn && (
        <>
          <span aria-hidden="true"> · </span>
          <Button variant="subtle" size="compact-xs" className={classes.source} onClick={onOwn}>
            {t('settings.source.changeHere')}
          </Button>
        </>
      )}
    </>
  );
}
