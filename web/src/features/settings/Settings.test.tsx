import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { Link, Route, Routes } from 'react-router';
import { describe, expect, it, vi } from 'vitest';
import type { components } from '../../shared/api/schema.gen';
import { setUp, show } from '../../testing/desk';
import { agent } from '../../testing/samples';
import { api, problem, server } from '../../testing/server';
import type { CallSettings, Team } from './queries';
import Settings from './Settings';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

const defaults: CallSettings = { language: 'ko', ringSeconds: 20, rounds: 1, strategy: 'longestIdle', automatic: false, queueCalls: 200, queueSeconds: 3600, announceSeconds: 30, wrapUpSeconds: 60 };
const team: Team = { id: 'team-1', name: '지원', members: [{ id: 'me', name: '김서연' }], settings: { rounds: 3 }, createdAt: '2026-11-01T00:00:00Z' };

/** The server's settings of the workspace; gives what was put. */
function keeps(settings: CallSettings = {}, refusal?: () => ReturnType<typeof problem>) {
  const kept = { settings, put: [] as CallSettings[] };
  server.use(
    api.get('/settings', ({ response }) => response(200).json({ settings: kept.settings, defaults })),
    api.get('/teams', ({ response }) => response(200).json({ items: [team] })),
    api.get('/sounds', ({ response }) => response(200).json({ items: [] })),
    api.get('/agents', ({ response }) => response(200).json({ items: [agent(), agent({ id: 'mina', name: '김민아' })] })),
    api.put('/settings', async ({ request, response }) => {
      if (refusal) return response.untyped(refusal());
      kept.settings = await request.json();
      kept.put.push(kept.settings);
      return response(200).json({ settings: kept.settings, defaults });
    }),
  );
  return kept;
}

const desk = (
  <>
    <Link to="/inbox/all">elsewhere</Link>
    <Routes>
      <Route path="/settings/:page?/:id?" element={<Settings />} />
      <Route path="*" element={<p>the inbox</p>} />
    </Routes>
  </>
);
const at = (path: string, rest = {}) => show(desk, { as: { role: 'admin' }, path: `/settings/${path}`, ...rest });
// Roles are looked for in the whole of a long form; labels are found at once.
const input = (label: string) => screen.findByLabelText(label, { selector: 'input' });
const ring = () => input('Ring');
const save = () => screen.getByText('Save');

describe('the settings of the workspace (ADM-2, IN-4)', () => {
  it('save what was changed in one request, and keep the rest', async () => {
    const kept = keeps({ rounds: 2, greeting: 'greeting-recorded' });
    const { user } = await at('routing');
    await user.clear(await ring());
    await user.type(await ring(), '35');
    expect(screen.getByText('1 change')).toBeTruthy();
    await user.click(save());
    await waitFor(() => expect(kept.put).toEqual([{ rounds: 2, greeting: 'greeting-recorded', ringSeconds: 35 }]));
    await waitFor(() => expect(screen.queryByText('1 change')).toBeNull());
    expect((await ring()).getAttribute('value')).toBe('35');
  });

  it('say where a value comes from, and go back to it', async () => {
    const kept = keeps({ ringSeconds: 30 });
    const { user } = await at('routing');
    await user.click(await screen.findByText('← Default 20 s'));
    expect((await ring()).getAttribute('value')).toBe('20');
    await user.keyboard('{Control>}s{/Control}');
    await waitFor(() => expect(kept.put).toEqual([{}]));
  });

  it('do not send a number that cannot be, and put the focus on it', async () => {
    const kept = keeps();
    const { user } = await at('routing');
    await user.clear(await ring());
    await user.type(await ring(), '3');
    await user.click(save());
    expect(await screen.findByText('Enter a number from 5 to 120.')).toBeTruthy();
    await waitFor(async () => expect(document.activeElement).toBe(await ring()));
    expect(kept.put).toEqual([]);
  });

  it('show a refusal beside its field', async () => {
    keeps({}, () => problem(400, 'invalid', 'queueSeconds must be 1 to 7200.'));
    server.use(
      api.put('/settings', ({ response }) =>
        response.untyped(Response.json({ type: 'about:blank', title: 'queueSeconds must be 1 to 7200.', status: 400, code: 'invalid', field: 'queueSeconds' } satisfies components['schemas']['Problem'], { status: 400 })),
      ),
    );
    const { user } = await at('routing');
    const wait = await input('Longest wait');
    await user.type(wait, '0');
    await user.clear(wait);
    await user.type(wait, '90');
    await user.click(save());
    const field = screen.getByLabelText('Longest wait', { selector: '[role=group]' });
    expect(await within(field).findByText('queueSeconds must be 1 to 7200.')).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(wait));
  });

  it('show another’s change beside mine before one is lost', async () => {
    const kept = keeps({ ringSeconds: 20 });
    const { user } = await at('routing');
    await user.clear(await ring());
    await user.type(await ring(), '40');
    kept.settings = { ringSeconds: 55, rounds: 4 };
    await user.click(save());
    expect(await screen.findByText(/Somebody else has changed this meanwhile: 55 s/)).toBeTruthy();
    expect(kept.put).toEqual([]);
    await user.click(screen.getByText('Keep mine'));
    await user.click(save());
    await waitFor(() => expect(kept.put).toEqual([{ ringSeconds: 40, rounds: 4 }]));
  });

  it.each([
    ['en', 'Leave without saving?', 'Keep editing', 'Leave without saving'],
    ['ko', '저장하지 않고 나갈까요?', '계속 쓰기', '버리고 나가기'],
  ] as const)('ask before unsaved changes are lost (%s)', async (locale, title, stay, leave) => {
    keeps();
    const { user, where } = await at('routing', { locale });
    await user.type(await input(locale === 'en' ? 'Ring' : '벨'), '1');
    await user.click(screen.getByText('elsewhere'));
    expect(await screen.findByRole('dialog', { name: title })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: stay }));
    expect(where()).toBe('/settings/routing');
    await user.click(screen.getByText('elsewhere'));
    await user.click(await screen.findByRole('button', { name: leave }));
    expect(await screen.findByText('the inbox')).toBeTruthy();
  });

  it.each([
    ['en', 'Only admins can change this.'],
    ['ko', '관리자만 바꿀 수 있어요.'],
  ] as const)('are read by agents, who learn whom to ask (%s)', async (locale, words) => {
    keeps({ ringSeconds: 25 });
    await at('routing', { as: { role: 'agent' }, locale });
    expect(await screen.findByText(words)).toBeTruthy();
    expect(screen.queryByLabelText(locale === 'en' ? 'Ring' : '벨', { selector: 'input' })).toBeNull();
    expect(screen.getByText(locale === 'en' ? '25 s' : '25초')).toBeTruthy();
  });

  it('that cannot be fetched say why, and are there after another try', async () => {
    server.use(api.get('/settings', ({ response }) => response.untyped(problem(503, 'unavailable', 'The database is busy. Try again soon.'))));
    const { user } = await at('hours');
    expect(await screen.findByText('The database is busy. Try again soon.')).toBeTruthy();
    keeps();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Always open')).toBeTruthy();
  });
});

describe('the list of settings (ADM-2)', () => {
  it('finds a page by what is on it', async () => {
    keeps();
    const { user } = await at('routing');
    await user.type(await screen.findByRole('searchbox', { name: 'Search settings' }), 'voicemail');
    expect(within(screen.getByRole('navigation', { name: 'Settings' })).getAllByRole('link').map((link) => link.textContent)).toEqual(['Routing and queue']);
    await user.clear(screen.getByRole('searchbox', { name: 'Search settings' }));
    await user.type(screen.getByRole('searchbox', { name: 'Search settings' }), 'zzz');
    expect(screen.getByText('No setting matches “zzz”.')).toBeTruthy();
  });
});

describe('the settings of a team (ADM-2)', () => {
  it('follow the workspace until they are changed here', async () => {
    keeps({ ringSeconds: 30 });
    const patched: unknown[] = [];
    server.use(
      api.patch('/teams/{id}', async ({ request, response }) => {
        patched.push(await request.json());
        return response(200).json(team);
      }),
    );
    const { user } = await at('teams/team-1');
    const field = await screen.findByLabelText('Ring', { selector: '[role=group]' });
    expect(within(field).getByText('Workspace value 30 s')).toBeTruthy();
    expect(within(field).queryByRole('textbox')).toBeNull();
    await user.click(within(field).getByRole('button', { name: 'Change here' }));
    await user.clear(await ring());
    await user.type(await ring(), '15');
    expect(within(field).getByRole('button', { name: '← Workspace value 30 s' })).toBeTruthy();
    await user.click(save());
    await waitFor(() => expect(patched).toEqual([{ name: '지원', members: ['me'], settings: { rounds: 3, ringSeconds: 15 } }]));
  });

  it('that is gone say so, with the way back', async () => {
    keeps();
    const { user, where } = await at('teams/gone');
    expect(await screen.findByText('This is not there any more.')).toBeTruthy();
    await user.click(screen.getByRole('link', { name: 'To Teams' }));
    expect(where()).toBe('/settings/teams');
  });

  it('that is removed while something names it say what names it', async () => {
    keeps();
    server.use(api.delete('/teams/{id}', ({ response }) => response.untyped(problem(409, 'conflict', 'The number 070-7666-0001 names this team.'))));
    const { user } = await at('teams/team-1');
    await user.click(await screen.findByRole('button', { name: 'Remove the team' }));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: 'Remove the team' }));
    expect(await within(dialog).findByText('The number 070-7666-0001 names this team.')).toBeTruthy();
  });
});

describe('operating hours (IN-10)', () => {
  it('are drawn over a day, and typed', async () => {
    const kept = keeps();
    const { user } = await at('hours');
    await user.click(await screen.findByRole('button', { name: 'Set hours' }));
    const sunday = screen.getByTestId('track Sun');
    sunday.getBoundingClientRect = () => ({ left: 0, width: 240, top: 0, bottom: 24, right: 240, height: 24, x: 0, y: 0, toJSON: () => ({}) });
    fireEvent.pointerDown(sunday, { button: 0, clientX: 100 });
    fireEvent.pointerMove(sunday, { clientX: 140 });
    fireEvent.pointerUp(sunday, { clientX: 140 });
    fireEvent.change(screen.getByLabelText('Mon, closes'), { target: { value: '17:30' } });
    await user.click(save());
    await waitFor(() => expect(kept.put).toHaveLength(1));
    const week = kept.put[0]?.hours?.week;
    expect(week?.[0]).toEqual([{ from: 600, to: 840 }]);
    expect(week?.[1]).toEqual([{ from: 540, to: 1050 }]);
    expect(week?.[6]).toEqual([]);
  });

  it.each([
    ['en', 'Close now', /Switched off by hand, closed until/],
    ['ko', '지금 닫기', /까지 닫아 두었어요/],
  ] as const)('are switched by hand, and say until when (%s)', async (locale, button, words) => {
    keeps();
    const asked: unknown[] = [];
    server.use(
      api.post('/hours/override', async ({ request, response }) => {
        asked.push(await request.json());
        const override = { open: false, until: new Date(Date.now() + 3_600_000).toISOString(), by: { id: 'me', name: '김서연' } };
        server.use(api.get('/settings', ({ response: answer }) => answer(200).json({ settings: {}, defaults, override })));
        return response(200).json(override);
      }),
    );
    const { user } = await at('hours', { locale });
    await user.click(await screen.findByRole('button', { name: button }));
    expect(await screen.findByText(words)).toBeTruthy();
    expect(asked).toEqual([{ scope: 'workspace', open: false }]);
  });
});
