/**
 * What a browser can do differs: an API may be missing (old browsers, pages without HTTPS), forbidden (privacy settings),
 * or throw where others work (`new Notification` on Android). None of that may take a ringing call with it.
 */
export function attempt<T>(call: () => T, otherwise: T): T {
  try {
    return call();
  } catch {
    return otherwise;
  }
}
