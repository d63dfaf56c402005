import { useQuery } from '@tanstack/react-query';
import { act, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { setUp, show } from '../../testing/desk';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

/** What was fetched, and how often. */
function Fetched({ fetches }: { fetches: () => Promise<string> }) {
  const { data } = useQuery({ queryKey: ['fetched'], queryFn: fetches, staleTime: Infinity });
  return <p>{data}</p>;
}

describe('what was fetched before the first live connection (INBOX-1, IN-12)', () => {
  it.each([
    ['something has changed meanwhile: the connection tells of later changes only', 0, 'answer 2'],
    ['the server knows of no change', Number.MAX_SAFE_INTEGER, 'answer 1'],
  ])('where %s', async (_, unchangedMs, text) => {
    let answers = 0;
    const desk = await show(<Fetched fetches={() => Promise.resolve(`answer ${++answers}`)} />);
    await screen.findByText('answer 1');
    desk.shows({ unchangedMs });
    await act(() => new Promise((resolve) => setTimeout(resolve, 50)));
    expect(screen.getByText(text)).toBeTruthy();
  });
});
