import { Button, Kbd, Switch } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Preferences } from '../../../shared/api/types';
import { useMe } from '../../../shared/session/me';
import { useSavePreferences } from '../../../shared/session/useUpdateMe';
import { InstallApp } from '../../../shared/shortcuts/InstallApp';
import { commands, isMac, keysPressed, printedKeys, usualKeys, type Command } from '../../../shared/shortcuts/shortcuts';
import { Field } from '../form/Field';
import { Page, Section } from '../Page';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';
import classes from './ShortcutsPage.module.css';

type Keys = Record<Command, string>;
interface Mine extends Keys {
  letterKeys: boolean;
}

const keysOf = (keys: Preferences['keys']): Keys => Object.fromEntries(commands.map((command) => [command, keys[command] ?? ''])) as Keys;

/** The keys of my account: each command's can be changed, and single letters switched off (KEY). */
export default function ShortcutsPage() {
  const { t } = useTranslation();
  const saved = useMe().preferences;
  const save = useSavePreferences();
  const form = usePageForm<Mine>({
    saved: { letterKeys: saved.letterKeys, ...keysOf(saved.keys) },
    save: (_, { letterKeys, ...keys }) => save({ ...(letterKeys !== undefined && { letterKeys }), keys }),
    // Two that change places are told at the server only when both have been chosen.
    check: (key, values) => {
      const other = key !== 'letterKeys' && commands.find((command) => command !== key && values[command] === values[key]);
      return other ? t('reasons.keysTaken', { command: t(`shortcuts.${other}`) }) : undefined;
    },
  });
  const [recording, setRecording] = useState<Command>();
  useRecorder(recording, (keys) => {
    if (recording && keys) form.set(recording, keys);
    setRecording(undefined);
  });
  return (
    <Page title={t('settings.pages.shortcuts')} lead={t('settings.shortcuts.lead')} onSubmit={form.submit} mine>
      <InstallApp />
      <Section title={t('settings.shortcuts.commands')}>
        {commands.map((command) => {
          const keys = form.values[command];
          const other = commands.find((one) => one !== command && form.values[one] === keys);
          const own = form.errorOf(command);
          return (
            <Field
              key={command}
              name={command}
              label={t(`shortcuts.${command}`)}
              error={own ?? (other && form.changed.includes(command) ? { text: t('reasons.keysTaken', { command: t(`shortcuts.${other}`) }) } : undefined)}
              under={browserKeeps(keys) ? t('settings.shortcuts.browserKeeps') : undefined}
            >
              <span className={classes.keys} aria-label={printedKeys(keys, isMac()).join(' ')} role="img">
                {printedKeys(keys, isMac()).map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </span>
              <Button
                variant={recording === command ? 'light' : 'default'}
                size="compact-md"
                aria-label={`${t('settings.shortcuts.change')}: ${t(`shortcuts.${command}`)}`}
                aria-pressed={recording === command}
                onClick={() => setRecording(recording === command ? undefined : command)}
              >
                {recording === command ? t('settings.shortcuts.press') : t('settings.shortcuts.change')}
              </Button>
              {keys !== usualKeys[command] && (
                <Button variant="subtle" size="compact-sm" onClick={() => form.set(command, usualKeys[command])}>
                  ← {t('settings.source.default', { v: printedKeys(usualKeys[command], isMac()).join(' ') })}
                </Button>
              )}
            </Field>
          );
        })}
      </Section>
      <Section title={t('settings.shortcuts.letters')} text={t('settings.shortcuts.lettersText')}>
        <Switch label={t('settings.shortcuts.lettersOn')} checked={form.values.letterKeys} onChange={(event) => form.set('letterKeys', event.currentTarget.checked)} />
      </Section>
      <SaveBar form={form} />
    </Page>
  );
}

/** Keys that a browser's own window takes for itself: a new tab, a new window, close. They never reach a page. */
const browserKeeps = (keys: string): boolean => /^Mod\+(Shift\+)?Key[NTW]$/.test(keys);

/** Takes the next keys that are pressed, before the desk does what they stand for. Keys that the browser keeps do not come: so each is tried. */
function useRecorder(recording: Command | undefined, take: (keys: string | undefined) => void): void {
  useEffect(() => {
    if (!recording) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (['Control', 'Meta', 'Shift', 'Alt', 'Tab'].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      const keys = keysPressed(event, isMac());
      if (keys || event.key === 'Escape') take(keys);
    };
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [recording, take]);
}
