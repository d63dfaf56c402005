import { attempt } from './attempt';

// The desk's own service worker, public/sw.js. A browser has none for pages without HTTPS, and refuses one behind a certificate that it does not trust.

export interface WorkerNotice {
  title: string;
  /** `actions` is not in the DOM's types: https://notifications.spec.whatwg.org/#dictdef-notificationaction */
  options: NotificationOptions & { tag: string; data: { url: string }; actions: { action: string; title: string }[] };
}

let registration: ServiceWorkerRegistration | undefined;
const clicks = new Map<string, (action: string) => void>();

let started = false;

/** Registers the worker and takes the clicks on its notices. */
export function startWorker(): void {
  if (started) return;
  started = true;
  attempt(() => {
    navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ tag: string; action: string }>) => clicks.get(data.tag)?.(data.action));
    void navigator.serviceWorker.register('/sw.js').then(
      (registered) => {
        registration = registered;
      },
      () => undefined,
    );
  }, undefined);
}

/** Lets the worker show a notice; undefined where there is none, else how to close it. `onClick` gets the action, or "" for the notice itself. */
export function showByWorker({ title, options }: WorkerNotice, onClick: (action: string) => void): (() => void) | undefined {
  const worker = registration?.active;
  if (!worker || !attempt(() => (worker.postMessage({ title, options }), true), false)) return undefined;
  clicks.set(options.tag, onClick);
  return () => {
    if (clicks.get(options.tag) === onClick) clicks.delete(options.tag);
    void closeShown(options.tag);
  };
}

async function closeShown(tag: string): Promise<void> {
  const shown = await attempt(() => registration?.getNotifications({ tag }), undefined)?.catch(() => []);
  for (const notice of shown ?? []) attempt(() => notice.close(), undefined);
}
