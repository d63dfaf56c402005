import { useDisclosure } from '@mantine/hooks';
import { createContext, Suspense, use, useEffect, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { useMe } from '../session/me';
import { part } from '../ui/part';
import { commandOf, isMac, type Command } from './shortcuts';
import { takesLetters } from './typing';
import { useGo, type Place } from './useGo';

type Handlers = Partial<Record<Command, () => void>>;

interface Shortcuts {
  openSheet: () => void;
  /** Those who can carry out commands now; the newest first. */
  handlers: Set<RefObject<Handlers>>;
}

const ShortcutsContext = createContext<Shortcuts | null>(null);
const HelpSheet = part(() => import('./HelpSheet'));

const nowhere: readonly Place[] = [];

interface ShortcutsProviderProps {
  /** Where G and then a letter leads. */
  places?: readonly Place[];
  children: ReactNode;
}

/** The desk's keys, as the account has chosen them (KEY). */
export function ShortcutsProvider({ places = nowhere, children }: ShortcutsProviderProps) {
  const { keys, letterKeys } = useMe().preferences;
  const [opened, { open, close }] = useDisclosure(false);
  useGo(places, letterKeys);
  const [shortcuts] = useState<Shortcuts>(() => ({ openSheet: open, handlers: new Set() }));

  useEffect(() => {
    const mac = isMac();
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === '?' && letterKeys && !takesLetters(event.target)) return open();
      const command = commandOf(event, keys, mac);
      if (!command) return;
      if (carryOut(shortcuts, command)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [shortcuts, open, keys, letterKeys]);

  return (
    <ShortcutsContext value={shortcuts}>
      {children}
      {opened && (
        <Suspense>
          <HelpSheet places={places} onClose={close} />
        </Suspense>
      )}
    </ShortcutsContext>
  );
}

/** Whether anybody could. */
function carryOut(shortcuts: Shortcuts, command: Command): boolean {
  const run = [...shortcuts.handlers].map((handlers) => handlers.current[command]).find((handler) => handler);
  run?.();
  return run !== undefined;
}

function useShortcutsContext(): Shortcuts {
  const shortcuts = use(ShortcutsContext);
  if (!shortcuts) throw new Error('shortcuts need a ShortcutsProvider');
  return shortcuts;
}

export const useShortcutSheet = (): (() => void) => useShortcutsContext().openSheet;

/** For a button that does what a command's keys do. */
export function useCarryOut(): (command: Command) => void {
  const shortcuts = useShortcutsContext();
  return (command) => void carryOut(shortcuts, command);
}

/** Carries out these commands from when it is seen, not a moment later; a command left out goes to the next, or to the browser. */
export function useCommands(handlers: Handlers): void {
  const shortcuts = useShortcutsContext();
  const latest = useRef(handlers);
  useLayoutEffect(() => {
    latest.current = handlers;
  });
  useLayoutEffect(() => {
    shortcuts.handlers.add(latest);
    return () => {
      shortcuts.handlers.delete(latest);
    };
  }, [shortcuts]);
}
