import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { ConversationSummary } from '../../shared/api/types';
import { setUp, show } from '../../testing/desk';
import { call, conversation } from '../../testing/samples';
import { api, problem, server } from '../../testing/server';
import { CallButton } from './CallButton';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

const handled = { missedHandledAt: '2026-11-23T05:12:00Z', missedHandledBy: { id: 'alex', name: 'Alex Park' } };
const missed = (rest: Partial<NonNullable<ConversationSummary['lastCall']>> = {}) =>
  conversation({ state: 'missed', missedReason: 'userLeft', lastCall: { id: 'lost', state: 'missed', startedAt: '2026-11-23T01:00:00Z', ...rest } });

/** Takes calls, or refuses them; gives what was asked for. */
function takesCalls(refusal?: () => ReturnType<typeof problem>) {
  const asked: object[] = [];
  server.use(
    api.post('/calls', async ({ request, response }) => {
      asked.push(await request.json());
      return refusal ? response.untyped(refusal()) : response(201).json(call({ id: 'new', conversationId: 'new-conversation' }));
    }),
  );
  return asked;
}

describe('calling a customer back (MISS-5, OUT-1)', () => {
  it('names the missed call and goes to the new call’s conversation', async () => {
    const asked = takesCalls();
    const { user, where } = await show(<CallButton conversation={missed()} small />, { locale: 'ko' });
    await user.click(screen.getByRole('button', { name: '다시 걸기' }));
    await waitFor(() => expect(where()).toBe('/inbox/all/new-conversation'));
    expect(asked).toEqual([{ to: '+821023456789', conversationId: 'conversation-1', missedCallId: 'lost' }]);
  });

  it('asks once where somebody has called back before, and calls all the same', async () => {
    const asked = takesCalls();
    const { user } = await show(<CallButton conversation={missed(handled)} small />, { locale: 'ko' });
    await user.click(screen.getByRole('button', { name: '다시 걸기' }));
    const question = await screen.findByRole('alertdialog');
    expect(question.textContent).toMatch(/이미 처리된 부재중 전화입니다\. Alex Park 님이/);
    await user.click(screen.getByRole('button', { name: '취소' }));
    await user.click(screen.getByRole('button', { name: '다시 걸기' }));
    expect(asked).toEqual([]);
    await user.click(await screen.findByRole('button', { name: '전화 걸기' }));
    await waitFor(() => expect(asked).toEqual([expect.objectContaining({ missedCallId: 'lost', anyway: true })]));
  });

  it('tells who was quicker when two call at the same moment', async () => {
    takesCalls(() => problem(409, 'conflict', 'Somebody has called back already.'));
    server.use(api.get('/conversations/{id}', ({ response }) => response(200).json({ ...missed(handled), members: [], calls: [], notes: [] })));
    const { user } = await show(<CallButton conversation={missed()} />, { locale: 'ko' });
    await user.click(screen.getByRole('button', { name: '전화' }));
    expect((await screen.findByRole('alertdialog')).textContent).toContain('Alex Park 님이');
  });

  it('does nothing for who may not place calls, and says whom to ask', async () => {
    const asked = takesCalls();
    const { user } = await show(<CallButton conversation={missed()} small />, { locale: 'ko', as: { placesCalls: false } });
    const button = screen.getByRole('button', { name: '다시 걸기' });
    expect(button.title).toBe('전화 걸기 권한이 없어요. 관리자가 허용할 수 있어요.');
    await user.click(button);
    expect(asked).toEqual([]);
  });
});
