import { useMe } from '../session/me';
import classes from './Keys.module.css';
import { isMac, printedKeys, type Command } from './shortcuts';

const short: Record<string, string> = { Ctrl: 'Ctrl ', Shift: '⇧', Space: ' Space' };
const spoken: Record<string, string> = { Ctrl: 'Control', '⌘': 'Meta', '⇧': 'Shift' };

/** The account's keys of commands, as a menu shows them (Ctrl ⇧M, on a Mac ⌘⇧M) and for the attribute aria-keyshortcuts. */
export function useKeys(): { text: (command: Command) => string; attribute: (command: Command) => string } {
  const { keys } = useMe().preferences;
  const of = (command: Command) => printedKeys(keys[command] ?? '', isMac());
  return {
    text: (command) => of(command).map((key) => short[key] ?? key).join('').trim(),
    attribute: (command) => of(command).map((key) => spoken[key] ?? key).join('+'),
  };
}

/** A command's keys, small, beside what it does; screen readers are told by aria-keyshortcuts. */
export function Keys({ of }: { of: Command }) {
  const { text } = useKeys();
  return (
    <kbd className={classes.keys} aria-hidden="true">
      {text(of)}
    </kbd>
  );
}
