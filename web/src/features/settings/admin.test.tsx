import { screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { describe, expect, it, vi } from 'vitest';
import { setUp, show } from '../../testing/desk';
import { agent, me } from '../../testing/samples';
import { api, problem, server } from '../../testing/server';
import type { AuditEntry, Job, Key, ProfileField, Retention, Session, Tag, Trunk } from './queries';
import Settings from './Settings';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

const desk = (
  <Routes>
    <Route path="/settings/:page?/:id?" element={<Settings />} />
  </Routes>
);
const at = (path: string, rest = {}) => show(desk, { as: { role: 'admin' }, path: `/settings/${path}`, ...rest });
const rowNames = async (list: string) => within(await screen.findByRole('list', { name: list })).getAllByRole('listitem');
const link = { path: '/join/t0ken', expiresAt: '2026-12-06T00:00:00Z' };

describe('agents (ADM-2, SEC-5)', () => {
  it('are invited by a link that is shown once', async () => {
    const asked: unknown[] = [];
    server.use(
      api.get('/agents', ({ response }) => response(200).json({ items: [agent()] })),
      api.post('/agents', async ({ request, response }) => {
        asked.push(await request.json());
        return response(201).json({ agent: agent({ id: 'new', name: '나리', email: 'nari@example.com' }), link });
      }),
    );
    const { user } = await at('agents/new');
    await user.type(await screen.findByLabelText('Email', { selector: 'input' }), 'nari@example.com');
    await user.type(screen.getByLabelText('Name', { selector: 'input' }), '나리');
    await user.click(screen.getByText('Make the invitation'));
    const shown = await screen.findByLabelText<HTMLInputElement>('Link for 나리');
    expect(shown.value).toBe(`${location.origin}/join/t0ken`);
    expect(asked).toMatchObject([{ email: 'nari@example.com', name: '나리', role: 'agent', seat: true, placesCalls: true }]);
    await user.click(screen.getByRole('button', { name: 'Copy: Link for 나리' }));
    expect(await navigator.clipboard.readText()).toBe(shown.value);
  });

  it.each([
    ['en', 'A workspace needs an owner. Make somebody else one first.', 'Remove'],
    ['ko', '워크스페이스에는 소유자가 있어야 해요. 먼저 다른 사람을 소유자로 정해 주세요.', '내보내기'],
  ] as const)('say why the last owner cannot go (%s)', async (locale, words, remove) => {
    server.use(
      api.get('/agents', ({ response }) => response(200).json({ items: [agent({ id: 'owner', role: 'owner', name: '오너' })] })),
      api.delete('/agents/{id}', ({ response }) => response.untyped(problem(409, 'conflict', 'Last owner.', { field: 'role', reason: 'lastOwner' }))),
    );
    const { user } = await at('agents/owner', { locale, as: { role: 'owner' } });
    await user.click(await screen.findByRole('button', { name: remove }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: remove }));
    expect(await screen.findByText(words)).toBeTruthy();
  });

  it.each([
    ['en', 'They cannot log in, and no call rings at them.'],
    ['ko', '로그인할 수 없고 전화도 울리지 않아요.'],
  ] as const)('who are suspended stand as that on their page (%s)', async (locale, words) => {
    server.use(api.get('/agents', ({ response }) => response(200).json({ items: [agent({ id: 'nari', name: '나리', suspended: true })] })));
    await at('agents/nari', { locale });
    expect((await screen.findByRole('status')).textContent).toContain(words);
  });

  it('who have not come yet get a new link, and stand as invited', async () => {
    const invited = agent({ id: 'nari', name: '나리', status: 'offline', invitedUntil: '2099-12-06T00:00:00Z' });
    server.use(api.get('/agents', ({ response }) => response(200).json({ items: [invited] })), api.post('/agents/{id}/invite', ({ response }) => response(200).json(link)));
    const { user } = await at('agents', { locale: 'ko' });
    const [row] = await rowNames('상담원');
    expect(row?.textContent).toMatch(/초대함, .*까지/);
    await user.click(screen.getByRole('link', { name: /나리/ }));
    await user.click(await screen.findByRole('button', { name: '새 초대 링크' }));
    expect(await screen.findByLabelText('나리 님의 링크')).toBeTruthy();
    expect(screen.queryByText('모든 로그인 끊기')).toBeNull();
  });
});

describe('tags (ADM-2, INBOX-4)', () => {
  const tags: Tag[] = [
    { id: 'a', name: '환불', colour: 'red', conversations: 12 },
    { id: 'b', name: '반품', colour: 'gray', conversations: 1 },
  ];

  it('are listed with how many conversations have them, made, and refused a name that is taken', async () => {
    server.use(
      api.get('/tags', ({ response }) => response(200).json({ items: tags })),
      api.post('/tags', ({ response }) => response.untyped(problem(409, 'conflict', 'Taken.', { field: 'name', reason: 'nameTaken' }))),
    );
    const { user } = await at('tags', { locale: 'ko' });
    expect((await rowNames('태그')).map((row) => row.textContent)).toEqual(['환불상담 12개', '반품상담 1개']);
    await user.click(screen.getByRole('link', { name: '태그 만들기' }));
    await user.type(await screen.findByLabelText('이름', { selector: 'input' }), '환불');
    await user.click(screen.getByRole('button', { name: /^태그 만들기/ }));
    expect(await screen.findByText('같은 이름이 이미 있어요.')).toBeTruthy();
  });

  it('are merged after one question', async () => {
    const asked: unknown[] = [];
    server.use(
      api.get('/tags', ({ response }) => response(200).json({ items: tags })),
      api.post('/tags/{id}/merge', async ({ params, request, response }) => {
        asked.push([params.id, await request.json()]);
        return response(200).json({ conversations: 12 });
      }),
    );
    const { user, where } = await at('tags/a');
    await user.click(await screen.findByLabelText('Into', { selector: 'input' }));
    await user.click(await screen.findByRole('option', { name: '반품' }));
    await user.click(screen.getByRole('button', { name: 'Merge' }));
    await user.click(within(await screen.findByRole('dialog', { name: 'Merge 환불 into 반품?' })).getByRole('button', { name: 'Merge' }));
    await waitFor(() => expect(where()).toBe('/settings/tags'));
    expect(asked).toEqual([['a', { into: 'b' }]]);
  });
});

describe('profile fields (ADM-2, IN-1)', () => {
  it('are moved, and say which stand in the ring box', async () => {
    let fields: ProfileField[] = ['회사', '등급', '도시', '담당'].map((label, index) => ({ id: String(index), key: `f${index}`, label }));
    server.use(
      api.get('/profile-fields', ({ response }) => response(200).json({ items: fields })),
      api.patch('/profile-fields/{id}', async ({ params, request, response }) => {
        const { position = 0 } = await request.json();
        const moved = fields.filter(({ id }) => id === params.id);
        fields = fields.filter(({ id }) => id !== params.id);
        fields = [...fields.slice(0, position), ...moved, ...fields.slice(position)];
        return response(200).json(moved[0] as ProfileField);
      }),
    );
    const { user } = await at('fields', { locale: 'ko' });
    const upTo = async () => (await rowNames('프로필 항목')).findIndex((row) => row.textContent?.includes('여기까지 벨에 보여요'));
    expect(await upTo()).toBe(2);
    await user.click(screen.getByRole('button', { name: '담당 위로' }));
    await waitFor(async () => expect((await rowNames('프로필 항목'))[2]?.textContent).toContain('담당'));
    expect(await upTo()).toBe(2);
  });
});

describe('API keys (ADM-1, ADM-2)', () => {
  const key: Key = { accessKey: 'rd_1', name: '보고서', scope: 'read', perMinute: 60, createdAt: '2026-11-01T00:00:00Z' };

  it('show their secret once, and are revoked', async () => {
    let keys: Key[] = [];
    server.use(
      api.get('/keys', ({ response }) => response(200).json({ items: keys })),
      api.post('/keys', async ({ request, response }) => {
        const { name, scope, perMinute = 600 } = await request.json();
        keys = [{ ...key, name, scope, perMinute }];
        return response(201).json({ key: { ...key, name, scope, perMinute }, secret: 's3cret' });
      }),
      api.delete('/keys/{id}', ({ response }) => {
        keys = [];
        return response(204).empty();
      }),
    );
    const { user } = await at('keys');
    expect(await screen.findByText('No API keys yet')).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>('OData address').value).toMatch(/^http.*\/odata\/v4\/$/);
    expect(screen.getByRole('link', { name: 'Tableau workbook' }).getAttribute('href')).toBe('/api/v1/stats/bi/tableau');
    await user.click(screen.getByRole('link', { name: 'New key' }));
    await user.type(await screen.findByLabelText('Name', { selector: 'input' }), 'Reports');
    await user.clear(screen.getByLabelText('At most', { selector: 'input' }));
    await user.type(screen.getByLabelText('At most', { selector: 'input' }), '60');
    await user.click(screen.getByText('Make the key'));
    expect((await screen.findByLabelText<HTMLInputElement>('Secret')).value).toBe('s3cret');
    await user.click(screen.getByRole('link', { name: 'To the keys' }));
    expect((await rowNames('API keys'))[0]?.textContent).toContain('never used · Read · 60 a minute');
    expect(screen.queryByDisplayValue('s3cret')).toBeNull();
    await user.click(screen.getByRole('link', { name: /Reports/ }));
    await user.click(await screen.findByRole('button', { name: 'Revoke the key' }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Revoke the key' }));
    expect(await screen.findByText('No API keys yet')).toBeTruthy();
  });

  it.each([
    ['en', 'Only admins can see this'],
    ['ko', '관리자만 볼 수 있어요'],
  ] as const)('are hidden from agents, who learn whom to ask (%s)', async (locale, words) => {
    server.use(api.get('/keys', ({ response }) => response.untyped(problem(403, 'forbidden', 'Admins only.', { reason: 'adminsOnly' }))));
    await at('keys', { as: { role: 'agent' }, locale });
    expect(await screen.findByText(words)).toBeTruthy();
  });
});

describe('retention (ADM-2, ADM-4)', () => {
  it('is saved by what was changed, and warns of what a shorter time deletes', async () => {
    let kept: Retention = { callMonths: 6, recordingDays: 0, auditDays: 365, sessionDays: 14, changeHours: 24 };
    const asked: unknown[] = [];
    server.use(
      api.get('/retention', ({ response }) => response(200).json(kept)),
      api.patch('/retention', async ({ request, response }) => {
        const body = await request.json();
        asked.push(body);
        kept = { ...kept, ...body };
        return response(200).json(kept);
      }),
    );
    const { user } = await at('retention', { locale: 'ko' });
    const recordings = await screen.findByLabelText('녹음', { selector: 'input' });
    await user.clear(recordings);
    await user.type(recordings, '90');
    expect(screen.getByText('더 오래된 것은 오늘 밤 지워지고 되살릴 수 없어요.')).toBeTruthy();
    await user.click(screen.getByText('저장'));
    await waitFor(() => expect(asked).toEqual([{ recordingDays: 90 }]));
  });

  it('is read by agents', async () => {
    server.use(api.get('/retention', ({ response }) => response(200).json({ callMonths: 6, recordingDays: 0, auditDays: 365, sessionDays: 14, changeHours: 24 })));
    await at('retention', { as: { role: 'agent' }, locale: 'ko' });
    expect(await screen.findByText('관리자만 바꿀 수 있어요.')).toBeTruthy();
    expect((await screen.findByLabelText<HTMLInputElement>('통화', { selector: 'input' })).matches(':disabled')).toBe(true);
  });
});

describe('the audit log (ADM-2, SEC-6)', () => {
  const entry = (rest: Partial<AuditEntry>): AuditEntry => ({ id: '1', at: '2026-11-23T05:00:00Z', by: { kind: 'agent', id: 'me', name: '김서연' }, action: 'changed', kind: 'team', name: '지원', changes: [], ...rest });

  it('says who changed what to what, page by page, and finds by what stands in the address', async () => {
    const asked: string[] = [];
    server.use(
      api.get('/agents', ({ response }) => response(200).json({ items: [agent()] })),
      api.get('/audit', ({ query, response }) => {
        asked.push([query.get('kind'), query.get('action'), query.get('by'), query.get('cursor')].map((word) => word ?? '-').join(' '));
        if (query.get('cursor')) return response(200).json({ items: [entry({ id: '2', by: { kind: 'operator', name: '' }, action: 'removed', kind: 'key', name: '보고서' })] });
        return response(200).json({ items: [entry({ address: '192.0.2.7', changes: [{ field: 'settings.ringSeconds', old: 20, new: 30 }, { field: 'password', hidden: true }] })], next: 'older' });
      }),
    );
    const { user } = await at('audit', { locale: 'ko', path: '/settings/audit?kind=team' });
    expect(await screen.findByText('팀 지원 · 바꿈')).toBeTruthy();
    expect(screen.getByText('192.0.2.7에서')).toBeTruthy();
    await user.click(screen.getByText('변경 2개'));
    expect(screen.getByText('settings.ringSeconds').nextElementSibling?.textContent).toBe('20 → 30');
    expect(screen.getByText('보이지 않음')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: '더 오래된 기록' }));
    expect(await screen.findByText('API 키 보고서 · 삭제')).toBeTruthy();
    expect(screen.getByText('서버 담당자')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: '필터 지우기' }));
    await waitFor(() => expect(asked).toEqual(['team - - -', 'team - - older', '- - - -']));
  });
});

describe('scheduled jobs (ADM-4)', () => {
  const job = (rest: Partial<Job>): Job => ({ name: 'calls', running: false, nextAt: '2026-11-24T18:00:00Z', ...rest });

  it('say how their last run went, and run now', async () => {
    let ran = false;
    const done = { startedAt: '2026-11-23T18:00:00Z', endedAt: '2026-11-23T18:00:01Z', durationMs: 1200, removed: 7 };
    server.use(
      api.get('/jobs', ({ response }) =>
        response(200).json({ items: [job({ last: done }), job({ name: 'recordings', last: { ...done, error: 'disk is full' } }), job({ name: 'audit', ...(ran && { last: { ...done, removed: 3 } }) })] }),
      ),
      api.post('/jobs/{name}/run', ({ params, response }) => {
        if (params.name === 'calls') return response.untyped(problem(409, 'conflict', 'Runs.', { reason: 'stillRunning' }));
        ran = true;
        return response(202).json(job({ name: 'audit', running: true }));
      }),
    );
    const { user } = await at('jobs', { locale: 'ko' });
    const says = async () => (await rowNames('예약 작업')).map((row) => row.textContent);
    const [calls, recordings, audit] = await says();
    expect(calls).toMatch(/오래된 통화 삭제완료 · .* · 7개 삭제 · 다음/);
    expect(recordings).toMatch(/실패.*disk is full/);
    expect(audit).toMatch(/아직 실행 전/);
    await user.click(screen.getByRole('button', { name: '지금 실행: 감사 로그 정리' }));
    await waitFor(async () => expect((await says())[2]).toMatch(/완료.*3개 삭제/));
    await user.click(screen.getByRole('button', { name: '지금 실행: 오래된 통화 삭제' }));
    expect(await screen.findByText('아직 진행 중이에요. 끝난 뒤에 다시 해 주세요.')).toBeTruthy();
  });
});

describe('my account (SEC-5)', () => {
  const session = (rest: Partial<Session>): Session => ({ id: 'here', createdAt: '2026-11-23T01:00:00Z', expiresAt: '2026-12-07T01:00:00Z', address: '192.0.2.7', browser: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', current: true, online: true, ...rest });

  it('changes the password, and says beside the field what is wrong', async () => {
    const asked: unknown[] = [];
    server.use(
      api.get('/me/sessions', ({ response }) => response(200).json({ items: [session({})] })),
      api.post('/me/password', async ({ request, response }) => {
        const body = await request.json();
        asked.push(body);
        if (body.password === 'short') return response.untyped(problem(400, 'invalid', 'Short.', { field: 'password', reason: 'passwordShort', params: { min: '10' } }));
        if (body.oldPassword === 'wrong') return response.untyped(problem(403, 'forbidden', 'Wrong.', { field: 'oldPassword', reason: 'passwordWrong' }));
        return response(204).empty();
      }),
    );
    const { user } = await at('me', { locale: 'ko', as: { role: 'agent' } });
    const before = await screen.findByLabelText('지금 비밀번호');
    const after = screen.getByLabelText('새 비밀번호');
    await user.type(before, 'wrong');
    await user.type(after, 'short');
    await user.click(screen.getByRole('button', { name: '비밀번호 바꾸기' }));
    expect(await screen.findByText('새 비밀번호가 너무 짧아요. 10자 이상, 단어 몇 개로 만들어 주세요.')).toBeTruthy();
    expect(after.getAttribute('aria-invalid')).toBe('true');
    await user.type(after, ' but longer');
    await user.click(screen.getByRole('button', { name: '비밀번호 바꾸기' }));
    expect(await screen.findByText('지금 비밀번호가 맞지 않아요.')).toBeTruthy();
    await user.clear(before);
    await user.type(before, 'right');
    await user.click(screen.getByRole('button', { name: '비밀번호 바꾸기' }));
    expect(await screen.findByText('비밀번호를 바꿨어요. 다른 곳의 로그인은 모두 끊겼어요.')).toBeTruthy();
    expect(asked.at(-1)).toEqual({ oldPassword: 'right', password: 'short but longer' });
  });

  it('lets me join the talks of others muted (CALL-4)', async () => {
    const asked: unknown[] = [];
    server.use(
      api.get('/me/sessions', ({ response }) => response(200).json({ items: [session({})] })),
      api.patch('/me', async ({ request, response }) => {
        asked.push(await request.json());
        return response(200).json(me({ joinMuted: true }));
      }),
    );
    const { user } = await at('me', { locale: 'ko' });
    const wish = await screen.findByLabelText<HTMLInputElement>('음소거로 들어가요');
    expect(wish.checked).toBe(false);
    await user.click(wish);
    await waitFor(() => expect(asked).toEqual([{ joinMuted: true }]));
  });

  it('lists where I am logged in, and ends one of them', async () => {
    let sessions = [session({}), session({ id: 'phone', current: false, browser: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1' })];
    server.use(
      api.get('/me/sessions', ({ response }) => response(200).json({ items: sessions })),
      api.delete('/me/sessions/{id}', ({ params, response }) => {
        sessions = sessions.filter(({ id }) => id !== params.id);
        return response(204).empty();
      }),
    );
    const { user } = await at('me', { as: { role: 'agent' } });
    const [here, phone] = await rowNames('Where you are logged in');
    expect(here?.textContent).toMatch(/^Chrome · Windowsthis browser · since .* · 192\.0\.2\.7$/);
    expect(phone?.textContent).toMatch(/^Safari · iPhoneopen now/);
    await user.click(screen.getByRole('button', { name: 'End the session in Safari · iPhone' }));
    await waitFor(async () => expect(await rowNames('Where you are logged in')).toHaveLength(1));
  });
});

describe('trunks (ADM-2, SEC-1)', () => {
  const trunk = {
    id: 't1', name: 'Carrier', hosts: ['203.0.113.5'], remote: 'sip.carrier.example:5061', register: false, username: '', hasPassword: false, fromDomain: '', codecs: [], position: 0, international: [],
    callerIdStyle: 'e164', dtmf: 'auto', transport: 'udp', mediaEncryption: 'none', firstAnswerSeconds: 6, maxCalls: 30, callsPerSecond: 10, minutesPerDay: 1, costPerDay: 1, state: 'reachable', createdAt: '2026-11-30T00:00:00Z',
  } satisfies Trunk;

  it('are encrypted by choice: the sound over TLS only', async () => {
    const asked: unknown[] = [];
    server.use(
      api.get('/trunks', ({ response }) => response(200).json({ items: [trunk] })),
      api.patch('/trunks/{id}', async ({ request, response }) => {
        asked.push(await request.json());
        return response(200).json({ ...trunk, transport: 'tls', mediaEncryption: 'sdes' });
      }),
    );
    const { user } = await at('trunks/t1');
    const sound = await screen.findByRole<HTMLInputElement>('combobox', { name: 'Sound' });
    expect(sound.disabled).toBe(true);
    await user.click(screen.getByRole('combobox', { name: 'Transport' }));
    await user.click(await screen.findByRole('option', { name: 'TLS (encrypted)' }));
    expect(sound.disabled).toBe(false);
    await user.click(sound);
    await user.click(await screen.findByRole('option', { name: 'SRTP, and nothing else' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(asked).toEqual([{ transport: 'tls', mediaEncryption: 'sdes' }]));
  });

  it.each([
    ['untrusted', 'en', 'Certificate not trusted'],
    ['expired', 'ko', '인증서 기간이 아님'],
    ['misnamed', 'ko', '다른 이름의 인증서'],
  ] as const)('say what is wrong with a carrier’s certificate: %s (%s)', async (state, locale, words) => {
    server.use(api.get('/trunks', ({ response }) => response(200).json({ items: [{ ...trunk, transport: 'tls', state }] })));
    await at('trunks/t1', { locale });
    expect((await screen.findByRole('status')).textContent).toContain(words);
  });
});
