import { describe, expect, it } from 'vitest';
import { commandOf, keysOf, type KeyPress } from './shortcuts';

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

// Covers: KEY
describe('commandOf', () => {
  it.each([
    ['answer', press('Space', ctrlShift), false, 'answer'],
    ['mute', press('KeyM', ctrlShift), false, 'mute'],
    ['hold', press('KeyH', ctrlShift), false, 'hold'],
    ['dial pad', press('KeyD', ctrlShift), false, 'dialPad'],
    ['end for all', press('KeyO', ctrlShift), false, 'end'],
    ['leave', press('KeyO', ctrl), false, 'leave'],
    ['answer on a Mac', press('Space', cmdShift), true, 'answer'],
    ['leave on a Mac', press('KeyO', { metaKey: true }), true, 'leave'],
    ['Ctrl on a Mac', press('KeyM', ctrlShift), true, undefined],
    ['Command elsewhere', press('KeyM', cmdShift), false, undefined],
    ['with Alt', press('KeyM', { ...ctrlShift, altKey: true }), false, undefined],
    ['held down', press('KeyM', { ...ctrlShift, repeat: true }), false, undefined],
    ['without Shift', press('KeyM', ctrl), false, undefined],
    ['plain', press('KeyM'), false, undefined],
  ])('%s', (_, key, mac, expected) => {
    expect(commandOf(key, mac)).toBe(expected);
  });
});

describe('keysOf', () => {
  it.each([
    ['answer', false, 'Ctrl Shift Space'],
    ['answer', true, '⌘ ⇧ D Space'],
    ['leave', false, 'Ctrl O'],
    ['dialPad', true, '⌘ ⇧ D'],
  ] as const)('%s (Mac: %s)', (command, mac, text) => {
    expect(keysOf(command, mac).join(' ')).toBe(text);
  });
});
