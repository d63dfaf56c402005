import { createElement, lazy, Suspense, useEffect, useState, type ComponentType } from 'react';
import { fetched } from './part';

/** What has not been asked for yet. */
const coming: (() => Promise<unknown>)[] = [];

/**
 * A part that is not in the first view. It is loaded when that stands (`loadLater`), or when it is shown before; once it is here it is shown
 * at once, which `lazy` alone, with its first empty frame, does not.
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let here: ComponentType<P> | undefined;
  const get = () => fetched(load).then((part) => ({ default: (here = part) }));
  const Coming: ComponentType<P> = lazy(get);
  coming.push(get);
  return function Later(props: P) {
    const [part] = useState<{ type: ComponentType<P> }>(() => ({ type: here ?? Coming }));
    return (
      <Suspense>
        {createElement(part.type, props)}
        {part.type === Coming && <TakesFocus />}
      </Suspense>
    );
  };
}

/** A menu that opened before its content was here has the focus itself, and what is typed would be lost: the content's first field takes it. */
function TakesFocus() {
  useEffect(() => {
    const empty = document.activeElement;
    if (!(empty instanceof HTMLElement) || empty.role !== 'dialog') return;
    const first = empty.querySelector<HTMLElement>('[data-autofocus]') ?? empty.querySelector<HTMLElement>('input, button, select, textarea, a[href]');
    first?.focus({ preventScroll: true });
  }, []);
  return null;
}

/** Loads what comes later, and what that brings in turn. What the server does not give is tried again when it is shown. */
export async function loadLater(): Promise<void> {
  while (coming.length > 0) await Promise.allSettled(coming.splice(0).map((get) => get()));
}
