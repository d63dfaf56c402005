import { Text } from '@codemirror/state';
import { screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { describe, expect, it, vi } from 'vitest';
import { setUp, show } from '../../../testing/desk';
import { api, problem, server } from '../../../testing/server';
import Settings from '../Settings';
import { offsetOf } from './marks';
import type { Diagnostic, Flows, FlowVersion, Simulation, SimulationRequest } from './queries';

vi.mock('jssip', () => import('../../../testing/jssip'));
// The real editor measures what only a browser lays out; the end-to-end test has it.
vi.mock('./Editor', () => ({
  default: ({ label, text, readOnly, line, onChange }: { label: string; text: string; readOnly: boolean; line: number; onChange: (text: string) => void }) => (
    <textarea aria-label={label} data-line={line} value={text} readOnly={readOnly} onChange={(event) => onChange(event.currentTarget.value)} />
  ),
}));
setUp();

const version: FlowVersion = { version: 12, at: '2026-11-30T05:05:00Z', by: { kind: 'agent', id: 'mina', name: '민아' }, source: 'screen', message: '점심시간', checksum: 'c' };
const inForce: Flows = { active: 12, version, mayChange: true, files: [{ name: 'main.hcl', text: 'flow' }], numbers: [{ number: '+827076660001', label: '대표' }] };
const mistake: Diagnostic = { file: 'main.hcl', line: 3, column: 5, endLine: 3, endColumn: 8, severity: 'error', text: 'there is no step "x"' };
const way: Simulation = {
  flow: 'main',
  chosenBy: { workflow: '단골', at: { file: 'workflows.hcl', line: 4, column: 3 } },
  hours: [{ name: 'office', open: false, at: { file: 'main.hcl', line: 9, column: 1 } }],
  answered: false,
  missedReason: 'notInOperation',
  how: 'hangup',
  steps: [
    { flow: 'main', step: 'menu', kind: 'menu', at: { file: 'main.hcl', line: 2, column: 3 }, keys: ['1', '2'], keysUsed: 0, times: 0, does: [{ what: 'hears', values: { text: '1번은 영업', sound: 'ko/menu' }, says: 'hears' }, { what: 'figures', values: { team: '영업', waiting: '2', seconds: '90', free: '0' }, says: 'queue' }] },
    {
      flow: 'main', step: 'sales', kind: 'queue', by: 'key 1', keysUsed: 1, times: 0, does: [{ what: 'unhelped', values: { reason: 'ringTimeOver' }, says: 'nobody helps' }, { what: 'newer', says: 'something newer' }],
      candidates: [{ team: '영업', agents: [{ id: 'a', name: '준호', why: [] }, { id: 'b', name: '서연', why: ['dnd', 'line'] }, { id: 'c', name: '나리', why: ['status'], status: 'meal' }] }],
    },
  ],
};

const at = (flows: Flows, found: Diagnostic[] = [], rest: Parameters<typeof show>[1] = {}) => {
  const asked: SimulationRequest[] = [];
  server.use(
    api.get('/flows', ({ response }) => response(200).json(flows)),
    api.get('/flows/versions', ({ response }) => response(200).json({ items: flows.version ? [flows.version, { ...version, version: 11, message: '' }] : [] })),
    api.post('/flows/check', async ({ request, response }) => response(200).json({ diagnostics: (await request.json()).files.some(({ text }) => text.includes('wrong')) ? [mistake] : found })),
    api.post('/flows/simulate', async ({ request, response }) => {
      asked.push(await request.json());
      return response(200).json(way);
    }),
    api.post('/flows/diff', ({ response }) => response(200).json({ files: [{ name: 'main.hcl', lines: [{ kind: 'removed', from: 1, text: 'flow' }, { kind: 'added', to: 1, text: 'flow!' }] }] })),
    api.post('/flows/replay', ({ response }) =>
      response(200).json({ tried: 20, changed: [{ callId: 'c', at: version.at, from: '+821012345678', to: '+827076660001', before: ['menu', 'sales'], after: ['menu', 'closed'], endBefore: 'answered', endAfter: 'notInOperation' }] }),
    ),
  );
  const desk = (
    <Routes>
      <Route path="/settings/:page?/:id?" element={<Settings />} />
      <Route path="/inbox" element="inbox" />
    </Routes>
  );
  return show(desk, { as: { role: 'admin' }, path: '/settings/flows', locale: 'ko', ...rest }).then((shown) => ({ ...shown, asked }));
};

describe('flows (DP-1, DP-2)', () => {
  it('say what is in force and how many mistakes the draft has, each with the way to its line', async () => {
    const { user } = await at(inForce);
    const text = await screen.findByLabelText('main.hcl의 글');
    expect(await screen.findByText('오류 없음')).toBeTruthy();
    expect(screen.getAllByText('v12 사용 중').length).toBeGreaterThan(0);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: '게시…' }).disabled).toBe(true);
    await user.type(text, ' wrong');
    expect(await screen.findByText('이 초안에 오류 1')).toBeTruthy();
    expect(screen.getByRole('button', { name: /main\.hcl:3:5/ }).textContent).toContain('there is no step "x"');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: '게시…' }).disabled).toBe(true);
    await user.click(screen.getByRole('button', { name: '초안 버리기' }));
    await waitFor(() => expect(screen.getByLabelText<HTMLTextAreaElement>('main.hcl의 글').value).toBe('flow'));
  });

  it('show the difference and the calls that change before they are published', async () => {
    const { user } = await at(inForce);
    const published: unknown[] = [];
    server.use(
      api.post('/flows/versions', async ({ request, response }) => {
        published.push(await request.json());
        return response(201).json({ ...version, version: 13 });
      }),
    );
    await user.type(await screen.findByLabelText('main.hcl의 글'), '!');
    await waitFor(() => expect(screen.getByRole<HTMLButtonElement>('button', { name: '게시…' }).disabled).toBe(false));
    await user.click(screen.getByRole('button', { name: '게시…' }));
    const dialog = await screen.findByRole('dialog');
    expect(await within(dialog).findByText('최근 통화 20건 중 1건의 길이 달라져요.')).toBeTruthy();
    expect(within(dialog).getByText('초안: menu → closed → 운영시간 아님')).toBeTruthy();
    expect((await within(dialog).findByRole('figure', { name: 'main.hcl' })).textContent).toContain('flow!');
    await user.type(within(dialog).getByLabelText('바뀐 내용'), '휴일');
    await user.click(within(dialog).getByRole('button', { name: 'v13 게시' }));
    await waitFor(() => expect(published).toEqual([{ files: [{ name: 'main.hcl', text: 'flow!' }], base: 12, message: '휴일', source: 'screen' }]));
    expect(await screen.findByText(/v13을\(를\) 쓰기 시작했어요/)).toBeTruthy();
  });

  it('say who was faster, and keep the draft', async () => {
    const { user } = await at(inForce);
    await user.type(await screen.findByLabelText('main.hcl의 글'), '!');
    await waitFor(() => expect(screen.getByRole<HTMLButtonElement>('button', { name: '게시…' }).disabled).toBe(false));
    server.use(
      api.get('/flows', ({ response }) => response(200).json({ ...inForce, active: 13, version: { ...version, version: 13, by: { kind: 'agent', name: '준호' } } })),
      api.post('/flows/versions', ({ response }) => response.untyped(problem(409, 'conflict', 'Taken.', { reason: 'flowsChanged', params: { version: '13', name: '준호', at: version.at } }))),
    );
    await user.click(screen.getByRole('button', { name: '게시…' }));
    await user.click(await within(await screen.findByRole('dialog')).findByRole('button', { name: 'v13 게시' }));
    expect(await screen.findByText(/준호 님이 올린 버전 13/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: '취소' }));
    expect(await screen.findByText(/이 초안은 v12에서 시작했어요/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: '내 초안을 v13 위에 올리기' }));
    await waitFor(() => expect(screen.getByRole<HTMLButtonElement>('button', { name: '게시…' }).disabled).toBe(false));
    expect(screen.getByLabelText<HTMLTextAreaElement>('main.hcl의 글').value).toBe('flow!');
  });

  it('simulate a call with its lines, choices, and why not', async () => {
    const { user, asked } = await at(inForce);
    const steps = await screen.findByRole('list', { name: '진행 순서' });
    expect(steps.textContent).toContain('“1번은 영업”');
    expect(steps.textContent).toContain('받은 사람 없음: 벨 시간 초과');
    expect(steps.textContent).toContain('something newer');
    const level = within(steps).getByRole('group', { name: '지금 배정될 사람: 영업' });
    expect(within(level).getAllByRole('listitem').map((each) => each.textContent)).toEqual(['준호벨 울림', '서연방해 금지, 연결 안 됨', '나리식사']);
    expect(screen.getByText('부재중: 운영시간 아님')).toBeTruthy();
    await user.click(within(steps).getByRole('button', { name: '2' }));
    await waitFor(() => expect(asked.at(-1)?.keys).toEqual(['2']));
    await user.selectOptions(within(steps).getByLabelText('끝나는 방식'), 'noOperator');
    await waitFor(() => expect(asked.at(-1)?.ends).toEqual({ sales: ['noOperator'] }));
    const queue = within(steps).getByRole('group', { name: '영업 대기열이 이렇다면' });
    expect(within(queue).getAllByRole<HTMLInputElement>('textbox').map(({ value }) => value)).toEqual(['2', '90', '0']);
    await user.type(within(queue).getByLabelText('상담 가능'), '3');
    await waitFor(() => expect(asked.at(-1)?.queues).toEqual({ 영업: { waiting: 2, wait: 90, free: 3 } }));
    expect(screen.getByText(/워크플로우 단골이\(가\) 이 플로우를 골랐어요/).textContent).toContain('workflows.hcl:4');
    await user.hover(within(steps).getByText('menu', { exact: false }));
    expect(screen.getByLabelText('main.hcl의 글').dataset.line).toBe('2');
  });

  it('bring a version back', async () => {
    const { user } = await at(inForce);
    const restored: unknown[] = [];
    server.use(
      api.post('/flows/versions/{version}/restore', async ({ params, request, response }) => {
        restored.push([params.version, await request.json()]);
        return response(201).json({ ...version, version: 13, restores: 11 });
      }),
    );
    await user.click(await screen.findByRole('button', { name: /^v11/ }));
    await user.click(await within(await screen.findByRole('dialog')).findByRole('button', { name: 'v11(으)로 되돌리기' }));
    await waitFor(() => expect(restored).toEqual([['11', { base: 12 }]]));
  });

  it('are read only while a folder rules, which says where its mistakes are', async () => {
    await at({ ...inForce, mayChange: false, folder: { path: '/etc/flows', diagnostics: [mistake] } });
    expect(await screen.findByText(/서버의 \/etc\/flows 폴더/)).toBeTruthy();
    expect(screen.getByText('main.hcl:3:5 there is no step "x"')).toBeTruthy();
    expect(screen.getByLabelText<HTMLTextAreaElement>('main.hcl의 글').readOnly).toBe(true);
    expect(screen.queryByRole('button', { name: '게시…' })).toBeNull();
  });

  it('begin with what the settings say', async () => {
    await at({ active: 0, mayChange: true, files: inForce.files, numbers: inForce.numbers }, [], { locale: 'en' });
    expect(await screen.findByText(/Calls go as the settings say/)).toBeTruthy();
    await waitFor(() => expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Publish…' }).disabled).toBe(false));
    expect(screen.getByText('None published yet.')).toBeTruthy();
  });
});

describe('marks (DP-1)', () => {
  it.each([
    ['hangul', 'key "가나" { go = "x" }', 1, 6, 5],
    ['an emoji of several parts', '"👩‍🚒" x', 1, 5, 8],
    ['behind the line', 'ab', 1, 9, 2],
    ['behind the text', 'a\nbc', 9, 2, 3],
  ])('stand where people count the column: %s', (_, text, line, column, offset) => {
    expect(offsetOf(Text.of(text.split('\n')), line, column)).toBe(offset);
  });
});
