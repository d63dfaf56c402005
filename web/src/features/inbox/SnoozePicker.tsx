import { Button, TextInput } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '../../shared/format/clock';
import { moment } from '../../shared/format/time';
import classes from './SnoozePicker.module.css';
import { localInput, snoozeChoices } from './snoozing';

/** Until when a conversation is out of the way (INBOX-4). */
export function SnoozePicker({ change }: { change: (until: string) => void }) {
  const { t, i18n } = useTranslation();
  const [now] = useState(() => new Date(serverNow()));
  const [own, setOwn] = useState(() => localInput(new Date(now.getTime() + 2 * 3_600_000)));
  const chosen = new Date(own);
  const past = !(chosen > now);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (!step || event.target instanceof HTMLInputElement) return;
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    buttons.at((buttons.indexOf(event.target as HTMLButtonElement) + step) % buttons.length)?.focus();
    event.preventDefault();
  };
  return (
    <div className={classes.choices} role="group" aria-label={t('conversation.snooze')} onKeyDown={onKeyDown}>
      {snoozeChoices(now).map(({ name, at }, index) => (
        <button key={name} type="button" className={classes.choice} data-autofocus={index === 0 || undefined} onClick={() => change(at.toISOString())}>
          <span>{t(`snooze.${name}`)}</span>
          <time dateTime={at.toISOString()}>{moment(at, i18n.language)}</time>
        </button>
      ))}
      <form
        className={classes.own}
        onSubmit={(event) => {
          event.preventDefault();
          if (!past) change(chosen.toISOString());
        }}
      >
        <TextInput type="datetime-local" size="xs" label={t('snooze.own')} value={own} min={localInput(now)} onChange={(event) => setOwn(event.currentTarget.value)} error={past && t('snooze.past')} />
        <Button type="submit" size="xs" variant="light" disabled={past}>
          {t('snooze.set')}
        </Button>
      </form>
    </div>
  );
}
