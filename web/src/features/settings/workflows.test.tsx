import { screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { setUp, show } from '../../testing/desk';
import { agent, conversation } from '../../testing/samples';
import { api, server } from '../../testing/server';
import Settings from './Settings';
import type { Workflow, WorkflowList } from './workflows/queries';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();
beforeAll(() => import('./workflows/WorkflowsPage'), 60_000); // otherwise the first test waits for it

const desk = (
  <Routes>
    <Route path="/settings/:page?/:id?" element={<Settings />} />
  </Routes>
);
const at = (path: string, rest = {}) => show(desk, { as: { role: 'admin' }, path: `/settings/${path}`, ...rest });

const night: Workflow = {
  sentence: { name: '밤', on: 'call.missed', if: 'call.missed_reason == "notInOperation"', do: [{ kind: 'tag', lists: { add: ['영업외'] } }, { kind: 'message', texts: { text: 'x' } }] },
  own: true,
  file: 'workflows.hcl',
  line: 1,
};
const other: Workflow = { sentence: { name: 'main', on: 'call.ended', off: true, do: [{ kind: 'close' }] }, own: false, file: 'main.hcl', line: 7 };
const list = (...items: Workflow[]): WorkflowList => ({ active: 3, mayChange: true, items });

const around = [
  api.get('/tags', ({ response }) => response(200).json({ items: [] })),
  api.get('/teams', ({ response }) => response(200).json({ items: [] })),
  api.get('/agents', ({ response }) => response(200).json({ items: [agent()] })),
  api.get('/conversations', ({ response }) => response(200).json({ items: [] })),
  api.get('/workflows/runs', ({ response }) =>
    response(200).json({ items: [{ id: 'r', at: '2026-11-30T08:00:00Z', version: 3, conversationId: 'c', results: [{ kind: 'tag', state: 'done' }, { kind: 'message', state: 'refused', says: 'A phone conversation takes internal notes only.' }] }] }),
  ),
];

describe('workflows (INBOX-6, ADM-2)', () => {
  it('are listed in their order, with what they do and where they stand', async () => {
    server.use(api.get('/workflows', ({ response }) => response(200).json(list(night, other))));
    await at('workflows', { locale: 'ko' });
    const rows = within(await screen.findByRole('list', { name: '워크플로우' })).getAllByRole('listitem');
    expect(rows.map((row) => row.textContent)).toEqual(['밤켜짐 · 부재중이 되면 → 태그, 고객에게 메시지 · 실행 전', 'main꺼짐 · 받은 통화가 끝나면 → 상담 닫기 · main.hcl 7번째 줄 · 실행 전']);
  });

  it('say at once what a phone conversation refuses, move their actions, and tell what the check has found (INBOX-2)', async () => {
    const asked: unknown[] = [];
    server.use(
      ...around,
      api.get('/workflows', ({ response }) => response(200).json(list(night, other))),
      api.put('/workflows', async ({ request, response }) => {
        asked.push(await request.json());
        return response(422).json({ diagnostics: [{ file: 'workflows.hcl', line: 3, column: 1, endLine: 3, endColumn: 2, severity: 'error', text: 'there is no team night' }] });
      }),
    );
    const { user } = await at(`workflows/${encodeURIComponent('밤')}`, { locale: 'ko' });
    expect(await screen.findByText('전화 상담에서는 실행되지 않아요.')).toBeTruthy();
    expect(await screen.findByText('A phone conversation takes internal notes only.')).toBeTruthy();
    screen.getByRole('button', { name: '할 일 1 끌기' }).focus();
    await user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('할 일 2 끌기'); // it goes along
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
    await user.click(screen.getByRole('button', { name: '할 일 2 위로' }));
    await user.click(screen.getByRole('button', { name: /^저장/ }));
    expect(await screen.findByText('there is no team night')).toBeTruthy();
    expect(asked).toEqual([{ base: 3, items: [{ name: '밤', on: 'call.missed', if: 'call.missed_reason == "notInOperation"', do: [{ kind: 'message', lists: {}, texts: { text: 'x' }, headers: {} }, { kind: 'tag', lists: { add: ['영업외'] }, texts: {}, headers: {} }] }] }]);
  });

  it('are tried before they are saved, and what was tried of another text is not shown', async () => {
    const asked: unknown[] = [];
    server.use(
      api.get('/conversations', ({ response }) => response(200).json({ items: [conversation({ id: 'past', contact: { ...conversation().contact, name: '김손님' } })] })),
      ...around,
      api.get('/workflows', ({ response }) => response(200).json(list(night, other))),
      api.post('/workflows/dry-run', async ({ request, response }) => {
        const body = await request.json();
        asked.push(body);
        return body.sentence?.if === 'x'
          ? response(422).json({ diagnostics: [{ file: 'workflows.hcl', line: 3, column: 1, endLine: 3, endColumn: 2, severity: 'error', text: 'there is no variable x' }] })
          : response(200).json({ answers: true, results: [{ kind: 'note', state: 'would', says: '메모' }] });
      }),
    );
    const { user } = await at('workflows/new');
    await user.click(await screen.findByRole('combobox', { name: 'Conversation' }));
    await user.click(await screen.findByRole('option', { name: /김손님/ }));
    const tries = screen.getByRole('button', { name: 'Try it' });
    expect(tries.matches(':disabled')).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Tell the team of a VIP' }));
    await user.click(tries);
    expect(await screen.findByText('메모')).toBeTruthy();
    expect(asked).toEqual([{ conversationId: 'past', sentence: { name: 'Tell the team of a VIP', on: 'call.arriving', if: 'tagged("VIP")', do: [{ kind: 'note', lists: {}, texts: { text: 'VIP: ${contact.name}' }, headers: {} }] } }]);
    await user.click(screen.getByRole('button', { name: 'Write it as text' }));
    await user.clear(screen.getByRole('textbox', { name: 'If' }));
    await user.type(screen.getByRole('textbox', { name: 'If' }), 'x');
    expect(screen.queryByText('메모')).toBeNull();
    await user.click(tries);
    expect((await screen.findByRole('alert')).textContent).toBe('there is no variable x');
  });

  it('and their actions move by Alt and the arrows', async () => {
    const asked: { items: { name: string }[] }[] = [];
    const second = { ...night, sentence: { ...night.sentence, name: '낮' } };
    server.use(
      ...around,
      api.get('/workflows', ({ response }) => response(200).json(list(night, other, second))),
      api.put('/workflows', async ({ request, response }) => {
        asked.push(await request.json());
        return response(200).json(list(second, other, night));
      }),
    );
    const { user } = await at('workflows', { locale: 'ko' });
    (await screen.findByRole('button', { name: '밤 끌기' })).focus();
    await user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    await waitFor(() => expect(asked[0]?.items.map(({ name }) => name)).toEqual(['낮', '밤']));
    expect(screen.queryByRole('button', { name: 'main 끌기' })).toBeNull();
  });

  it('have conditions in sentences, and as text where they say more', async () => {
    const asked: { items: { if?: string }[] }[] = [];
    server.use(
      ...around,
      api.get('/workflows', ({ response }) => response(200).json(list(night, other))),
      api.put('/workflows', async ({ request, response }) => {
        asked.push(await request.json());
        return response(200).json(list(night, other));
      }),
    );
    const { user } = await at(`workflows/${encodeURIComponent('밤')}`);
    const condition = within(await screen.findByRole('list', { name: 'If' }));
    expect(condition.getAllByRole('listitem')).toHaveLength(1);
    expect(condition.getByDisplayValue('Outside hours')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Add a condition' }));
    await user.click(condition.getByRole('combobox', { name: 'Condition 2' }));
    await user.click(await screen.findByRole('option', { name: 'The contact’s tags' }));
    await user.click(condition.getByRole('combobox', { name: 'How condition 2 compares' }));
    await user.click(await screen.findByRole('option', { name: 'have not' }));
    await user.type(condition.getByRole('combobox', { name: 'What condition 2 compares with' }), '스팸');
    await user.click(screen.getByRole('button', { name: 'Write it as text' }));
    const text = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'If' });
    expect(text.value).toBe('call.missed_reason == "notInOperation" && !tagged("스팸")');
    await user.type(text, ' || contact.member');
    expect(screen.getByRole('button', { name: 'Show it as sentences' }).matches(':disabled')).toBe(true);
    await user.click(screen.getByRole('button', { name: /^Save/ }));
    await waitFor(() => expect(asked[0]?.items[0]?.if).toBe('call.missed_reason == "notInOperation" && !tagged("스팸") || contact.member'));
  });

  it('begin with a template, beside those that are there', async () => {
    const asked: { items: { name: string }[] }[] = [];
    server.use(
      ...around,
      api.get('/workflows', ({ response }) => response(200).json(list(night, other))),
      api.put('/workflows', async ({ request, response }) => {
        asked.push(await request.json());
        return response(200).json(list(night, other));
      }),
    );
    const { user, where } = await at('workflows/new');
    await user.click(await screen.findByRole('button', { name: 'Text message after a missed call' }));
    await user.click(screen.getByRole('button', { name: /^Make the workflow/ }));
    await waitFor(() => expect(where()).toBe('/settings/workflows'), { timeout: 10_000 });
    expect(asked[0]?.items.map(({ name }) => name)).toEqual(['밤', 'Text message after a missed call']);
  });

  it('of other files are read only', async () => {
    server.use(...around, api.get('/workflows', ({ response }) => response(200).json(list(other))));
    await at('workflows/main');
    expect(await screen.findByText(/stands in main.hcl, line 7/)).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>('Name', { selector: 'input' }).matches(':disabled')).toBe(true);
    expect(screen.queryByRole('button', { name: 'Delete the workflow' })).toBeNull();
  });

  it('send text messages by a request whose secret is not shown', async () => {
    const asked: unknown[] = [];
    server.use(
      api.get('/sms-gateway', ({ response }) => response(200).json({ set: false })),
      api.put('/sms-gateway', async ({ request, response }) => {
        asked.push(await request.json());
        return response(200).json({ set: true });
      }),
    );
    const { user } = await at('workflows/sms');
    await user.click(await screen.findByRole('button', { name: 'JSON, key in a header' }));
    await user.type(screen.getByLabelText('Address', { selector: 'input' }), 'https://sms.example');
    await user.type(screen.getByLabelText('Secret', { selector: 'input' }), 's3cret');
    await user.click(screen.getByRole('button', { name: /^Save/ }));
    await waitFor(() => expect(asked).toEqual([{ url: 'https://sms.example', headers: { Authorization: 'Bearer ${secret}' }, body: '{"from":"${from}","to":"${to.local}","text":"${text}"}', sender: '', secret: 's3cret' }]));
  });
});
