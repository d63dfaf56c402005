import { lazy } from 'react';
import { backoff } from '../live/backoff';
import { served } from '../version';

// How often a file is asked for that a server which answers does not give.
const mostRefusals = 3;

/** A component of the page that is fetched when it is shown. */
export const part: typeof lazy = (load) => lazy(() => fetched(load));

/**
 * Fetches a part of the page, and waits for a server that is away: what React once failed to load it never asks for again.
 * Rejects where the server has another version of the page, or does not give the file.
 */
export async function fetched<T>(load: () => Promise<T>): Promise<T> {
  for (let attempt = 0, refusals = 0; ; attempt++) {
    try {
      await restyled();
      return await load();
    } catch (error) {
      const has = await served();
      if (has === 'this') refusals += 1;
      if (has === 'another' || refusals === mostRefusals) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, backoff(attempt)));
  }
}

// Style sheets that could not be had. What loads a part asks for its style sheet only once.
const missing = new Set<HTMLLinkElement>();
let asking: Promise<unknown> = Promise.resolve();

// An element's own error goes down to it, but not up again.
window.addEventListener('error', ({ target }) => target instanceof HTMLLinkElement && target.rel === 'stylesheet' && missing.add(target), true);

/** Resolves when all style sheets are there that were asked for. */
function restyled(): Promise<unknown> {
  if (missing.size > 0) {
    asking = Promise.all([...missing].map(again));
    missing.clear();
  }
  return asking;
}

const again = (link: HTMLLinkElement): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const other = link.cloneNode() as HTMLLinkElement;
    other.addEventListener('load', resolve);
    other.addEventListener('error', () => reject(new Error(`no style sheet ${other.href}`)));
    link.replaceWith(other);
  });
