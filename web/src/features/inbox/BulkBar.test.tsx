import { screen, waitFor } from '@testing-library/react';
import { delay } from 'msw';
import { describe, expect, it, vi } from 'vitest';
import type { Bulk, ConversationSummary } from '../../shared/api/types';
import { setUp, show } from '../../testing/desk';
import { contact, conversation, counts } from '../../testing/samples';
import { api, server } from '../../testing/server';
import { inboxCache } from './cache';
import { ConversationList } from './ConversationList';
import { WantedContext } from './wanted';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

const missed = (id: string): ConversationSummary => conversation({ id, state: 'missed', missedReason: 'userLeft', contact: contact({ id: `of-${id}`, name: id }) });
const running: Bulk = { id: 'bulk-1', action: 'close', state: 'running', total: 128, processed: 0, changed: 0, unchanged: 0, refused: {}, undoable: false, createdAt: '2026-11-23T01:00:00Z' };

/** The list of missed conversations, of which the server has 128; gives what was asked to be done to many. */
async function missedList() {
  const asked: object[] = [];
  server.use(
    api.get('/conversations', ({ response }) => response(200).json({ items: ['a', 'b', 'c', 'd'].map(missed) })),
    api.get('/conversations/counts', ({ response }) => response(200).json(counts({ missed: 128 }))),
    api.get('/bulk/{id}', ({ response }) => response(200).json(running)),
    api.post('/conversations/bulk', async ({ request, response }) => {
      const { key, ...rest } = await request.json();
      expect(key).toBeTruthy();
      asked.push(rest);
      return response(202).json(running);
    }),
  );
  const part = (
    <WantedContext value={{ wanted: undefined, want: () => {} }}>
      <ConversationList list="missed" selected={undefined} firstRun={null} />
    </WantedContext>
  );
  const shown = await show(part, { caches: [inboxCache], path: '/inbox/missed', locale: 'ko' });
  shown.shows({});
  await screen.findAllByTestId('inbox-item');
  return { ...shown, asked };
}

describe('one thing done to many conversations (MISS-3, MISS-2)', () => {
  it('to those chosen by X and Shift+click', async () => {
    const { user, asked } = await missedList();
    await user.keyboard('jx');
    expect(await screen.findByText('1개 선택')).toBeTruthy();
    await user.keyboard('{Shift>}');
    await user.click(screen.getAllByTestId('inbox-item')[2]!);
    await user.keyboard('{/Shift}');
    expect(screen.getByText('3개 선택')).toBeTruthy();
    expect(screen.queryByRole('button', { name: '보류중' })).toBeNull();
    await user.click(screen.getByRole('button', { name: '상담 종료' }));
    await waitFor(() => expect(asked).toEqual([{ action: 'close', ids: ['a', 'b', 'c'] }]));
  });

  it('to all that the list has, asked once because it cannot be taken back, with how far it is and what came of it', async () => {
    const { user, tells, asked } = await missedList();
    await user.keyboard('jx');
    await user.click(await screen.findByRole('button', { name: '128개 모두 선택' }));
    await user.click(screen.getByRole('button', { name: '상담 종료' }));
    expect(await screen.findByText('부재중 상담 128개를 종료해요. 다시 열 수 없어요.')).toBeTruthy();
    expect(asked).toEqual([]);
    await user.click(screen.getAllByRole('button', { name: '상담 종료' }).at(-1)!);
    expect(await screen.findByText('128개 중 0개 처리했어요')).toBeTruthy();
    expect(asked).toEqual([{ action: 'close', filter: { list: 'missed' } }]);
    tells({ topic: 'bulk', data: { ...running, state: 'done', processed: 128, changed: 125, unchanged: 2, refused: { missedOnlyClosed: 1 } } });
    expect(await screen.findByText('상담 125개를 바꿨어요')).toBeTruthy();
    expect(screen.getByText('2개는 이미 그 상태였어요 · 1개는 그대로예요: 부재중 상담은 종료만 할 수 있어요')).toBeTruthy();
    expect(screen.queryByRole('button', { name: '되돌리기' })).toBeNull();
  });

  it('leaves no row of those that it has taken out of the list', async () => {
    const { user, tells } = await missedList();
    await user.keyboard('jx');
    await user.click(await screen.findByRole('button', { name: '상담 종료' }));
    expect(await screen.findByText('128개 중 0개 처리했어요')).toBeTruthy();
    // The list is the last to be answered.
    server.use(
      api.get('/conversations', async ({ response }) => {
        await delay(50);
        return response(200).json({ items: ['b', 'c', 'd'].map(missed) });
      }),
    );
    tells({ topic: 'bulk', data: { ...running, state: 'done', processed: 1, changed: 1 } });
    await waitFor(() => expect(screen.getAllByTestId('inbox-item').map((row) => row.dataset.id)).toEqual(['b', 'c', 'd']));
  });
});
