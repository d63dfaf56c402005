import { screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { HttpResponse } from 'msw';
import { Route, Routes } from 'react-router';
import { describe, expect, it, vi } from 'vitest';
import { setUp, show } from '../../testing/desk';
import { agent, call, customer, me } from '../../testing/samples';
import { api, problem, server } from '../../testing/server';
import { dayIn, addDays, eachDay } from './period';
import type { FigureCall, Report, ReportAgent, ReportTotal } from './queries';
import Stats from './Stats';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

const today = dayIn('Asia/Seoul', Date.now());

const total = (rest: Partial<ReportTotal> = {}): ReportTotal => ({
  calls: 0, inbound: 0, outbound: 0, answered: 0, outboundAnswered: 0, missed: 0, talkMs: 0, totalCallMs: 0, holdMs: 0, waited: 0, shortAbandons: 0, transfers: 0, invitations: 0, callbacks: 0, voicemails: 0, grades: 0,
  ...rest,
});
const busy = total({ calls: 214, inbound: 200, outbound: 14, answered: 180, outboundAnswered: 7, missed: 20, inboundCompletion: 0.9, outboundCompletion: 0.5, meanTalkMs: 251_400, firstResponseMs: 12_000, serviceLevel: 0.874, serviceLevelOfRing: 0.93, medianWaitMs: 6000, p90WaitMs: 31_000, waited: 190 });
const row = (rest: Partial<ReportAgent>): ReportAgent => ({ agentId: 'a', name: 'A', calls: 0, outbound: 0, answered: 0, joined: 0, missedRings: 0, ringMs: 0, talkMs: 0, totalCallMs: 0, holdMs: 0, ...rest });

const reportOf = (from: string, to: string, rest: Partial<Report> = {}): Report => ({
  from, to, timeZone: 'Asia/Seoul', at: new Date().toISOString(), total: busy,
  days: [{ day: to, total: total({ calls: 14, answered: 8, missed: 4, outbound: 2, serviceLevel: 0.5, serviceLevelOfRing: 0.6, medianWaitMs: 5000, p90WaitMs: 20_000 }) }],
  traffic: [0, 1, 2, 3, 4, 5, 6].map((day) => Array.from({ length: 24 }, (_, hour) => (day === 1 && hour === 9 ? 31 : 0))),
  reasons: [{ reason: 'userLeft', calls: 15 }, { reason: 'ringTimeOver', calls: 5 }],
  agents: [row({ agentId: 'mina', name: '민아', calls: 90, answered: 80, outbound: 10, talkMs: 3_600_000 }), row({ agentId: 'me', name: '김서연', calls: 97, answered: 97, missedRings: 3 })],
  ...rest,
});
const figureCall = (id: string, rest: Partial<FigureCall> = {}): FigureCall => ({
  id, conversationId: `conversation-${id}`, kind: 'phone', direction: 'inbound', outcome: 'missed', missedReason: 'userLeft', contactId: 'c', contact: '최서연', from: '+821055661212', to: '+827076660001', number: '+827076660001', numberLabel: '', team: '지원', agent: '',
  startedAt: '2026-11-29T01:00:00Z', endedAt: '2026-11-29T01:00:30Z', waitMs: 0, talkMs: 0, holdMs: 0, adds: 1, ...rest,
});

/** The server's figures; what it was asked for is kept. */
function keeps(rest: Partial<Report> = {}) {
  const kept = { rest, asked: [] as string[], calls: [] as string[], count: { calls: 2, times: 2, sum: 2 } };
  server.use(
    api.get('/stats/report', ({ request, query, response }) => {
      kept.asked.push(new URL(request.url).search);
      return response(200).json(reportOf(query.get('from') ?? '', query.get('to') ?? '', { ...(query.get('compare') === 'true' && { before: total({ calls: 202, inboundCompletion: 0.92, serviceLevel: 0.85 }) }), ...kept.rest }));
    }),
    api.get('/stats/calls', ({ request, response }) => {
      kept.calls.push(new URL(request.url).search);
      return response(200).json({ items: [figureCall('1'), figureCall('2', { contact: '' })], count: kept.count });
    }),
    api.get('/stats/raw-data/columns', ({ response }) => response(200).json({ calls: [{ key: 'direction', en: 'inbound or outbound', ko: '수신 또는 발신' }, { key: 'talk', en: 'the talk', ko: '통화' }], agents: [{ key: 'part', en: 'which part', ko: '순서' }] })),
  );
  return kept;
}

const lead = (path: string, locale: 'en' | 'ko' = 'en') => ({ as: { role: 'admin' as const }, path, locale });
const screenOf = () => (
  <Routes>
    <Route path="/stats/:page?" element={<Stats />} />
    <Route path="*" element={<p>elsewhere</p>} />
  </Routes>
);

/** The list of calls behind a figure, once it is there. */
const drawerOf = async (title: string): Promise<HTMLElement> => (await screen.findByRole('heading', { name: title, level: 2 })).closest('[role=dialog]') as HTMLElement;

/** What axe calls serious or critical; colours need a browser. */
async function faults(): Promise<string[]> {
  const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ').slice(0, 300)}`);
}

describe('the statistics of calls (STAT-0, STAT-2)', () => {
  it.each([
    { locale: 'en', figures: ['Show the calls of Calls: 214', 'Show the calls of Answer rate: 90%', 'Show the calls of Mean call: 4:11', 'Show the calls of Service level: 87.4%'], info: 'What Answer rate means', formula: 'Answered ÷ Inbound.', title: 'Calls per day', others: ['Service level (20 s)', 'Traffic by hour and weekday', 'Why calls were missed', 'Waiting until the answer'] },
    { locale: 'ko', figures: ['총 통화 214 통화 보기', '응답률 90% 통화 보기', '평균 통화 4:11 통화 보기', '서비스 레벨 87.4% 통화 보기'], info: '응답률 설명', formula: '응답 ÷ 수신.', title: '일별 통화', others: ['서비스 레벨(20초)', '시간·요일별 통화량', '부재중 사유', '응답까지 대기'] },
  ] as const)('have figures with their formula, and charts ($locale)', async ({ locale, figures, info, formula, title, others }) => {
    const kept = keeps();
    const { user, shows } = await show(screenOf(), lead('/stats/calls', locale));
    shows({});
    for (const name of figures) expect((await screen.findAllByLabelText(name)).length).toBe(2); // on top and in the table
    expect(kept.asked[0]).toBe(`?from=${addDays(today, -6)}&to=${today}&seconds=20&compare=false`);
    await user.click(screen.getAllByLabelText(info)[0] as HTMLElement);
    expect((await screen.findByText(formula)).parentElement?.textContent).toContain('Asia/Seoul');
    expect([...document.querySelectorAll('[role=slider]')].map((chart) => chart.getAttribute('aria-label'))).toEqual([title, ...others]);
  });

  it('compare with the period before, in per cent and in points', async () => {
    const kept = keeps();
    const { user, shows } = await show(screenOf(), lead('/stats/calls?period=30'));
    shows({});
    await user.click(await screen.findByLabelText('Compare with the period before'));
    expect(await screen.findByText('Before: 202')).toBeTruthy();
    expect(screen.getAllByText('up by 6%').length).toBe(2);
    expect(screen.getAllByText('down by 2%p').length).toBe(2);
    expect(kept.asked.at(-1)).toContain('compare=true');
  });

  it('have all their filters in the address', async () => {
    const kept = keeps();
    const { shows } = await show(screenOf(), lead('/stats/calls?from=2026-11-02&to=2026-11-09&team=support&number=n&kind=voice&direction=inbound&seconds=30&compare=1'));
    shows({});
    await screen.findAllByText('Before: 202');
    expect(kept.asked).toEqual(['?from=2026-11-02&to=2026-11-09&team=support&number=n&kind=voice&direction=inbound&seconds=30&compare=true']);
  });

  it.each(['?from=2026-11-09&to=2026-11-02', '?from=2025-01-01&to=2026-11-02', '?from=x&to=y', '?period=900'])('take what is no period (%s) for the usual one', async (search) => {
    const kept = keeps();
    const { shows } = await show(screenOf(), lead(`/stats/calls${search}`));
    shows({});
    await screen.findByText('All figures');
    expect(kept.asked[0]).toContain(`from=${addDays(today, -6)}&to=${today}`);
  });

  it('open the calls that a figure counts, with their number', async () => {
    const kept = keeps();
    const { user, shows } = await show(screenOf(), lead('/stats/calls'));
    shows({});
    await user.click((await screen.findAllByLabelText(/Answer rate: 90%/))[0] as HTMLElement);
    const drawer = await drawerOf('Answer rate');
    expect(await within(drawer).findByText('2 calls')).toBeTruthy();
    expect(within(drawer).getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual(['/inbox/all/conversation-1', '/inbox/all/conversation-2']);
    expect(kept.calls).toEqual([`?from=${addDays(today, -6)}&to=${today}&seconds=20&figure=inboundCompletion`]);
    await user.click(within(drawer).getByLabelText('Do not count'));
    await waitFor(() => expect(kept.calls.at(-1)).toContain('figure=inboundCompletion&rest=true'));
    await user.click(within(drawer).getByLabelText('Close'));
    await waitFor(() => expect(document.querySelector('[role=dialog]')).toBeNull());
  });

  it('open from an address what is behind a part of a figure', async () => {
    const kept = keeps();
    const { shows } = await show(screenOf(), lead('/stats/calls?period=30&figure=missed&reason=userLeft&weekday=1&hour=9'));
    shows({});
    const drawer = await drawerOf('Missed');
    expect(drawer.textContent).toContain('Caller hung up');
    expect(drawer.textContent).toContain('Monday 9:00');
    await waitFor(() => expect(kept.calls[0]).toContain('figure=missed&reason=userLeft&weekday=1&hour=9'));
  });

  it('are asked for anew when a call of today has ended, and not for other days', async () => {
    const kept = keeps();
    const { shows, tells } = await show(screenOf(), lead('/stats/calls?period=today'));
    shows({ calls: [call({ id: 'x', participants: [customer()] })] });
    await screen.findByText('All figures');
    kept.rest = { total: { ...busy, calls: 215 } };
    tells({ topic: 'call', data: call({ id: 'x', state: 'missed', participants: [] }) });
    expect((await screen.findAllByLabelText('Show the calls of Calls: 215', {}, { timeout: 8000 })).length).toBe(2);
  });

  it('say when there is nothing, and when they cannot be had', async () => {
    keeps({ total: total(), days: [], reasons: [], agents: [] });
    const { shows } = await show(screenOf(), lead('/stats/calls', 'ko'));
    shows({});
    expect(await screen.findByText('이 기간에는 통화가 없어요')).toBeTruthy();
  });

  it('keep the filters where figures cannot be had', async () => {
    keeps();
    server.use(api.get('/stats/report', ({ response }) => response.untyped(problem(503, 'unavailable', 'being made', { reason: 'beingMade' }))));
    const { shows } = await show(screenOf(), lead('/stats/calls?team=support'));
    shows({});
    expect(await screen.findByRole('button', { name: 'Try again' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Clear filters' })).toBeTruthy();
  });
});

describe('charts on the screen (STAT-0, SYS-4)', () => {
  it('are one stop of the Tab key, read by arrow keys, and open with Enter', async () => {
    const kept = keeps();
    const { user, shows } = await show(screenOf(), lead('/stats/calls'));
    shows({});
    const chart = await waitFor(() => document.querySelector<HTMLElement>('[role=slider]') ?? Promise.reject(new Error('no chart')));
    chart.focus();
    await user.keyboard('{Home}{End}');
    expect(chart.getAttribute('aria-valuetext')).toMatch(/\(Still going on\): Answered 8, Missed 4, Outbound 2$/);
    await user.keyboard('{ArrowLeft}');
    expect(chart.getAttribute('aria-valuetext')).toMatch(/: Answered 0, Missed 0, Outbound 0$/);
    await user.keyboard('{End}{Enter}');
    await waitFor(() => expect(kept.calls[0]).toContain(`from=${today}&to=${today}`));
  });

  it('are tables, too, whose rows open the calls', async () => {
    const kept = keeps();
    const { user, shows } = await show(screenOf(), lead('/stats/calls'));
    shows({});
    const chart = (await screen.findByRole('heading', { name: 'Why calls were missed' })).closest('section') as HTMLElement;
    await user.click(within(chart).getByRole('button', { name: 'As table' }));
    expect(within(chart).getAllByRole('row').map(({ textContent }) => textContent)).toEqual(['ReasonMissed', 'Caller hung up15 · 75%', 'Ring time over5 · 25%']);
    await user.click(within(chart).getByRole('button', { name: 'Show the calls: Ring time over' }));
    await waitFor(() => expect(kept.calls[0]).toContain('figure=missed&reason=ringTimeOver'));
  });
});

describe('the statistics of agents (STAT-3)', () => {
  it('can be sorted, and each figure opens its calls', async () => {
    const kept = keeps();
    const { user, shows } = await show(screenOf(), lead('/stats/agents'));
    shows({ agents: [agent({ id: 'mina', name: '민아' })] });
    const table = await screen.findByRole('table', { name: 'Agents' });
    const names = () => within(table).getAllByRole('rowheader').map(({ textContent }) => textContent?.slice(-3));
    expect(names()).toEqual(['김서연', expect.stringContaining('민아')]);
    await user.click(within(table).getByRole('button', { name: 'Talk time' }));
    expect(names()[0]).toContain('민아');
    await user.click(within(table).getByLabelText('Show the calls of Answered of 민아: 80'));
    await drawerOf('Answered of 민아');
    expect(kept.calls[0]).toContain('figure=answered&agent=mina');
    expect(await faults()).toEqual([]);
  });

  it('of who leads nobody are their own, and there is nothing else', async () => {
    keeps({ agents: [row({ agentId: 'me', name: '김서연', calls: 97 })] });
    const { shows, where } = await show(screenOf(), { as: { role: 'agent' }, path: '/stats/calls' });
    shows({ me: me({ role: 'agent' }) });
    expect(await screen.findByText(/These are your own figures/)).toBeTruthy();
    expect(where()).toBe('/stats/agents');
    expect(screen.queryByRole('link', { name: 'Download' })).toBeNull();
  });
});

describe('raw data (STAT-4, SEC-6)', () => {
  const serves = (body: () => BodyInit) => {
    const asked: URLSearchParams[] = [];
    server.use(
      api.get('/stats/raw-data', ({ request, response }) => {
        asked.push(new URL(request.url).searchParams);
        return response.untyped(new HttpResponse(body(), { headers: { 'Content-Type': 'text/csv', 'Content-Disposition': 'attachment; filename="ringdesk_calls.csv"', 'X-Rows': '2' } }));
      }),
    );
    return asked;
  };

  it('asks for what it is, and tells the bytes that have come', async () => {
    keeps();
    const asked = serves(() => 'direction\r\ninbound\r\n');
    const { user, shows } = await show(screenOf(), lead('/stats/export?from=2026-11-02&to=2026-11-09'));
    shows({});
    await user.click(await screen.findByRole('radio', { name: 'Calls (CSV)' }));
    await user.click(await screen.findByText('All columns'));
    await user.click(screen.getByRole('checkbox', { name: 'talk' }));
    await user.click(screen.getByRole('button', { name: 'Download…' }));
    const go = await screen.findByRole('button', { name: 'Download' });
    expect(go.hasAttribute('disabled')).toBe(true);
    await user.type(screen.getByRole('textbox'), 'for the auditors');
    await user.click(go);
    expect(await screen.findByText('ringdesk_calls.csv is downloaded: 20 B')).toBeTruthy();
    expect(Object.fromEntries(asked[0] ?? [])).toEqual({ from: '2026-11-02', to: '2026-11-09', format: 'csv', table: 'calls', columns: 'direction', reason: 'for the auditors' });
  });

  it.each(['stop', 'breaks'])('leaves no half a file when it is stopped or breaks off (%s)', async (how) => {
    keeps();
    let broken = () => {};
    const body = new ReadableStream<Uint8Array>({
      start(control) {
        control.enqueue(new TextEncoder().encode('half'));
        broken = () => control.error(new Error('gone'));
      },
    });
    const saved = vi.spyOn(URL, 'createObjectURL');
    const { user, shows } = await show(screenOf(), lead('/stats/export'));
    shows({});
    // An answer that breaks off is not one that msw can give.
    const others = fetch;
    vi.stubGlobal('fetch', (request: Request) => (request.url.includes('/stats/raw-data?') ? Promise.resolve(new Response(body, { headers: { 'X-Rows': '2' } })) : others(request)));
    await user.click(await screen.findByText('Download…'));
    await user.type(await screen.findByLabelText('What is the data for?', { selector: 'textarea' }), 'x');
    await user.keyboard('{Tab}{Tab}{Enter}');
    expect(await screen.findByText(/^Downloading: 4 B · 2 calls/)).toBeTruthy();
    if (how === 'stop') await user.click(screen.getByText('Stop the download'));
    else broken();
    expect(await screen.findByText(how === 'stop' ? 'The download was stopped.' : /^The download broke off/)).toBeTruthy();
    expect(saved).not.toHaveBeenCalled();
  });

  it('is for owners and admins', async () => {
    keeps();
    const { shows } = await show(screenOf(), { as: { role: 'agent', supervises: true }, path: '/stats/export' });
    shows({ me: me({ role: 'agent', supervises: true }) });
    expect(await screen.findByText(/Only owners and admins download raw data/)).toBeTruthy();
  });
});

describe('a period (STAT-0)', () => {
  it('has all its days, over a change of clocks, too', () => {
    expect(eachDay({ from: '2026-10-30', to: '2026-11-02' })).toEqual(['2026-10-30', '2026-10-31', '2026-11-01', '2026-11-02']);
    expect(dayIn('Asia/Seoul', Date.parse('2026-11-29T15:00:00Z'))).toBe('2026-11-30');
    expect(dayIn('America/New_York', Date.parse('2026-11-29T03:00:00Z'))).toBe('2026-11-28');
  });
});
