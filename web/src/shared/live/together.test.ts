import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { together } from './together';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('changes that come together (INBOX-1)', () => {
  it('the first is drawn at once, those that follow it closely in one', () => {
    const runs: number[][] = [];
    const take = together<number>((things) => void runs.push([...things]));
    take(1);
    expect(runs).toEqual([[1]]);
    for (const thing of [2, 3, 4]) take(thing);
    expect(runs).toEqual([[1]]);
    vi.advanceTimersByTime(50);
    expect(runs).toEqual([[1], [2, 3, 4]]);
    take(5);
    take.flush();
    expect(runs.at(-1)).toEqual([5]);
    vi.advanceTimersByTime(200);
    take(6);
    expect(runs).toEqual([[1], [2, 3, 4], [5], [6]]);
  });
});
