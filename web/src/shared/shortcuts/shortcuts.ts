/** The shortcuts of KEY, as data: each can stand under other keys without touching the rest. */
export const commands = ['answer', 'mute', 'hold', 'dialPad', 'end', 'leave', 'palette'] as const;
export type Command = (typeof commands)[number];

/** The keys of each command as the API writes them: Mod (Ctrl, on a Mac Command), Shift where it is held, and KeyboardEvent.code. */
export type CommandKeys = Readonly<Record<string, string>>;

/** Those of who has changed none; the server has them, too. */
export const usualKeys: Record<Command, string> = {
  answer: 'Mod+Shift+Space',
  mute: 'Mod+Shift+KeyM',
  hold: 'Mod+Shift+KeyH',
  dialPad: 'Mod+Shift+KeyD',
  end: 'Mod+Shift+KeyO',
  leave: 'Mod+KeyO',
  palette: 'Mod+KeyK',
};

export type KeyPress = Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'repeat'>;

/** What is pressed, written as the keys of a command: the place of the key, the same on Korean and Latin layouts. Undefined without Ctrl, on a Mac Command. */
export function keysPressed(press: KeyPress, mac: boolean): string | undefined {
  const held = mac ? press.metaKey && !press.ctrlKey : press.ctrlKey && !press.metaKey;
  if (!held || press.altKey || press.repeat) return undefined;
  return `Mod+${press.shiftKey ? 'Shift+' : ''}${press.code}`;
}

/** The command of a key press. On a Mac answering is Cmd+Shift+D+Space; Space gives the same event whether or not D is held, so both ways answer. */
export function commandOf(press: KeyPress, keys: CommandKeys, mac: boolean): Command | undefined {
  const pressed = keysPressed(press, mac);
  return pressed === undefined ? undefined : commands.find((command) => keys[command] === pressed);
}

const printed: Record<string, string> = {
  Comma: ',', Period: '.', Slash: '/', Semicolon: ';', Quote: "'", Backquote: '`', Minus: '-', Equal: '=', BracketLeft: '[', BracketRight: ']',
};

/** Keys as they are printed on the keyboard. */
export function printedKeys(keys: string, mac: boolean): string[] {
  const names = keys.split('+').map((part) => {
    if (part === 'Mod') return mac ? '⌘' : 'Ctrl';
    if (part === 'Shift') return mac ? '⇧' : 'Shift';
    return printed[part] ?? part.replace(/^(Key|Digit)/, '');
  });
  return mac && keys === usualKeys.answer ? [...names.slice(0, -1), 'D', 'Space'] : names;
}

export const isMac = (): boolean => /mac|iphone|ipad/i.test(navigator.platform ?? '');
