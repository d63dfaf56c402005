import { useDisclosure } from '@mantine/hooks';
import { createContext, lazy, Suspense, use, useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { commandOf, isMac, type Command } from './shortcuts';

type Handlers = Partial<Record<Command, () => void>>;

interface Shortcuts {
  openSheet: () => void;
  /** Those who can carry out commands now; the newest first. */
  handlers: Set<RefObject<Handlers>>;
}

const ShortcutsContext = createContext<Shortcuts | null>(null);
const HelpSheet = lazy(() => import('./HelpSheet'));

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export function ShortcutsProvider({ children }: { children: ReactNode }) {
  const [opened, { open, close }] = useDisclosure(false);
  const [shortcuts] = useState<Shortcuts>(() => ({ openSheet: open, handlers: new Set() }));

  useEffect(() => {
    const mac = isMac();
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === '?' && !typing(event.target)) return open();
      const command = commandOf(event, mac);
      if (!command) return;
      const run = [...shortcuts.handlers].map((handlers) => handlers.current[command]).find((handler) => handler);
      if (!run) return;
      event.preventDefault();
      run();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [shortcuts, open]);

  return (
    <ShortcutsContext value={shortcuts}>
      {children}
      {opened && (
        <Suspense>
          <HelpSheet onClose={close} />
        </Suspense>
      )}
    </ShortcutsContext>
  );
}

function useShortcutsContext(): Shortcuts {
  const shortcuts = use(ShortcutsContext);
  if (!shortcuts) throw new Error('shortcuts need a ShortcutsProvider');
  return shortcuts;
}

export const useShortcutSheet = (): (() => void) => useShortcutsContext().openSheet;

/** Carries out these commands while mounted; a command left out goes to the next, or to the browser. */
export function useCommands(handlers: Handlers): void {
  const shortcuts = useShortcutsContext();
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    shortcuts.handlers.add(latest);
    return () => {
      shortcuts.handlers.delete(latest);
    };
  }, [shortcuts]);
}
