import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { setUp, show } from '../../../testing/desk';
import { agent, call, contact, conversation, me, part, preferences } from '../../../testing/samples';
import { api, server } from '../../../testing/server';
import { PaletteKeys } from './PaletteKeys';

vi.mock('jssip', () => import('../../../testing/jssip'));
setUp();

/** The server finds a person with one conversation; gives what was asked for. */
function finds(): string[] {
  const asked: string[] = [];
  server.use(
    api.get('/search', ({ query, response }) => {
      asked.push(query.get('q') ?? '');
      return response(200).json({ contacts: [{ contact: contact({ name: '최서연' }) }], conversations: [conversation({ contact: contact({ name: '최서연' }), state: 'closed' })] });
    }),
  );
  return asked;
}

const field = () => screen.findByRole('combobox', { name: 'Find or do anything' });
const chosen = () => screen.getByRole('option', { selected: true }).textContent;

describe('the palette (KEY, INBOX-5)', () => {
  it('opens by its keys, finds people and conversations, and goes there by arrows and Enter', async () => {
    const asked = finds();
    const { user, where } = await show(<PaletteKeys />);
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await field(), '서연');
    expect(await screen.findByText('Closed', { exact: false })).toBeTruthy();
    expect(asked).toEqual(['서연']);
    expect(chosen()).toContain('최서연');
    expect(within(screen.getByRole('group', { name: 'People' })).getAllByRole('option')).toHaveLength(1);
    await user.keyboard('{ArrowDown}{Enter}');
    await waitFor(() => expect(where()).toBe('/inbox/all/conversation-1'));
    expect(screen.queryByRole('combobox')).toBeNull();
  });

  it('offers to call a number', async () => {
    finds();
    const { user, where } = await show(<PaletteKeys />);
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await field(), '010-1234');
    expect(chosen()).toBe('Call 010-1234');
    await user.keyboard('{Enter}');
    expect(where()).toBe('/calls/dial');
  });

  it('finds colleagues: what they work on, and in a talk invites them', async () => {
    server.use(api.get('/search', ({ response }) => response(200).json({ contacts: [], conversations: [] })));
    const asked = vi.fn();
    server.use(
      api.post('/calls/{id}/{action}', async ({ params, request, response }) => {
        asked(params.action, await request.json());
        return response.untyped(new Response(null, { status: 500 }));
      }),
    );
    const { user, where, shows } = await show(<PaletteKeys />);
    const colleague = agent({ id: 'alex', name: 'Alex Park', status: 'rest' });
    shows({ agents: [agent(), colleague] });
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await field(), 'alex');
    expect(chosen()).toBe('Conversations of Alex ParkBreak');
    await user.keyboard('{Enter}');
    expect(where()).toBe('/inbox/all');
    shows({ agents: [agent(), colleague], calls: [call({ state: 'talking', participants: [part(me().agentId, 'joined')] })] });
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await field(), 'alex');
    expect(chosen()).toBe('Invite Alex Park to the callBreak');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(asked).toHaveBeenCalledWith('invite', { agentId: 'alex' }));
  });

  it('does things, and says in Korean what there is', async () => {
    server.use(
      api.get('/search', ({ response }) => response(200).json({ contacts: [], conversations: [] })),
      api.patch('/me', async ({ request, response }) => {
        expect(await request.json()).toEqual({ dnd: true });
        told();
        return response.untyped(new Response(null, { status: 500 }));
      }),
    );
    const told = vi.fn();
    const { user } = await show(<PaletteKeys />, { locale: 'ko' });
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox', { name: '무엇이든 찾기' }), '방해');
    expect(chosen()).toBe('방해 금지 켜기');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(told).toHaveBeenCalled());
  });

  it('leaves the keys to a Hangul syllable that is being written', async () => {
    finds();
    const { user, where } = await show(<PaletteKeys />);
    await user.keyboard('{Control>}k{/Control}');
    fireEvent.keyDown(await field(), { key: 'Enter', isComposing: true });
    expect(where()).toBe('/');
    expect(await field()).toBeTruthy();
  });

  it('opens by other keys, where they were chosen', async () => {
    const { user } = await show(<PaletteKeys />, { as: { preferences: preferences({ keys: { ...preferences().keys, palette: 'Mod+KeyJ' } }) } });
    await user.keyboard('{Control>}k{/Control}');
    expect(screen.queryByRole('combobox')).toBeNull();
    await user.keyboard('{Control>}j{/Control}');
    expect(await field()).toBeTruthy();
  });
});
