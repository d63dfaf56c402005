import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { setUp, show } from '../../../testing/desk';
import { call, conversation, customer, me, part } from '../../../testing/samples';
import { api, server } from '../../../testing/server';
import { Dock } from '../Dock';

vi.mock('jssip', () => import('../../../testing/jssip'));
setUp();

const secondsFromNow = (n: number) => new Date(Date.now() + n * 1000).toISOString();
const wrappingUp = (seconds: number) => ({ status: 'wrapUp', wrapUpUntil: secondsFromNow(seconds), wrapUpExtensions: 1 }) as const;

async function after(seconds: number, locale: 'ko' | 'en' = 'ko') {
  const shown = await show(<Dock />, { locale, path: '/contacts', as: wrappingUp(seconds) });
  const talk = call({ state: 'talking', answeredAt: '2026-11-23T01:00:00Z', participants: [customer(), part('me', 'joined')] });
  shown.shows({ calls: [talk] });
  shown.tells({ topic: 'call', data: { ...talk, state: 'ended', endedAt: '2026-11-23T01:04:31Z', participants: [customer(), part('me', 'left')] } });
  await waitFor(() => expect(screen.getByTestId('dock').dataset.guarded).toBeUndefined());
  return shown;
}

describe('wrap-up (END-5)', () => {
  it.each([
    ['ko', ['통화 후처리', '이하늘', '통화 4:31', '메모 쓰기', '상담 종료', '후처리 끝내기']],
    ['en', ['Wrap-up', '이하늘', 'talked 4:31', 'Write a note', 'Close conversation', 'Finish']],
  ] as const)('counts down in the dock, with the call that it is about (%s)', async (locale, words) => {
    await after(60, locale);
    const card = screen.getByTestId('wrap-up');
    for (const word of words) expect(card.textContent).toContain(word);
    expect(screen.getByRole('timer').textContent).toMatch(/^0:5\d$|^1:00$/);
  });

  it('is finished', async () => {
    const asked: unknown[] = [];
    server.use(
      api.patch('/me', async ({ request, response }) => {
        asked.push(await request.json());
        return response(200).json(me());
      }),
    );
    const { user } = await after(60);
    await user.click(screen.getByRole('button', { name: '후처리 끝내기' }));
    await waitFor(() => expect(asked).toEqual([{ wrapUp: false }]));
  });

  it('is made a minute longer, until it is long enough', async () => {
    const asked: unknown[] = [];
    server.use(
      api.patch('/me', async ({ request, response }) => {
        asked.push(await request.json());
        return response(200).json(me());
      }),
    );
    const { user } = await after(60);
    await user.click(screen.getByRole('button', { name: '+1분' }));
    await waitFor(() => expect(asked).toEqual([{ extendWrapUp: true }]));
  });

  it('cannot be made longer again and again', async () => {
    const { user } = await show(<Dock />, { locale: 'ko', as: { ...wrappingUp(60), wrapUpExtensions: 0 } });
    const longer = await screen.findByRole('button', { name: '+1분' });
    expect(longer.getAttribute('aria-disabled')).toBe('true');
    await user.click(longer); // no request: the server of tests refuses those that nobody expects
    await user.hover(longer);
    expect(await screen.findByText('더 늘릴 수 없어요')).toBeTruthy();
  });

  it('ends with the conversation that is closed', async () => {
    const asked: unknown[] = [];
    server.use(
      api.patch('/conversations/{id}', async ({ params, request, response }) => {
        asked.push(params.id, await request.json());
        return response(200).json({ ...conversation({ state: 'closed' }), calls: [], notes: [], members: [] });
      }),
    );
    const { user } = await after(60);
    await user.click(screen.getByRole('button', { name: '상담 종료' }));
    await waitFor(() => expect(asked).toEqual(['conversation-1', { state: 'closed' }]));
  });

  it('leads to the note', async () => {
    const { user, where } = await after(60);
    await user.click(screen.getByRole('link', { name: '메모 쓰기' }));
    expect(where()).toBe('/inbox/all/conversation-1');
  });
});
