import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { setUp, show } from '../../testing/desk';
import { api, server } from '../../testing/server';
import { TagPicker } from './pickers';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

const tag = (name: string) => ({ id: name, name, colour: 'gray' as const, conversations: 3 });

describe('choosing tags (INBOX-4)', () => {
  it('offers the workspace’s own first, then what the conversation has, then what is typed', async () => {
    server.use(api.get('/tags', ({ response }) => response(200).json({ items: [tag('배송'), tag('환불')] })));
    const change = vi.fn();
    const { user } = await show(<TagPicker of={{ tags: ['급함', '환불'] }} change={change} />, { locale: 'ko' });
    await screen.findByText('배송');
    const offered = () => screen.getAllByRole('option').map((option) => option.textContent);
    expect(offered()).toEqual(['배송', '환불', '급함']);
    await user.type(screen.getByRole('combobox'), '교환');
    await waitFor(() => expect(offered()).toHaveLength(1));
    await user.keyboard('{Enter}');
    expect(change).toHaveBeenCalledWith({ tags: ['급함', '환불', '교환'] });
    await user.click(screen.getByText('배송'));
    expect(change).toHaveBeenLastCalledWith({ tags: ['급함', '환불', '배송'] });
  });
});
