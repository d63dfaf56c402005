import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { components } from '../../../shared/api/schema.gen';
import { setUp, show } from '../../../testing/desk';
import { agent, call } from '../../../testing/samples';
import { api, server } from '../../../testing/server';
import FirstRun from './FirstRun';

vi.mock('jssip', () => import('../../../testing/jssip'));
setUp();

type Schemas = components['schemas'];

const number: Schemas['BusinessNumber'] = { id: 'n', number: '+827076660001', label: 'Main', trunk: { id: 't', name: 'Carrier' }, recording: true, settings: {}, allowedAgents: [], createdAt: '2026-11-01T00:00:00Z' } as never;

/** What the workspace has so far. */
function has({ trunk = 'registered', hours = false, people = 1, answered = false } = {}) {
  server.use(
    api.get('/numbers', ({ response }) => response(200).json({ items: [number] })),
    api.get('/trunks', ({ response }) => response(200).json({ items: [{ id: 't', state: trunk } as never] })),
    api.get('/settings', ({ response }) => response(200).json({ settings: hours ? { hours: { week: [], holidays: [] } } : {}, defaults: {} })),
    api.get('/agents', ({ response }) => response(200).json({ items: Array.from({ length: people }, (_, index) => agent({ id: String(index) })) })),
    api.get('/calls', ({ response }) => response(200).json({ items: [call(answered ? { answeredAt: '2026-11-23T01:00:10Z' } : { state: 'missed' })] })),
  );
}

const done = () => [...document.querySelectorAll<HTMLElement>('[data-step][data-done]')].map((step) => step.dataset.step);

describe('the first run (IN-1, ADM-2)', () => {
  it.each([
    ['nothing but a number whose trunk works', {}, ['number']],
    ['a trunk that the carrier refuses', { trunk: 'rejected' }, []],
    ['all but the sound', { answered: true, hours: true, people: 2 }, ['testCall', 'number', 'hours', 'agents']],
  ])('is ticked for an owner from how things stand: %s', async (_, state, ticked) => {
    has(state);
    await show(<FirstRun />, { as: { role: 'owner' }, locale: 'ko' });
    await waitFor(() => expect(done()).toEqual(ticked));
    expect(screen.getByRole('status').textContent).toBe(`5개 중 ${ticked.length}개 완료`);
    expect(screen.getByText(/070-7666-0001\(으\)로 직접 걸어도 돼요/)).toBeTruthy();
  });

  it('places the test call, and leads to the pages', async () => {
    has();
    let placed = 0;
    server.use(
      api.post('/calls/test', ({ response }) => {
        placed += 1;
        return response(202).empty();
      }),
    );
    const { user, where } = await show(<FirstRun />, { as: { role: 'owner' } });
    await user.click(await screen.findByRole('button', { name: 'Place a test call' }));
    await waitFor(() => expect(placed).toBe(1));
    await user.click(screen.getByRole('link', { name: 'Invite' }));
    expect(where()).toBe('/settings/agents/new');
  });

  it('has an agent’s own list, which remembers the practice ring', async () => {
    const { user } = await show(<FirstRun />, { locale: 'ko' });
    await waitFor(() => expect(done()).toEqual(['microphone']));
    await user.click(screen.getByRole('button', { name: '울리기' }));
    expect(done()).toEqual(['microphone', 'practice']);
    expect(screen.queryByText('상담원 초대')).toBeNull();
  });
});
