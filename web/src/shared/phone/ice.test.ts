import { afterEach, describe, expect, it, vi } from 'vitest';
import { setUp } from '../../testing/desk';
import { api, problem, server } from '../../testing/server';
import { IceServers } from './ice';

setUp();
afterEach(() => vi.useRealTimers());

const turn = { urls: ['turn:turn.example:3478'], username: '1:me', credential: 'x' };

describe('the servers that help sound through NAT', () => {
  it('are known soon after the start, and asked for again before they end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let asked = 0;
    server.use(
      api.get('/ice-servers', ({ response }) => {
        asked += 1;
        return asked === 2 ? response.untyped(problem(503, 'unavailable', 'No.')) : response(200).json({ servers: asked === 1 ? [turn] : [] });
      }),
    );
    const ice = new IceServers();
    ice.start();
    await vi.waitFor(() => expect(ice.current).toEqual([turn]));
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    await vi.advanceTimersByTimeAsync(4 * 60 * 60 * 1000);
    await vi.waitFor(() => expect(asked).toBe(2));
    expect(ice.current).toEqual([turn]);
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    await vi.advanceTimersByTimeAsync(60 * 1000);
    await vi.waitFor(() => expect(ice.current).toEqual([]));
    ice.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
