/** The shortcuts of KEY, as data: each can stand under another key without touching the rest. */
export const commands = ['answer', 'mute', 'hold', 'dialPad', 'end', 'leave'] as const;
export type Command = (typeof commands)[number];

interface Combination {
  /** KeyboardEvent.code: the place of the key, the same on Korean and Latin layouts. */
  code: string;
  shift: boolean;
}

export const combinations: Record<Command, Combination> = {
  answer: { code: 'Space', shift: true },
  mute: { code: 'KeyM', shift: true },
  hold: { code: 'KeyH', shift: true },
  dialPad: { code: 'KeyD', shift: true },
  end: { code: 'KeyO', shift: true },
  leave: { code: 'KeyO', shift: false },
};

export type KeyPress = Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'repeat'>;

/**
 * The command of a key press: Ctrl, on a Mac Command, with the combination. On a Mac answering is
 * Cmd+Shift+D+Space; Space gives the same event whether or not D is held, so both ways answer.
 */
export function commandOf(press: KeyPress, mac: boolean): Command | undefined {
  const held = mac ? press.metaKey && !press.ctrlKey : press.ctrlKey && !press.metaKey;
  if (!held || press.altKey || press.repeat) return undefined;
  return commands.find((command) => combinations[command].code === press.code && combinations[command].shift === press.shiftKey);
}

const keyNames: Record<string, string> = { Space: 'Space' };

/** The keys of a command as they are printed on the keyboard. */
export function keysOf(command: Command, mac: boolean): string[] {
  const { code, shift } = combinations[command];
  const key = keyNames[code] ?? code.replace(/^Key/, '');
  const keys = [mac ? '⌘' : 'Ctrl', ...(shift ? [mac ? '⇧' : 'Shift'] : []), key];
  return mac && command === 'answer' ? [...keys.slice(0, -1), 'D', key] : keys;
}

export const isMac = (): boolean => /mac|iphone|ipad/i.test(navigator.platform);
