import { attempt } from './attempt';
import { showByWorker } from './worker';

export type NoticePermission = NotificationPermission | 'none';

/** Whether desktop notifications may be shown; none: this browser has none for pages. */
export const noticePermission = (): NoticePermission => attempt(() => ('Notification' in window ? Notification.permission : 'none'), 'none');

/** Asks the person. Old Safaris answer by a callback alone and throw on the promise. */
export const askForNotices = (): Promise<NoticePermission> =>
  attempt(() => Promise.resolve(Notification.requestPermission()), undefined)?.catch(noticePermission) ?? Promise.resolve(noticePermission());

export interface SystemNotice {
  /** A later notice with the same tag takes the place of this one. */
  tag: string;
  title: string;
  body: string;
  /** Where the desk opens if no window of it is left. */
  url: string;
  actions?: { action: string; title: string }[];
  /** Stays until it is clicked or closed. */
  stays?: boolean;
  /** Also while somebody looks at the desk: to try it. */
  always?: boolean;
  /** Gets the action, or "" for the notice itself. */
  onClick: (action: string) => void;
}

/**
 * Shows a notice of the system's while nobody looks at the desk; returns how to close it. The service worker shows it, with its actions.
 * Without one the page does, where it can: Chrome on Android says that pages are permitted and throws.
 */
export function showNotice({ tag, title, body, url, actions = [], stays = false, always = false, onClick }: SystemNotice): () => void {
  if (noticePermission() !== 'granted' || (document.hasFocus() && !always)) return () => undefined;
  const options = { tag, body, icon: '/icon-192.png', badge: '/icon-192.png', requireInteraction: stays };
  const close = showByWorker({ title, options: { ...options, data: { url }, actions } }, onClick);
  if (close) return close;
  const notice = attempt(() => new Notification(title, options), undefined);
  if (notice) {
    notice.onclick = () => {
      window.focus();
      onClick('');
      notice.close();
    };
  }
  return () => attempt(() => notice?.close(), undefined);
}
