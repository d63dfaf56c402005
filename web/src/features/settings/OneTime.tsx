import { Button, TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { copy } from '../../shared/browser/clipboard';
import classes from './OneTime.module.css';

interface Value {
  label: string;
  value: string;
}

/** What is shown once and never again, with the way to take it along. */
export function OneTime({ text, values, children }: { text: string; values: readonly Value[]; children?: ReactNode }) {
  return (
    <div className={classes.box} role="status">
      <p className={classes.text}>{text}</p>
      {values.map((each) => (
        <Line key={each.label} {...each} />
      ))}
      {children}
    </div>
  );
}

/** A value that can be copied. */
export function Line({ label, value }: Value) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState<boolean | undefined>();
  return (
    <div className={classes.line}>
      <TextInput className={classes.value} label={label} value={value} readOnly onFocus={(event) => event.currentTarget.select()} />
      <Button variant="default" leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />} aria-label={`${copied ? t('settings.invite.copied') : t('settings.invite.copy')}: ${label}`} onClick={() => void copy(value).then(setCopied)}>
        {copied ? t('settings.invite.copied') : t('settings.invite.copy')}
      </Button>
      {copied === false && (
        <p className={classes.how} role="alert">
          {t('settings.invite.notCopied')}
        </p>
      )}
    </div>
  );
}
