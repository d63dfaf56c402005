import { MantineProvider } from '@mantine/core';
import { notifications, Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, configure, render, waitFor } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { MemoryRouter, useLocation } from 'react-router';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { words } from '../apps/desk/words';
import type { LiveSnapshot, Me } from '../shared/api/types';
import { applyLocale, startI18n, type Locale } from '../shared/i18n';
import type { CacheWriter, Change } from '../shared/live/change';
import { LiveProvider } from '../shared/live/LiveProvider';
import { PhoneProvider } from '../shared/phone/PhoneProvider';
import { MeContext } from '../shared/session/me';
import { ShortcutsProvider } from '../shared/shortcuts/ShortcutsProvider';
import type { Place } from '../shared/shortcuts/useGo';
import { loadLater } from '../shared/ui/later';
import { theme } from '../shared/ui/theme';
import { stubBrowser } from './browser';
import { UA } from './jssip';
import { LiveServer } from './live';
import { me } from './samples';
import { server } from './server';

interface Options {
  locale?: Locale;
  /** Who is signed in. */
  as?: Partial<Me>;
  path?: string;
  caches?: readonly CacheWriter[];
  /** Where G and a letter lead. */
  places?: readonly Place[];
}

/** What a test does with the part of the desk that it shows. */
export interface Shown {
  user: UserEvent;
  /** The page's address. */
  where: () => string;
  /** How things stand, by the live channel. */
  shows: (rest: Partial<LiveSnapshot>) => void;
  tells: (change: Change) => void;
  /** The phone system is gone, or back. */
  engine: (up: boolean) => void;
  /** The live connection is cut. */
  loses: () => void;
  /** The live connection is made anew. */
  returns: (rest: Partial<LiveSnapshot>) => void;
}

// A machine that is busy with other tests is slow, not wrong.
const patienceMs = 10_000;
configure({ asyncUtilTimeout: patienceMs });

/** Registers what a component's tests need before and after each: a browser, the server's answers, both languages. */
export function setUp(): void {
  beforeAll(async () => {
    server.listen({ onUnhandledRequest: 'error' });
    await startI18n(words, ['en', 'ko']);
    await loadLater();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    UA.latest = undefined;
    stubBrowser();
  });
  afterEach(() => {
    cleanup();
    notifications.clean();
    server.resetHandlers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    for (const name of ['permissions', 'mediaDevices', 'wakeLock', 'platform']) Reflect.deleteProperty(navigator, name);
  });
}

/** Shows a part of the desk to a signed-in agent whose phone is registered. JsSIP must be mocked by testing/jssip. */
export async function show(part: ReactNode, { locale = 'en', as = {}, path = '/', caches = [], places = [] }: Options = {}): Promise<Shown> {
  applyLocale(locale);
  const signedIn = me({ locale, ...as });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  let address = path;
  const Address = () => {
    const { pathname } = useLocation();
    address = pathname;
    return null;
  };
  const live = new LiveServer();
  render(
    <MantineProvider theme={theme} env="test">
      <Notifications />
      <QueryClientProvider client={queries}>
        <MemoryRouter initialEntries={[path]}>
          <Address />
          <MeContext value={signedIn}>
            <LiveProvider caches={caches}>
              <PhoneProvider me={signedIn}>
                <ShortcutsProvider places={places}>{part}</ShortcutsProvider>
              </PhoneProvider>
            </LiveProvider>
          </MeContext>
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
  await waitFor(() => {
    if (!UA.latest) throw new Error('the phone has not registered');
  });
  const shows: Shown['shows'] = (rest) => act(() => live.shows({ me: signedIn, ...rest }));
  return {
    user: userEvent.setup(),
    where: () => address,
    shows,
    tells: (change) => act(() => live.tells(change)),
    engine: (up) => act(() => live.engine(up)),
    loses: () => act(() => live.loses()),
    returns: (rest) => {
      act(() => void window.dispatchEvent(new Event('online')));
      shows(rest);
    },
  };
}
