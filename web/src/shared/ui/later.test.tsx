import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { later } from './later';

describe('a part that comes later', () => {
  afterEach(cleanup);

  const part = () => {
    let arrive: () => void = () => undefined;
    const loaded = new Promise<void>((resolve) => (arrive = resolve));
    const Part = later(() => loaded.then(() => () => <input aria-label="Search" data-autofocus />));
    return { Part, arrive };
  };

  it('takes the focus from the empty menu that waits for it', async () => {
    const { Part, arrive } = part();
    render(
      <div role="dialog" tabIndex={-1}>
        <Part />
      </div>,
    );
    screen.getByRole('dialog').focus();
    await act(() => Promise.resolve(arrive()));
    expect(document.activeElement).toBe(await screen.findByLabelText('Search'));
  });

  it('leaves the focus where somebody else has it', async () => {
    const { Part, arrive } = part();
    render(
      <>
        <button>Elsewhere</button>
        <Part />
      </>,
    );
    screen.getByText('Elsewhere').focus();
    await act(() => Promise.resolve(arrive()));
    await screen.findByLabelText('Search');
    expect(document.activeElement).toBe(screen.getByText('Elsewhere'));
  });
});
