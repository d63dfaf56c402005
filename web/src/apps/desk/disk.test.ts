import { afterEach, describe, expect, it, vi } from 'vitest';
import { diskIsLow } from './disk';

afterEach(() => vi.unstubAllGlobals());

// An administrator is told that calls are not recorded.
describe('disk (SEC-4)', () => {
  it.each([
    [{ status: 'ok', disk: 'ok' }, 200, false],
    [{ status: 'ok' }, 200, false],
    [{ status: 'ok', disk: 'the disk is nearly full: 3 MiB are free' }, 200, true],
    [{ status: 'not ready', disk: 'the disk is full: 0 MiB are free' }, 503, true],
  ])('of %j with %i is low: %s', async (body, status, low) => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(body), { status })));
    expect(await diskIsLow()).toBe(low);
  });
});
