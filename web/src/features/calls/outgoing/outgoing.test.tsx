import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { Call } from '../../../shared/api/types';
import { setUp, show } from '../../../testing/desk';
import { call, customer, part } from '../../../testing/samples';
import { api, problem, server } from '../../../testing/server';
import { Dock } from '../Dock';

vi.mock('jssip', () => import('../../../testing/jssip'));
setUp();

const placed = (rest: Partial<Call> = {}): Call =>
  call({ direction: 'outbound', state: 'dialing', from: '+827076660001', to: '+821023456789', participants: [customer(), part('me', 'joined')], ...rest });

/** Takes calls that are placed, and gives what was asked for. */
function takesCalls(refusal?: () => ReturnType<typeof problem>) {
  const asked: unknown[] = [];
  server.use(
    api.post('/calls', async ({ request, response }) => {
      asked.push(await request.json());
      return refusal ? response.untyped(refusal()) : response(201).json(placed({ conversationId: 'conversation-2' }));
    }),
  );
  return asked;
}

describe('a call that I placed (OUT-8)', () => {
  it('is on its way until somebody answers: nothing but hanging up', async () => {
    const { shows } = await show(<Dock />, { path: '/inbox/all' });
    shows({ calls: [placed()] });
    expect(screen.getByTestId('call-box').textContent).toContain('Calling…');
    expect(screen.queryByRole('button', { name: 'Hold' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Hang up' })).toBeTruthy();
  });

  it.each([
    ['busy', '통화 중이에요'],
    ['noAnswer', '받지 않아요'],
    ['rejected', '거절했어요'],
    ['unreachable', '연결할 수 없는 번호예요'],
  ] as const)('says that it failed: %s, and calls again', async (outcome, words) => {
    const asked = takesCalls();
    const { shows, tells, user, where } = await show(<Dock />, { path: '/inbox/all', locale: 'ko' });
    shows({ calls: [placed()] });
    await waitFor(() => expect(screen.getByTestId('dock').dataset.guarded).toBeUndefined());
    tells({ topic: 'call', data: placed({ state: 'ended', outcome }) });
    expect(screen.getByTestId('call-failed').textContent).toContain(words);
    expect(screen.getByTestId('call-failed').textContent).toContain('이하늘');
    await user.click(screen.getByRole('button', { name: '다시 걸기' }));
    await waitFor(() => expect(asked).toEqual([{ to: '+821023456789', numberId: 'n', contactId: 'contact-1' }]));
    await waitFor(() => expect(where()).toBe('/inbox/all/conversation-2'));
  });

  it('that I gave up says nothing', async () => {
    const { shows, tells } = await show(<Dock />, { path: '/inbox/all' });
    shows({ calls: [placed()] });
    tells({ topic: 'call', data: placed({ state: 'ended', outcome: 'cancelled' }) });
    expect(screen.queryByTestId('call-failed')).toBeNull();
  });
});
