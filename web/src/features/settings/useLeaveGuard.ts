import { use, useEffect, useState } from 'react';
import { UNSAFE_NavigationContext as NavigationContext } from 'react-router';

interface Navigator {
  push: (...args: never[]) => void;
  replace: (...args: never[]) => void;
}

/** The browser's place in the history, as the router notes it. */
const placeOf = (state: unknown): number | undefined => (state as { idx?: number } | null)?.idx;

/** Lets nothing leave the page before `ask` was answered; gives what takes that back. */
function hold(navigator: Navigator, ask: (go: () => void) => void): () => void {
  const { push, replace } = navigator;
  const here = placeOf(history.state) ?? 0;
  let returning = false;
  const release = () => {
    navigator.push = push;
    navigator.replace = replace;
    window.removeEventListener('popstate', onPop, true);
    window.removeEventListener('beforeunload', onUnload);
  };
  const asking = <A extends never[]>(go: (...args: A) => void) => (...args: A) =>
    ask(() => {
      release();
      go.apply(navigator, args);
    });
  // The browser has gone already: it is brought back, and goes again when the answer is yes.
  function onPop(event: PopStateEvent) {
    event.stopImmediatePropagation();
    if (returning) {
      returning = false;
      return;
    }
    const by = (placeOf(event.state) ?? here - 1) - here;
    returning = true;
    history.go(-by);
    ask(() => {
      release();
      history.go(by);
    });
  }
  const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
  navigator.push = asking(push);
  navigator.replace = asking(replace);
  window.addEventListener('popstate', onPop, true);
  window.addEventListener('beforeunload', onUnload);
  return release;
}

interface LeaveGuard {
  asking: boolean;
  stay: () => void;
  leave: () => void;
}

/** Asks before what is not saved is lost, however somebody leaves: a link, a key, back, or closing the window. */
export function useLeaveGuard(unsaved: boolean): LeaveGuard {
  const { navigator } = use(NavigationContext);
  const [go, setGo] = useState<(() => void) | undefined>();
  useEffect(() => {
    if (!unsaved) return;
    return hold(navigator, (then) => setGo(() => then));
  }, [navigator, unsaved]);
  return {
    asking: go !== undefined,
    stay: () => setGo(undefined),
    leave: () => {
      setGo(undefined);
      go?.();
    },
  };
}
