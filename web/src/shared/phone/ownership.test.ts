import { afterEach, describe, expect, it, vi } from 'vitest';
import { Ownership } from './ownership';

/** A window of agent A; `inCall` may change. */
function openWindow(agent = 'A') {
  const handlers = { inCall: vi.fn(() => false), onLost: vi.fn(), onTaken: vi.fn() };
  const ownership = new Ownership(agent, handlers);
  opened.push(ownership);
  return { ownership, handlers };
}

/** The part of the Web Locks API that the windows use, which jsdom lacks. */
function shareLocks() {
  const held: { name: string }[] = [];
  vi.stubGlobal('navigator', {
    locks: {
      request: async (name: string, _: unknown, run: () => Promise<void>) => {
        const lock = { name };
        held.push(lock);
        await run();
        held.splice(held.indexOf(lock), 1);
      },
      query: () => Promise.resolve({ held }),
    },
  });
}

let opened: Ownership[] = [];
afterEach(() => {
  vi.unstubAllGlobals();
  for (const each of opened) each.close();
  opened = [];
});

describe('which window has the phone (IN-12)', () => {
  it('is the newest one, and the other is told', async () => {
    const old = openWindow();
    const fresh = openWindow();
    expect(await fresh.ownership.claim()).toBe(true);
    expect(old.handlers.onLost).toHaveBeenCalledOnce();
  });

  it('stays the one in a call, until the person takes the call along', async () => {
    const old = openWindow();
    old.handlers.inCall.mockReturnValue(true);
    const fresh = openWindow();
    expect(await fresh.ownership.claim()).toBe(false);
    expect(old.handlers.onTaken).not.toHaveBeenCalled();
    expect(await fresh.ownership.claim(true)).toBe(true);
    expect(old.handlers.onTaken).toHaveBeenCalledOnce();
    expect(old.handlers.onLost).not.toHaveBeenCalled();
  });

  it('stays the one in a call even when that is too busy to answer', async () => {
    shareLocks();
    const old = openWindow();
    old.ownership.mark(true);
    const fresh = openWindow();
    expect(await fresh.ownership.claim()).toBe(false);
    expect(await old.ownership.claim()).toBe(true);
    old.ownership.mark(false);
    expect(await fresh.ownership.claim()).toBe(true);
  });

  it('is nobody else’s business', async () => {
    const other = openWindow('B');
    expect(await openWindow().ownership.claim(true)).toBe(true);
    expect(other.handlers.onTaken).not.toHaveBeenCalled();
  });
});
