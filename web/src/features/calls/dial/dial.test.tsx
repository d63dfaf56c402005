import { screen, waitFor } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { Route, Routes } from 'react-router';
import { describe, expect, it, vi } from 'vitest';
import type { OutboundCheck } from '../../../shared/api/types';
import { setUp, show } from '../../../testing/desk';
import { call, contact, conversation, customer, part } from '../../../testing/samples';
import { api, problem, server } from '../../../testing/server';
import { Dock } from '../Dock';
import DialPage from './DialPage';

vi.mock('jssip', () => import('../../../testing/jssip'));
setUp();

const business = (id: string, number: string, label: string, allowedAgents: string[] = []) => ({
  id, number, label, allowedAgents, trunkId: 't', record: true, settings: {}, createdAt: '2026-11-01T00:00:00Z',
});
const support = business('n1', '+827076660001', '지원');
const abroad = business('n2', '+827076660002', '해외');
const takesNumbers = (...items: ReturnType<typeof business>[]) => server.use(api.get('/numbers', ({ response }) => response(200).json({ items })));

/** Takes calls that are placed, and gives what was asked for. */
function takesCalls(refusal?: () => ReturnType<typeof problem>) {
  const asked: unknown[] = [];
  server.use(
    api.post('/calls', async ({ request, response }) => {
      asked.push(await request.json());
      return refusal ? response.untyped(refusal()) : response(201).json(call({ direction: 'outbound', state: 'dialing', conversationId: 'conversation-2' }));
    }),
  );
  return asked;
}

const allowed = (rest: Partial<OutboundCheck> = {}): OutboundCheck => ({ to: '+81312345678', allowed: true, emergency: false, country: 'JP', prefix: '+81', perMinute: 200, ...rest });
const refused = (rest: Partial<OutboundCheck>): OutboundCheck => allowed({ allowed: false, ...rest });
const says = (answer: OutboundCheck) => server.use(api.get('/outbound/check', ({ response }) => response(200).json(answer)));

const keys = (user: UserEvent) => user.keyboard('{Control>}{Shift>}[KeyD]{/Shift}{/Control}');

/** Opens the dial by its keys, and types. */
async function dial(text: string, { locale = 'ko' as const, ...rest }: Parameters<typeof show>[1] = {}) {
  const shown = await show(<Dock />, { locale, ...rest });
  shown.shows({});
  await keys(shown.user);
  const field = await screen.findByRole<HTMLInputElement>('textbox', { name: '번호나 이름' });
  await waitFor(() => expect(document.activeElement).toBe(field));
  await shown.user.type(field, text);
  return { ...shown, field };
}

const line = () => screen.getByTestId('outbound-check').textContent;
const callButton = () => screen.getByRole<HTMLButtonElement>('button', { name: '전화 걸기' });

describe('the dial (OUT-1, OUT-2, OUT-5, KEY)', () => {
  it('writes the number as it is typed, and calls it from one of my numbers', async () => {
    const asked = takesCalls();
    takesNumbers(support, business('n3', '+827076660003', '영업', ['other']));
    const { field, user, where } = await dial('01023456789');
    await waitFor(() => expect(field.value).toMatch(/^010-2345-6789$/));
    expect(await screen.findByDisplayValue('지원 070-7666-0001')).toBeTruthy();
    expect(screen.queryByText(/070-7666-0003/)).toBeNull();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(asked).toEqual([{ to: '010-2345-6789', numberId: 'n1' }]));
    await waitFor(() => expect(where()).toBe('/inbox/all/conversation-2'));
    expect(screen.queryByRole('textbox')).toBeNull();
  });

  it('finds contacts by name', async () => {
    const asked = takesCalls();
    server.use(api.get('/contacts', ({ query, response }) => response(200).json({ items: query.get('q') === '하늘' ? [contact()] : [] })));
    const { user } = await dial('하늘');
    await user.click(await screen.findByRole('button', { name: /이하늘/ }));
    await user.click(callButton());
    await waitFor(() => expect(asked).toEqual([{ to: '010-2345-6789', contactId: 'contact-1' }]));
  });

  it('names whose number it is as soon as it matches', async () => {
    says(allowed({ to: '+821023456789', country: 'KR', perMinute: 0 }));
    const cafe = contact({ profile: [{ key: 'company', label: '회사', value: '봄날 카페' }] });
    server.use(api.get('/contacts', ({ response }) => response(200).json({ items: [cafe] })));
    await dial('01023456789');
    expect(await screen.findByText('이하늘 · 봄날 카페')).toBeTruthy();
    expect(screen.queryByRole('list', { name: '고객 연락처' })).toBeNull();
  });

  it('says beside the number why the call was refused after all', async () => {
    takesCalls(() => problem(403, 'forbidden', 'no', { reason: 'mayNotCall' }));
    const { field } = await dial('01023456789{Enter}');
    expect(await screen.findByText('전화 걸기 권한이 없어요. 관리자에게 부탁해 주세요.')).toBeTruthy();
    expect(field.getAttribute('aria-invalid')).toBe('true');
  });

  it.each([
    ['a seat', { seat: false }, '오퍼레이터 시트가 없어요. 관리자에게'],
    ['the permission', { placesCalls: false }, '전화 걸기 권한이 없어요. 관리자에게'],
  ])('says what is missing, and whom to ask: %s', async (_, as, words) => {
    await dial('01023456789', { as });
    expect(screen.getByText(new RegExp(words))).toBeTruthy();
    expect(callButton().disabled).toBe(true);
  });

  it('opened anew after a call stays, however late the answer to the call before comes', async () => {
    let answer = () => {};
    server.use(
      api.post('/calls', async ({ response }) => {
        await new Promise<void>((resolve) => (answer = resolve));
        return response(201).json(call({ direction: 'outbound', state: 'dialing', conversationId: 'conversation-2' }));
      }),
    );
    const { user, tells, where } = await dial('01023456789{Enter}');
    const placed = call({ direction: 'outbound', state: 'dialing', participants: [customer(), part('me', 'joined')] });
    tells({ topic: 'call', data: placed });
    await waitFor(() => expect(screen.queryByRole('textbox', { name: '번호나 이름' })).toBeNull());
    tells({ topic: 'call', data: { ...placed, state: 'ended' } });
    expect(screen.queryByRole('textbox', { name: '번호나 이름' })).toBeNull();
    await keys(user);
    await user.type(await screen.findByRole('textbox', { name: '번호나 이름' }), '01055661212');
    answer();
    await waitFor(() => expect(where()).toBe('/inbox/all/conversation-2'));
    expect(screen.getByDisplayValue('010-5566-1212')).toBeTruthy();
  });

  it('keeps what is typed while something rings that another takes', async () => {
    const { tells } = await dial('01023456789');
    const rings = call();
    tells({ topic: 'call', data: rings });
    await waitFor(() => expect(screen.queryByRole('textbox')).toBeNull());
    tells({ topic: 'call', data: { ...rings, state: 'talking', participants: [customer(), part('other', 'joined')] } });
    expect((await screen.findByRole<HTMLInputElement>('textbox', { name: '번호나 이름' })).value).toBe('010-2345-6789');
  });

  it('does not open while something rings', async () => {
    const { shows, user } = await show(<Dock />);
    shows({ calls: [call()] });
    await keys(user);
    expect(screen.queryByRole('textbox')).toBeNull();
  });
});

describe('before the call the dial says (OUT-6, OUT-7, OUT-9)', () => {
  it.each([
    ['where it goes and what it costs', allowed(), '일본 · 200 CU/분', true],
    ['that it stays at home', allowed({ country: 'KR', prefix: undefined, perMinute: 0 }), '국내 · 0 CU/분', true],
    ['that it is an emergency number', allowed({ country: 'KR', prefix: undefined, perMinute: 0, emergency: true }), '긴급 전화번호', true],
    ['which country may not be called', refused({ reason: 'countryNotAllowed', params: { country: 'JM', prefix: '+1 876' } }), '자메이카(+1 876)는 허용된 국가가 아니에요.', false],
    ['that the day is used up', refused({ reason: 'capMinutes', params: { scope: 'agent', limit: '600' } }), '오늘 통화 한도를 넘었어요(상담원 600분). 관리자가 늘릴 수 있어요.', false],
    ['nothing of half a number', refused({ to: '', country: undefined, reason: 'notANumber', params: { text: '+81 3' } }), '', true],
  ] as const)('%s', async (_, answer, words, callable) => {
    says(answer);
    await dial('+81312345678');
    await waitFor(() => expect(line()).toBe(words));
    expect(callButton().disabled).toBe(!callable);
  });

  it('what it costs, a second after it was too early for the next call', async () => {
    let asked = 0;
    server.use(api.get('/outbound/check', ({ response }) => response(200).json(asked++ === 0 ? refused({ reason: 'capCallsPerSecond' }) : allowed())));
    await dial('+81312345678');
    await waitFor(() => expect(line()).toBe('일본 · 200 CU/분'), { timeout: 4000 });
    expect(asked).toBe(2);
  });

  it('which of my numbers may call there, and takes it', async () => {
    const asked = takesCalls();
    takesNumbers(support, abroad);
    server.use(
      api.get('/outbound/check', ({ query, response }) =>
        response(200).json(query.get('from') === 'n2' ? allowed() : refused({ reason: 'numberNotAbroad', params: { number: support.number }, betterNumberId: 'n2' })),
      ),
    );
    const { user } = await dial('+81312345678');
    await waitFor(() => expect(line()).toBe('이 발신 번호로는 국제전화를 걸 수 없어요.070-7666-0002 쓰기'));
    await user.click(screen.getByRole('button', { name: '070-7666-0002 쓰기' }));
    await waitFor(() => expect(line()).toBe('일본 · 200 CU/분'));
    await user.click(callButton());
    await waitFor(() => expect(asked).toEqual([{ to: '+81 3 1234 5678', numberId: 'n2' }]));
  });

  it('never what was true of another number', async () => {
    const answers: Record<string, () => void> = {};
    server.use(
      api.get('/outbound/check', async ({ query, response }) => {
        const to = query.get('to') ?? '';
        await new Promise<void>((resolve) => (answers[to] = resolve));
        return response(200).json(to === '+811' ? allowed({ perMinute: 1 }) : allowed());
      }),
    );
    const { field, user } = await dial('+811');
    await waitFor(() => expect(answers['+811']).toBeTruthy());
    await user.type(field, '2');
    await waitFor(() => expect(answers['+8112']).toBeTruthy());
    answers['+811']?.();
    answers['+8112']?.();
    const seen: (string | null)[] = [];
    await waitFor(() => {
      seen.push(line());
      expect(line()).toBe('일본 · 200 CU/분');
    });
    expect(seen.filter(Boolean)).toEqual(['일본 · 200 CU/분']);
    await user.type(field, '3'); // the line is empty from the first key on
    expect(line()).toBe('');
  });
});

describe('the dial’s address (OUT-2, HIST-6)', () => {
  const desk = (
    <>
      <Dock />
      <Routes>
        <Route path="/calls/dial" element={<DialPage />} />
        <Route path="*" element={null} />
      </Routes>
    </>
  );
  const onAPhone = () => vi.stubGlobal('matchMedia', (media: string) => ({ matches: media.includes('max-width: 768px'), media, addEventListener: () => {}, removeEventListener: () => {} }));

  it('is a page on a phone, which the keys lead to', async () => {
    onAPhone();
    const { shows, user, where } = await show(desk, { locale: 'ko', path: '/inbox/all' });
    shows({});
    await keys(user);
    expect(await screen.findByRole('heading', { level: 1, name: '다이얼' })).toBeTruthy();
    expect(where()).toBe('/calls/dial');
  });

  it('is the open flyout elsewhere, with the number, until it is closed', async () => {
    const { shows, user, where } = await show(desk, { locale: 'ko', path: '/calls/dial?to=01023456789' });
    shows({});
    const field = await screen.findByRole<HTMLInputElement>('textbox', { name: '번호나 이름' });
    await waitFor(() => expect(field.value).toBe('010-2345-6789'));
    expect(where()).toBe('/inbox/all');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(where()).toBe('/inbox/all');
  });

  it('has the number that I dialled last', async () => {
    server.use(
      api.get('/conversations', ({ query, response }) =>
        response(200).json({
          items: query.get('direction') === 'outbound' && query.get('agent') === 'me' ? [conversation({ lastCall: { id: 'call-9', state: 'ended', startedAt: '2026-11-23T01:00:00Z' } })] : [],
        }),
      ),
      api.get('/calls/{id}', ({ params, response }) => response(200).json(call({ id: params.id, direction: 'outbound', to: params.id === 'call-9' ? '+821055661212' : '' }))),
    );
    const { shows } = await show(desk, { locale: 'ko', path: '/calls/dial?to=last' });
    shows({});
    expect(await screen.findByDisplayValue('010-5566-1212')).toBeTruthy();
  });

  it('on a phone says in a call why no other can be placed', async () => {
    onAPhone();
    const { shows } = await show(desk, { locale: 'ko', path: '/calls/dial' });
    shows({ calls: [call({ state: 'talking', participants: [customer(), part('me', 'joined')] })] });
    expect(await screen.findByText('통화 중이에요. 먼저 지금 통화에서 나가 주세요.')).toBeTruthy();
  });
});
