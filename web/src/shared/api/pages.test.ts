import { describe, expect, it } from 'vitest';
import { mapPages, upsert } from './pages';

describe('upsert', () => {
  it.each([
    ['replaces what is there', { id: 'b', n: 2 }, [{ id: 'a', n: 0 }, { id: 'b', n: 2 }]],
    ['adds what is new at the end', { id: 'c', n: 2 }, [{ id: 'a', n: 0 }, { id: 'b', n: 1 }, { id: 'c', n: 2 }]],
  ])('%s', (_, item, expected) => {
    expect(upsert([{ id: 'a', n: 0 }, { id: 'b', n: 1 }], item)).toEqual(expected);
  });
});

describe('mapPages', () => {
  it('changes items in every page and keeps where the next one begins', () => {
    const pages = { pages: [{ items: [1], next: 'more' }, { items: [2, 3] }], pageParams: [undefined, 'more'] };
    expect(mapPages(pages, (n) => n * 10).pages).toEqual([{ items: [10], next: 'more' }, { items: [20, 30] }]);
  });
});
