import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { components } from '../../shared/api/schema.gen';
import { setUp, show } from '../../testing/desk';
import { agent, call, contact, customer, part } from '../../testing/samples';
import { api, problem, server, takesCommands } from '../../testing/server';
import Live from './Live';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

type Today = components['schemas']['Today'];
const support = { id: 'support', name: '지원' };
const figures: Today = { from: '2026-11-22T15:00:00Z', at: '2026-11-23T01:00:00Z', calls: 214, inbound: 200, outbound: 14, answered: 180, missed: 20, serviceLevel: 0.874, callsYesterday: 202, serviceLevelYesterday: 0.85 };

/** The server's figures and settings; `monitored` says whether callers are told that somebody may listen. */
function keeps(rest: Partial<Today> = {}, monitored = true) {
  const kept = { today: { ...figures, ...rest }, asked: [] as string[] };
  server.use(
    api.get('/stats/today', ({ query, response }) => {
      kept.asked.push(query.get('team') ?? '');
      return response(200).json(kept.today);
    }),
    api.get('/settings', ({ response }) => response(200).json({ settings: { monitored }, defaults: { queueSeconds: 100 } })),
    api.get('/teams', ({ response }) => response(200).json({ items: [{ ...support, members: [], settings: {}, createdAt: '2026-11-01T00:00:00Z' }] })),
    api.get('/numbers', ({ response }) => response(200).json({ items: [] })),
  );
  return kept;
}

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const waits = (id: string, name: string, position: number, seconds: number) =>
  call({ id, state: 'queued', contact: contact({ id: `of-${id}`, name }), queue: { position, order: `0${position}`, since: ago(seconds), callback: false }, participants: [customer()], team: support });
const talks = (id: string, rest = {}) =>
  call({ id, state: 'talking', contact: contact({ id: `of-${id}`, name: '박지훈' }), answeredAt: ago(252), participants: [customer(), part('mina', 'joined', { name: '민아', joinedAt: ago(252) })], ...rest });
const people = [agent({ id: 'mina', name: '민아', status: 'inCall' }), agent({ id: 'alex', name: 'Alex', status: 'meal', statusSince: ago(65) }), agent({ id: 'dan', name: 'Dan', status: 'available' }), agent({ id: 'nobody', name: 'No seat', seat: false })];

const lead = { as: { role: 'admin' as const }, path: '/live' };

describe('the live board (STAT-1)', () => {
  it.each([
    { locale: 'en', waiting: 'Waiting', talking: 'In a call', available: 'Available', level: 'Service level (20 s)', today: 'Calls today', yesterday: 'yesterday at this time 202' },
    { locale: 'ko', waiting: '대기', talking: '통화 중', available: '상담 가능', level: '서비스 레벨(20초)', today: '오늘 통화', yesterday: '어제 같은 시각 202' },
  ] as const)('has its figures on top, each beside yesterday’s where there are some ($locale)', async ({ locale, ...label }) => {
    keeps();
    const { shows } = await show(<Live />, { ...lead, locale });
    shows({ calls: [waits('a', '최서연', 1, 102), talks('b')], agents: people });
    expect(await screen.findByText('87%')).toBeTruthy();
    const strip = screen.getByText(label.level).closest('dl');
    const value = (text: string) => within(strip as HTMLElement).getByText(text).nextElementSibling?.textContent;
    expect([label.waiting, label.talking, label.available, label.level, label.today].map(value)).toEqual(['1', '1', '1', '87%', '214']);
    expect(screen.getByText(label.yesterday)).toBeTruthy();
  });

  it('asks for today’s figures anew when a call begins or ends, with no reload', async () => {
    const kept = keeps();
    const { shows, tells } = await show(<Live />, lead);
    shows({ calls: [talks('b')], agents: people });
    await screen.findByText('214');
    kept.today = { ...figures, calls: 215 };
    tells({ topic: 'call', data: waits('a', '최서연', 1, 0) });
    expect(screen.getByText('최서연')).toBeTruthy();
    expect(await screen.findByText('215')).toBeTruthy();
  });

  it('shows who waits in their order, and how near the longest wait is', async () => {
    keeps();
    const { shows } = await show(<Live />, lead);
    shows({ calls: [waits('second', '박지우', 2, 20), waits('first', '최서연', 1, 85)], agents: people });
    const queue = await screen.findByRole('region', { name: 'Queue' });
    expect(within(queue).getAllByRole('listitem').map((row) => row.textContent?.match(/최서연|박지우/)?.[0])).toEqual(['최서연', '박지우']);
    await waitFor(() => expect(within(queue).getAllByRole('timer').map((timer) => timer.parentElement?.dataset.tone)).toEqual(['red', 'none']));
  });

  it('puts who asks for help first, with hold and a paused recording', async () => {
    keeps();
    const { shows } = await show(<Live />, lead);
    shows({ calls: [talks('long'), talks('help', { answeredAt: ago(3), help: { agentId: 'mina', name: '민아', since: ago(1) }, hold: { agentId: 'mina', name: '민아', since: ago(80) }, recordingPaused: ago(1) })], agents: people });
    const rows = within(await screen.findByRole('region', { name: 'In calls' })).getAllByRole('listitem');
    expect(rows[0]?.textContent).toContain('Asks for help');
    expect(rows[0]?.textContent).toMatch(/On hold 1:[2-5]\d/);
    expect(rows[0]?.textContent).toContain('Recording paused');
    expect(rows[1]?.textContent).not.toContain('Asks for help');
  });

  it('shows agents by state with the time in it, and none without a seat', async () => {
    keeps();
    const { shows } = await show(<Live />, lead);
    shows({ calls: [talks('b')], agents: people });
    const panel = await screen.findByRole('region', { name: 'Agents' });
    expect(within(panel).getAllByRole('group').map((group) => group.getAttribute('aria-label'))).toEqual(['Available', 'In a call', 'Meal']);
    expect(within(screen.getByRole('group', { name: 'In a call' })).getByRole('timer').textContent).toMatch(/^4:[1-4]\d$/);
    expect(within(screen.getByRole('group', { name: 'Meal' })).getByRole('timer').textContent).toMatch(/^1:[0-3]\d$/);
    expect(within(panel).queryByText('No seat')).toBeNull();
  });

  it('says when there is nothing, when figures cannot be had, and that they stand still without a connection', async () => {
    keeps();
    server.use(api.get('/stats/today', ({ response }) => response.untyped(problem(503, 'unavailable', 'busy'))));
    const { shows, loses } = await show(<Live />, lead);
    shows({ calls: [], agents: [] });
    for (const text of ['Nobody is waiting', 'Nobody is in a call', 'No agent has a seat here']) expect(await screen.findByText(text)).toBeTruthy();
    expect(await screen.findByText('Today’s figures could not be loaded.')).toBeTruthy();
    loses();
    expect(await screen.findByText('The figures stand still: the connection is lost.')).toBeTruthy();
  });
});

describe('what a lead does from the board (CALL-7, IN-3)', () => {
  it('listens, whispers and barges in with one button, and sees who hears them', async () => {
    keeps();
    const asked = takesCommands();
    const { user, shows, tells } = await show(<Live />, lead);
    shows({ calls: [talks('b')], agents: people });
    await user.click(await screen.findByRole('button', { name: 'Listen' }));
    await waitFor(() => expect(asked).toEqual(['b listen mina']));
    await user.click(screen.getByRole('button', { name: 'More for the call of 민아' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Barge in' }));
    await waitFor(() => expect(asked).toEqual(['b listen mina', 'b barge mina']));
    tells({ topic: 'call', data: talks('b', { participants: [customer(), part('mina', 'joined', { name: '민아' }), part('me', 'joined', { role: 'supervisor', supervision: 'listen' })] }) });
    expect(await screen.findByText('You are listening; nobody hears you')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Whisper' }));
    await waitFor(() => expect(asked.at(-1)).toBe('b whisper mina'));
    await user.click(screen.getByRole('button', { name: 'Stop' }));
    await waitFor(() => expect(asked.at(-1)).toBe('b unlisten'));
  });

  it.each([
    ['en', 'Listen', 'The greeting of this number does not mention listening, so nobody may listen.'],
    ['ko', '듣기', '이 번호는 안내에 듣기가 없어 들을 수 없어요.'],
  ] as const)('is told before that nobody may listen to a number (%s)', async (locale, label, words) => {
    keeps({}, false);
    const { shows } = await show(<Live />, { ...lead, locale });
    shows({ calls: [talks('b')], agents: people });
    const button = await screen.findByRole('button', { name: label });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(button.getAttribute('aria-description')).toBe(words);
  });

  it('assigns a waiting call to who is free', async () => {
    keeps();
    const sent: unknown[] = [];
    server.use(
      api.post('/calls/{id}/{action}', async ({ params, request, response }) => {
        sent.push([params.id, params.action, await request.json()]);
        return response(200).json(call());
      }),
    );
    const { user, shows } = await show(<Live />, lead);
    shows({ calls: [waits('a', '최서연', 1, 5)], agents: people });
    await user.click(await screen.findByRole('button', { name: 'Assign 최서연 to' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Dan' }));
    await waitFor(() => expect(sent).toEqual([['a', 'assign', { agentId: 'dan' }]]));
  });

  it('makes an agent available again', async () => {
    keeps();
    const sent: unknown[] = [];
    server.use(
      api.post('/agents/{id}/status', async ({ params, request, response }) => {
        sent.push([params.id, await request.json()]);
        return response(200).json(agent({ id: 'alex', name: 'Alex', status: 'available' }));
      }),
    );
    const { user, shows } = await show(<Live />, lead);
    shows({ calls: [], agents: people });
    await user.click(await screen.findByRole('button', { name: 'Change the state of Alex' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Make available' }));
    await waitFor(() => expect(sent).toEqual([['alex', { status: 'available' }]]));
    expect(await screen.findByText('Alex is now: Available')).toBeTruthy();
  });
});

describe('the board of an agent (STAT-1)', () => {
  it('is that of their own teams, and has nothing to press', async () => {
    const kept = keeps();
    const { shows } = await show(<Live />, { as: { role: 'agent', teams: [support] }, path: '/live' });
    shows({ calls: [waits('a', '최서연', 1, 5), talks('b', { team: { id: 'sales', name: '영업' } })], agents: [agent({ id: 'in', name: 'In', teams: [support] }), agent({ id: 'out', name: 'Out' })] });
    expect(await screen.findByText('최서연')).toBeTruthy();
    expect(screen.queryByText(/박지훈/)).toBeNull();
    expect(screen.queryByText('Out')).toBeNull();
    expect(screen.queryByRole('button', { name: /Assign|Listen|Change/ })).toBeNull();
    await waitFor(() => expect(kept.asked).toContain('support'));
  });

  it('in no team says whom to ask', async () => {
    keeps();
    await show(<Live />, { as: { role: 'agent' }, path: '/live', locale: 'ko' });
    expect(await screen.findByText('속한 팀이 없어요')).toBeTruthy();
  });
});

describe('the wall (STAT-1)', () => {
  it('shows figures without buttons, keeps the screen awake, and is left by Escape', async () => {
    keeps();
    const request = vi.fn(() => Promise.resolve({ release: () => Promise.resolve() }));
    Object.defineProperty(navigator, 'wakeLock', { configurable: true, value: { request } });
    const { user, shows } = await show(<Live />, { ...lead, path: '/live?wall=1' });
    shows({ calls: [waits('a', '최서연', 1, 5)], agents: people });
    expect(await screen.findByText('최서연')).toBeTruthy();
    expect(screen.queryByRole('button')).toBeNull();
    expect(request).toHaveBeenCalledWith('screen');
    await act(() => user.keyboard('{Escape}'));
    expect(await screen.findByRole('button', { name: 'Full screen' })).toBeTruthy();
  });
});
