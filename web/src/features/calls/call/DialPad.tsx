import { UnstyledButton } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './DialPad.module.css';

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;
const letters: Record<string, string> = { 2: 'ABC', 3: 'DEF', 4: 'GHI', 5: 'JKL', 6: 'MNO', 7: 'PQRS', 8: 'TUV', 9: 'WXYZ', 0: '+' };
const shownDigits = 18;

/** Sends tones to the customer's side (CALL-2), by click or by keyboard. */
export function DialPad({ onKey }: { onKey: (digit: string) => void }) {
  const { t } = useTranslation();
  const [sent, setSent] = useState('');
  const pad = useRef<HTMLDivElement>(null);
  useEffect(() => pad.current?.focus(), []);

  const press = (digit: string) => {
    setSent((digits) => digits + digit);
    onKey(digit);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if ((keys as readonly string[]).includes(event.key)) press(event.key);
  };
  return (
    <div className={classes.pad} ref={pad} tabIndex={-1} onKeyDown={onKeyDown} role="group" aria-label={t('call.dialPad')}>
      <output className={`${classes.sent} tabular`} aria-label={t('call.sent', { digits: sent })}>
        {sent.slice(-shownDigits)}
      </output>
      <Keypad onPress={press} />
    </div>
  );
}

/** The twelve keys of a telephone. */
export function Keypad({ onPress }: { onPress: (digit: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.keys}>
      {keys.map((key) => (
        <UnstyledButton key={key} className={classes.key} aria-label={t('call.key', { key })} onClick={() => onPress(key)}>
          <span>{key}</span>
          <small>{letters[key] ?? ''}</small>
        </UnstyledButton>
      ))}
    </div>
  );
}
