import { useEffect, useRef } from 'react';
import { useMe } from '../../shared/session/me';
import { takesLetters } from '../../shared/shortcuts/typing';

/** What single keys do in the inbox, by KeyboardEvent.code: the place of the key, the same on Korean and Latin layouts. */
export interface InboxKeys {
  move: (by: 1 | -1) => void;
  open: () => void;
  search: () => void;
  select: () => void;
  selectAll: () => void;
  clear: () => void;
  /** E, S, A, T, L, N, C. */
  act: (what: 'close' | 'snooze' | 'assign' | 'team' | 'tags' | 'note' | 'call') => void;
}

const acts: Record<string, Parameters<InboxKeys['act']>[0]> = {
  KeyE: 'close', KeyS: 'snooze', KeyA: 'assign', KeyT: 'team', KeyL: 'tags', KeyN: 'note', KeyC: 'call',
};

const takesArrows = '[role=slider], [role=listbox], [role=radiogroup], [role=tablist]';
const takesEnter = 'button, a, summary';

const within = (event: KeyboardEvent, selector: string): boolean => event.target instanceof Element && event.target.closest(selector) !== null;

/** Works through the list by single keys, except while somebody types or a menu is open. Who has switched letters off has arrows, Enter and Escape. */
export function useInboxKeys(keys: InboxKeys): void {
  const latest = useRef(keys);
  const { letterKeys } = useMe().preferences;
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.altKey || takesLetters(event.target)) return;
      const done =
        event.ctrlKey || event.metaKey ? withModifier(event, latest.current) : !event.shiftKey && ((letterKeys && letter(event, latest.current)) || plain(event, latest.current));
      if (done) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [letterKeys]);
}

/** Command or Ctrl with A chooses the rows, where the focus is in the list. */
function withModifier(event: KeyboardEvent, keys: InboxKeys): boolean {
  if (event.code !== 'KeyA' || event.shiftKey || !within(event, '[data-testid=inbox-rows]')) return false;
  keys.selectAll();
  return true;
}

function letter(event: KeyboardEvent, keys: InboxKeys): boolean {
  const act = acts[event.code];
  if (act && !event.repeat) keys.act(act);
  else if (event.code === 'KeyJ') keys.move(1);
  else if (event.code === 'KeyK') keys.move(-1);
  else if (event.code === 'KeyX' && !event.repeat) keys.select();
  else if (event.code === 'Slash') keys.search();
  else return false;
  return true;
}

function plain(event: KeyboardEvent, keys: InboxKeys): boolean {
  if (event.code === 'ArrowDown' && !within(event, takesArrows)) keys.move(1);
  else if (event.code === 'ArrowUp' && !within(event, takesArrows)) keys.move(-1);
  else if (event.code === 'Enter' && !within(event, takesEnter)) keys.open();
  else if (event.code === 'Escape') keys.clear();
  else return false;
  return true;
}
