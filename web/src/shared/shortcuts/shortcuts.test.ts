import { describe, expect, it } from 'vitest';
import { commandOf, printedKeys, usualKeys, type KeyPress } from './shortcuts';

const press = (code: string, rest: Partial<KeyPress> = {}): KeyPress => ({
  code,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  repeat: false,
  ...rest,
});
const ctrl = { ctrlKey: true };
const ctrlShift = { ctrlKey: true, shiftKey: true };
const cmdShift = { metaKey: true, shiftKey: true };

describe('commandOf (KEY)', () => {
  it.each([
    ['answer', press('Space', ctrlShift), false, 'answer'],
    ['mute', press('KeyM', ctrlShift), false, 'mute'],
    ['hold', press('KeyH', ctrlShift), false, 'hold'],
    ['dial pad', press('KeyD', ctrlShift), false, 'dialPad'],
    ['end for all', press('KeyO', ctrlShift), false, 'end'],
    ['leave', press('KeyO', ctrl), false, 'leave'],
    ['everything', press('KeyK', ctrl), false, 'palette'],
    ['answer on a Mac', press('Space', cmdShift), true, 'answer'],
    ['leave on a Mac', press('KeyO', { metaKey: true }), true, 'leave'],
    ['Ctrl on a Mac', press('KeyM', ctrlShift), true, undefined],
    ['Command elsewhere', press('KeyM', cmdShift), false, undefined],
    ['with Alt', press('KeyM', { ...ctrlShift, altKey: true }), false, undefined],
    ['held down', press('KeyM', { ...ctrlShift, repeat: true }), false, undefined],
    ['without Shift', press('KeyM', ctrl), false, undefined],
    ['plain', press('KeyM'), false, undefined],
  ])('%s', (_, key, mac, expected) => {
    expect(commandOf(key, usualKeys, mac)).toBe(expected);
  });

  it('follows the keys that were chosen', () => {
    const keys = { ...usualKeys, mute: 'Mod+Shift+KeyU' };
    expect(commandOf(press('KeyU', ctrlShift), keys, false)).toBe('mute');
    expect(commandOf(press('KeyM', ctrlShift), keys, false)).toBeUndefined();
  });
});

describe('printedKeys', () => {
  it.each([
    [usualKeys.answer, false, 'Ctrl Shift Space'],
    [usualKeys.answer, true, '⌘ ⇧ D Space'],
    [usualKeys.leave, false, 'Ctrl O'],
    [usualKeys.dialPad, true, '⌘ ⇧ D'],
    ['Mod+Shift+Space', false, 'Ctrl Shift Space'],
    ['Mod+BracketLeft', false, 'Ctrl ['],
    ['Mod+F9', false, 'Ctrl F9'],
  ])('%s (Mac: %s)', (keys, mac, text) => {
    expect(printedKeys(keys, mac).join(' ')).toBe(text);
  });
});
