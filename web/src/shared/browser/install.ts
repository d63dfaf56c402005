import { attempt } from './attempt';

/** Chromium's offer to install the desk as an app (https://wicg.github.io/manifest-incubations/#installation-prompts); not in the DOM's types. */
interface InstallOffer extends Event {
  prompt: () => Promise<unknown>;
}

let offer: InstallOffer | undefined;
const listeners = new Set<() => void>();

function set(now: InstallOffer | undefined): void {
  offer = now;
  for (const listener of listeners) listener();
}

/** Keeps the offer for a button of the desk's own. It comes once, soon after the page, so this must be called at once. */
export function catchInstallOffer(): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    set(event as InstallOffer);
  });
  window.addEventListener('appinstalled', () => set(undefined));
}

export const installOffer = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  isThere: (): boolean => offer !== undefined,
  take: (): void => {
    const taken = offer;
    set(undefined);
    // An offer can be taken up once; whoever declines gets the next one from the browser.
    void attempt(() => taken?.prompt(), undefined)?.catch(() => undefined);
  },
};

/** Whether this window is the installed app's. */
export const isInstalled = (): boolean => attempt(() => matchMedia('(display-mode: standalone)').matches, false);
