import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { endPractice, practiseRing } from '../../../shared/phone/practice';
import { setUp, show } from '../../../testing/desk';
import { call } from '../../../testing/samples';
import { Dock } from '../Dock';

vi.mock('jssip', () => import('../../../testing/jssip'));
setUp();
afterEach(endPractice);

describe('the practice ring (IN-1, IN-2, SYS-4)', () => {
  it.each([
    ['en', 'Practice call', 'Answer', 'You answered the practice ring.'],
    ['ko', '연습 전화', '받기', '연습 벨을 받았어요.'],
  ] as const)('rings the real box, with its sound, and no call behind it (%s)', async (locale, name, answer, answered) => {
    const played = vi.spyOn(HTMLMediaElement.prototype, 'play');
    const { user, shows } = await show(<Dock />, { locale });
    shows({});
    act(practiseRing);
    const box = await screen.findByTestId('ring-box');
    expect(box.dataset.call).toBe('practice');
    expect(box.textContent).toContain(name);
    expect(played).toHaveBeenCalled();
    expect(document.title).toContain(name);
    await user.click(within(box).getByRole('button', { name: answer }));
    await screen.findByText(new RegExp(answered));
    expect(screen.queryByTestId('ring-box')).toBeNull();
  });

  it('gives way to a call', async () => {
    const { shows } = await show(<Dock />);
    shows({});
    act(practiseRing);
    await screen.findByTestId('ring-box');
    shows({ calls: [call()] });
    await waitFor(() => expect(screen.getAllByTestId('ring-box').map((box) => box.dataset.call)).toEqual(['call-1']));
    shows({ calls: [] });
    await waitFor(() => expect(screen.queryByTestId('ring-box')).toBeNull());
  });
});
