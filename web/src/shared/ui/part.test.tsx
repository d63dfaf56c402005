import { render, screen } from '@testing-library/react';
import { Suspense } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetched, part } from './part';

const page = '<script type="module" src="/assets/main-old.js">';
const server = vi.fn<() => Promise<Response>>();
const cut = new TypeError('Failed to fetch dynamically imported module');

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  document.head.innerHTML = page;
  vi.stubGlobal('fetch', server);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  server.mockReset();
});

const away = () => server.mockRejectedValue(new TypeError('cut'));
const back = () => server.mockImplementation(() => Promise.resolve(new Response(page)));

// A part of the page that cannot be had comes as soon as the server is back (SYS-3).
describe('a part of the page', () => {
  it('waits for a server that is away, and is shown then', async () => {
    away();
    const load = vi.fn(() => Promise.reject<{ default: () => string }>(cut));
    const Screen = part(load);
    render(<Suspense fallback="waits">{<Screen />}</Suspense>);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(screen.getByText('waits')).toBeTruthy();
    expect(load.mock.calls.length).toBeGreaterThan(5);
    load.mockResolvedValue({ default: () => 'here' });
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await screen.findByText('here')).toBeTruthy();
  });

  it.each([
    ['the server has another version', 1, () => server.mockImplementation(() => Promise.resolve(new Response('<script type="module" src="/assets/main-new.js">')))],
    ['the server is there and does not give it', 3, back],
  ])('is given up when %s', async (_, times, state) => {
    state();
    const load = vi.fn(() => Promise.reject(cut));
    const came = expect(fetched(load)).rejects.toBe(cut);
    await vi.advanceTimersByTimeAsync(60_000);
    await came;
    expect(load).toHaveBeenCalledTimes(times);
  });

  it('does not come without its style sheet', async () => {
    away();
    const sheet = () => document.querySelector<HTMLLinkElement>('link');
    const fails = () => sheet()?.dispatchEvent(new Event('error'));
    const load = vi.fn(() => {
      if (sheet()) return Promise.resolve('here'); // it asks for a style sheet once only
      document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/part.css' }));
      fails();
      return Promise.reject(cut);
    });
    const came = vi.fn();
    void fetched(load).then(came);
    for (let round = 0; round < 3; round++) {
      const before = sheet();
      await vi.waitFor(() => expect(sheet()).not.toBe(before), { timeout: 15_000 });
      fails();
    }
    await vi.advanceTimersByTimeAsync(15_000);
    expect(came).not.toHaveBeenCalled();
    sheet()?.dispatchEvent(new Event('load'));
    await vi.waitFor(() => expect(came).toHaveBeenCalledWith('here'));
    expect(document.querySelectorAll('link')).toHaveLength(1);
  });
});
