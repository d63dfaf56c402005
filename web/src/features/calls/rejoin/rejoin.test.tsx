import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { Participant } from '../../../shared/api/types';
import { setUp, show } from '../../../testing/desk';
import { call, customer, part } from '../../../testing/samples';
import { problem, takesCommands } from '../../../testing/server';
import { Dock } from '../Dock';

vi.mock('jssip', () => import('../../../testing/jssip'));
setUp();

const secondsAgo = (n: number) => new Date(Date.now() - n * 1000).toISOString();
const left = (seconds: number, rest: Partial<Participant> = {}) =>
  call({ state: 'talking', answeredAt: '2026-11-23T01:00:00Z', participants: [customer(), part('alex', 'joined'), part('me', 'left', { leftAt: secondsAgo(seconds), ...rest })] });

describe('after leaving a call that goes on (CALL-6)', () => {
  it('the way back stands there, and takes no second half of a double click', async () => {
    const asked = takesCommands();
    const { shows, user } = await show(<Dock />, { locale: 'ko' });
    shows({ calls: [left(1)] });
    // In the moment in which it comes, however slow the machine is.
    await waitFor(() => {
      expect(screen.getByTestId('dock').dataset.guarded).toBeDefined();
      fireEvent.click(screen.getByRole('button', { name: '다시 참여' }));
    });
    const button = screen.getByRole('button', { name: '다시 참여' });
    expect(screen.getByTestId('rejoin').textContent).toContain('통화에서 나왔어요이하늘');
    expect(asked).toEqual([]);
    await waitFor(() => expect(screen.getByTestId('dock').dataset.guarded).toBeUndefined());
    await user.click(button);
    await waitFor(() => expect(asked).toEqual(['call-1 rejoin']));
  });

  it('it goes with the call’s end, and when I am back', async () => {
    const { shows, tells } = await show(<Dock />);
    shows({ calls: [left(1)] });
    expect(await screen.findByTestId('rejoin')).toBeTruthy();
    tells({ topic: 'call', data: call({ state: 'talking', participants: [customer(), part('alex', 'joined'), part('me', 'left', { leftAt: secondsAgo(1) }), part('me', 'joined')] }) });
    expect(screen.queryByTestId('rejoin')).toBeNull();
    tells({ topic: 'call', data: left(1) });
    expect(screen.getByTestId('rejoin')).toBeTruthy();
    tells({ topic: 'call', data: { ...left(1), state: 'ended' } });
    expect(screen.queryByTestId('rejoin')).toBeNull();
  });

  it('it goes after 10 seconds', async () => {
    const { shows } = await show(<Dock />);
    shows({ calls: [left(9.5)] });
    expect(await screen.findByTestId('rejoin')).toBeTruthy();
    await waitFor(() => expect(screen.queryByTestId('rejoin')).toBeNull());
  });

  it('it is not there for a supervisor who only listened', async () => {
    const { shows } = await show(<Dock />);
    shows({ calls: [left(1, { role: 'supervisor' })] });
    expect(screen.queryByTestId('rejoin')).toBeNull();
  });

  it('a refusal is told in words', async () => {
    takesCommands(() => problem(409, 'conflict', 'no', { reason: 'rejoinTooLate' }));
    const { shows, user } = await show(<Dock />, { locale: 'ko' });
    shows({ calls: [left(1)] });
    await waitFor(() => expect(screen.getByTestId('dock').dataset.guarded).toBeUndefined());
    await user.click(await screen.findByRole('button', { name: '다시 참여' }));
    expect(await screen.findByText('나간 지 오래됐어요. 통화 중인 동료에게 초대를 부탁해 주세요.')).toBeTruthy();
  });
});
