import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { MemoryRouter } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useLogout } from '../../features/session/session';
import { useDisplay } from '../../shared/format/useDisplay';
import { applyLocale, startI18n } from '../../shared/i18n';
import { theme } from '../../shared/ui/theme';
import { stubBrowser } from '../../testing/browser';
import { LiveServer } from '../../testing/live';
import { call, customer, me, part } from '../../testing/samples';
import Desk from './Desk';
import { words } from './words';

vi.mock('jssip', () => import('../../testing/jssip'));
vi.mock('../../features/session/session', async (original) => ({ useLogout: vi.fn((await original<typeof import('../../features/session/session')>()).useLogout) }));
vi.mock('../../shared/format/useDisplay', async (original) => {
  const actual = await original<typeof import('../../shared/format/useDisplay')>();
  return { ...actual, useDisplay: vi.fn(actual.useDisplay) };
});

await startI18n(words, ['en']);

const throws = () => {
  throw new TypeError('Illegal constructor.');
};

/** A class whose constructor throws, as `new Notification` does on Android. */
const throwing = (statics: object = {}) => Object.assign(function () { throws(); }, statics);

const refused = { configurable: true, get: throws };

/** What a browser may lack or forbid, one at a time. */
const lacks: Record<string, () => void> = {
  nothing: () => {},
  'Notification throws (Chrome on Android)': () => vi.stubGlobal('Notification', throwing({ permission: 'granted' })),
  'Notification is missing': () => vi.stubGlobal('Notification', undefined),
  'Notification.permission throws': () => vi.stubGlobal('Notification', Object.defineProperty(throwing(), 'permission', refused)),
  'Audio throws': () => vi.stubGlobal('Audio', throwing()),
  'Audio is missing': () => vi.stubGlobal('Audio', undefined),
  'play throws': () => (HTMLMediaElement.prototype.play = throws),
  'play is refused': () => (HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException('no', 'NotAllowedError'))),
  'AudioContext is missing': () => vi.stubGlobal('AudioContext', undefined),
  'createObjectURL throws': () => (URL.createObjectURL = throws),
  'BroadcastChannel is missing': () => vi.stubGlobal('BroadcastChannel', undefined),
  'BroadcastChannel throws': () => vi.stubGlobal('BroadcastChannel', throwing()),
  'localStorage throws': () => vi.spyOn(window, 'localStorage', 'get').mockImplementation(throws),
  'localStorage is missing': () => vi.stubGlobal('localStorage', undefined),
  'localStorage is full': () => vi.spyOn(Storage.prototype, 'setItem').mockImplementation(throws),
  'mediaDevices is undefined (http)': () => Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: undefined }),
  'mediaDevices throws': () => Object.defineProperty(navigator, 'mediaDevices', refused),
  'getUserMedia throws at once': () => Object.defineProperty(navigator.mediaDevices, 'getUserMedia', { value: throws }),
  'enumerateDevices fails': () => Object.defineProperty(navigator.mediaDevices, 'enumerateDevices', { value: () => Promise.reject(new Error('no')) }),
  'permissions is undefined': () => Object.defineProperty(navigator, 'permissions', { configurable: true, value: undefined }),
  'permissions.query throws': () => Object.defineProperty(navigator, 'permissions', { configurable: true, value: { query: throws } }),
  'randomUUID is undefined (http)': () => vi.stubGlobal('crypto', {}),
  'Worker is missing': () => vi.stubGlobal('Worker', undefined),
  'Worker throws': () => vi.stubGlobal('Worker', throwing()),
  'setSinkId throws': () => Object.defineProperty(HTMLMediaElement.prototype, 'setSinkId', { configurable: true, value: throws }),
  'wakeLock is missing': () => Object.defineProperty(navigator, 'wakeLock', { configurable: true, value: undefined }),
  'platform is undefined': () => Object.defineProperty(navigator, 'platform', { configurable: true, value: undefined }),
};

let root: Root;
let page: HTMLElement;
const unhandled = vi.fn();

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  stubBrowser();
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"items":[]}', { status: 200, headers: { 'Content-Type': 'application/json' } })));
  applyLocale('en');
  unhandled.mockClear();
  process.on('unhandledRejection', unhandled);
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  page = document.body.appendChild(document.createElement('div'));
});

afterEach(async () => {
  await act(() => Promise.resolve(root.unmount()));
  page.remove();
  process.off('unhandledRejection', unhandled);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  for (const name of ['permissions', 'mediaDevices', 'wakeLock', 'platform']) Reflect.deleteProperty(navigator, name);
  Reflect.deleteProperty(HTMLMediaElement.prototype, 'setSinkId');
});

async function open(): Promise<void> {
  root = createRoot(page);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const desk = (
    <MantineProvider theme={theme}>
      <QueryClientProvider client={queries}>
        <MemoryRouter>
          <Desk me={me({ locale: 'en' })} />
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>
  );
  await act(() => Promise.resolve(root.render(desk)));
}

const ring = () => call({ id: 'ringing' });
const talk = () => call({ id: 'running', state: 'talking', participants: [customer(), part('me', 'joined')] });
const says = (calls: ReturnType<typeof call>[]) => act(() => Promise.resolve(new LiveServer().shows({ calls })));
const box = (kind: string, id: string) => document.querySelector<HTMLElement>(`[data-testid=${kind}][data-call=${id}]`);

describe('a browser in which', () => {
  it.each(Object.entries(lacks))('%s still shows the ringing and the running call (IN-1, CALL-1)', async (_, take) => {
    take();
    await open();
    await says([ring(), talk()]);
    await act(() => vi.waitFor(() => expect(box('ring-box', 'ringing')).not.toBeNull()));
    await act(() => new Promise(setImmediate)); // what was refused meanwhile has told
    expect(box('ring-box', 'ringing')?.textContent).toContain('Answer');
    expect(box('ring-box', 'ringing')?.textContent).toContain('이하늘');
    expect(box('call-box', 'running')?.outerHTML).toContain('Leave');
    expect(document.querySelector('nav')).not.toBeNull();
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe('what breaks inside (IN-1, CALL-1)', () => {
  const whole = { display: vi.mocked(useDisplay).getMockImplementation()!, logout: vi.mocked(useLogout).getMockImplementation()! };
  afterEach(() => {
    vi.mocked(useDisplay).mockImplementation(whole.display);
    vi.mocked(useLogout).mockImplementation(whole.logout);
  });

  it('the boxes leaves plain ones, which answer, decline and leave', async () => {
    await open();
    vi.mocked(useDisplay).mockImplementation(throws);
    await says([ring(), talk()]);
    for (const words of ['Answer', 'Decline', '이하늘']) expect(box('ring-box', 'ringing')?.textContent).toContain(words);
    for (const words of ['Mute', 'Hold', 'Leave']) expect(box('call-box', 'running')?.textContent).toContain(words);
  });

  it('one call’s box leaves the next call its whole one', async () => {
    await open();
    vi.mocked(useDisplay).mockImplementation(throws);
    await says([talk()]);
    expect(box('call-box', 'running')?.querySelector('header')).toBeNull();
    vi.mocked(useDisplay).mockImplementation(whole.display);
    await says([{ ...talk(), id: 'next' }]);
    expect(box('call-box', 'next')?.querySelector('header')).not.toBeNull();
  });

  it('the navigation is back on the next screen', async () => {
    vi.mocked(useLogout).mockImplementation(throws);
    await open();
    await says([talk()]);
    expect(document.querySelector('nav a[href="/contacts"]')).toBeNull();
    vi.mocked(useLogout).mockImplementation(whole.logout);
    await act(() => vi.waitFor(() => expect(document.querySelector('[data-guarded]')).toBeNull()));
    await act(() => Promise.resolve(box('call-box', 'running')?.querySelector('a')?.click()));
    expect(document.querySelector('nav a[href="/contacts"]')).not.toBeNull();
  });
});
