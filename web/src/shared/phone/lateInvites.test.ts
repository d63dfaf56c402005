import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LateInvites } from './lateInvites';

const late = vi.fn();
let invites: LateInvites;

beforeEach(() => {
  vi.useFakeTimers();
  late.mockReset();
  invites = new LateInvites(late);
});

afterEach(() => vi.useRealTimers());

// No call rings on a screen that cannot answer it.
describe('late INVITEs (IN-11, IN-12)', () => {
  it('tells of a call that rings without one, once', () => {
    invites.look(['a'], {});
    vi.advanceTimersByTime(2999);
    expect(late).not.toHaveBeenCalled();
    invites.look(['a'], {}); // something else has changed
    vi.advanceTimersByTime(1);
    expect(late).toHaveBeenCalledTimes(1);
    invites.look(['a'], {});
    vi.advanceTimersByTime(60_000);
    expect(late).toHaveBeenCalledTimes(1);
  });

  it('says nothing of an INVITE that comes in time', () => {
    invites.look(['a'], {});
    vi.advanceTimersByTime(2000);
    invites.look(['a'], { a: 'incoming' });
    vi.advanceTimersByTime(60_000);
    expect(late).not.toHaveBeenCalled();
  });

  it('says nothing of a call that no longer rings, or of a phone that is not ready', () => {
    invites.look(['a'], {});
    invites.look([], {});
    vi.advanceTimersByTime(60_000);
    expect(late).not.toHaveBeenCalled();
  });

  it('tells again of a call that rings anew', () => {
    invites.look(['a'], {});
    vi.advanceTimersByTime(3000);
    invites.look([], {});
    invites.look(['a'], {});
    vi.advanceTimersByTime(3000);
    expect(late).toHaveBeenCalledTimes(2);
  });
});
