// @vitest-environment node
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';

const source = readFileSync('public/sw.js', 'utf8');

type Listener = (event: Record<string, unknown>) => void;

/** The worker among what a browser gives it. */
function start() {
  const listeners: Record<string, Listener> = {};
  const stored = new Map<string, Response>();
  const cache = {
    match: ({ url }: Request) => Promise.resolve(stored.get(url)?.clone()),
    put: (request: Request, response: Response) => Promise.resolve(void stored.set(request.url, response)),
    keys: () => Promise.resolve([...stored.keys()]),
    delete: (url: string) => Promise.resolve(stored.delete(url)),
  };
  const page = (id: string) => ({ id, postMessage: vi.fn(), focus: vi.fn(() => Promise.resolve()) });
  const pages = [page('first'), page('second')];
  const clients = { claim: vi.fn(), matchAll: () => Promise.resolve(pages), openWindow: vi.fn(() => Promise.resolve()) };
  const registration = { showNotification: vi.fn(() => Promise.resolve()) };
  const network = vi.fn((request: Request) => Promise.resolve(new Response(`from the network: ${request.url}`)));
  const globals = {
    addEventListener: (name: string, listener: Listener) => void (listeners[name] = listener),
    skipWaiting: vi.fn(),
    clients,
    registration,
    caches: { open: vi.fn(() => Promise.resolve(cache)) },
    fetch: network,
    location: { origin: 'https://desk.example' },
  };
  // The worker is a script without modules.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const run = new Function(...Object.keys(globals), source) as (...given: unknown[]) => void;
  run(...Object.values(globals));
  const send = async (name: string, event: Record<string, unknown>): Promise<void> => {
    let work: unknown;
    listeners[name]?.({ ...event, waitUntil: (promise: unknown) => (work = promise) });
    await work;
  };
  /** What the worker answers to a request; undefined where it leaves it to the browser. */
  const ask = (path: string, method = 'GET'): Promise<Response> | undefined => {
    let answer: Promise<Response> | undefined;
    listeners.fetch?.({ request: new Request(new URL(path, 'https://desk.example'), { method }), respondWith: (promise: Promise<Response>) => (answer = promise) });
    return answer;
  };
  return { send, ask, network, stored, pages, clients, registration, caches: globals.caches };
}

describe('the service worker', () => {
  it('is at most 2 kB', () => {
    expect(source.length).toBeLessThanOrEqual(2048);
  });

  it('asks for a file with a hash once', async () => {
    const { ask, network, stored } = start();
    const twice = [await ask('/assets/main-abc123.js'), await ask('/assets/main-abc123.js')];
    for (const answer of twice) expect(await answer?.text()).toBe('from the network: https://desk.example/assets/main-abc123.js');
    expect(network).toHaveBeenCalledOnce();
    expect([...stored.keys()]).toEqual(['https://desk.example/assets/main-abc123.js']);
  });

  it.each([
    ['the API', '/api/v1/me', 'GET'],
    ['a page', '/inbox/all', 'GET'],
    ['another host', 'https://elsewhere.example/assets/a.js', 'GET'],
    ['what is sent', '/assets/a.js', 'POST'],
  ])('leaves %s to the browser', (_, path, method) => {
    expect(start().ask(path, method)).toBeUndefined();
  });

  it('keeps no refusal, and the latest 400 files', async () => {
    const { ask, network, stored } = start();
    network.mockResolvedValueOnce(new Response('gone', { status: 404 }));
    await ask('/assets/gone.js');
    expect(stored.size).toBe(0);
    for (let i = 0; i < 402; i++) await ask(`/assets/${i}.js`);
    await vi.waitFor(() => expect(stored.size).toBe(400));
    expect(stored.has('https://desk.example/assets/401.js')).toBe(true);
  });

  it('gives all from the network where the browser keeps nothing', async () => {
    const { ask, caches } = start();
    caches.open.mockRejectedValue(new DOMException('denied', 'SecurityError'));
    expect((await ask('/assets/a.js'))?.status).toBe(200);
  });

  it('shows what a page asks for, and brings the click back to that page (IN-1)', async () => {
    const { send, registration, pages } = start();
    await send('message', { data: { title: '이수진', options: { tag: 'call-1', data: { url: '/' } } }, source: { id: 'second' } });
    expect(registration.showNotification).toHaveBeenCalledWith('이수진', { tag: 'call-1', data: { url: '/', page: 'second' } });
    const notification = { tag: 'call-1', data: { url: '/', page: 'second' }, close: vi.fn() };
    await send('notificationclick', { action: 'answer', notification });
    expect(notification.close).toHaveBeenCalledOnce();
    expect(pages[1]?.postMessage).toHaveBeenCalledWith({ tag: 'call-1', action: 'answer' });
    expect(pages[1]?.focus).toHaveBeenCalledOnce();
    await send('notificationclick', { action: 'decline', notification });
    expect(pages[1]?.focus).toHaveBeenCalledOnce();
    expect(pages[0]?.postMessage).not.toHaveBeenCalled();
  });

  it('opens the desk where no page of it is left', async () => {
    const { send, pages, clients } = start();
    pages.length = 0;
    await send('notificationclick', { action: '', notification: { tag: 't', data: { url: '/inbox/all/1', page: 'gone' }, close: vi.fn() } });
    expect(clients.openWindow).toHaveBeenCalledWith('/inbox/all/1');
  });
});
