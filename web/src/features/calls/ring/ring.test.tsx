import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Call } from '../../../shared/api/types';
import { setUp, show } from '../../../testing/desk';
import { invite, UA, FakeSession } from '../../../testing/jssip';
import { agent, call, contact, conversation, customer, part } from '../../../testing/samples';
import { api, problem, server, takesCommands } from '../../../testing/server';
import { Dock } from '../Dock';

vi.mock('jssip', () => import('../../../testing/jssip'));
setUp();

const box = () => screen.getByTestId('ring-box');
const gone = () => expect(screen.queryByTestId('ring-box')).toBeNull();
const button = (name: string) => within(box()).getByRole<HTMLButtonElement>('button', { name });

/** The engine rings this browser's phone. */
function ring(id: string): FakeSession {
  let session = new FakeSession();
  act(() => {
    session = invite(id);
  });
  return session;
}

const profile = ['VIP', '', '텐트', '서울', '메모'].map((value, i) => ({ key: `k${i}`, label: `Field ${i}`, value }));

const languages = [
  { locale: 'en', region: 'Incoming call', answer: 'Answer', decline: 'Decline', waiting: 'Connecting…', title: '☎ 이하늘 – ringdesk' },
  { locale: 'ko', region: '수신 전화', answer: '받기', decline: '거절', waiting: '전화 연결 중…', title: '☎ 이하늘 – ringdesk' },
] as const;

describe('a ringing call (IN-1, SYS-4)', () => {
  it.each(languages)('shows who calls which number, and the first three profile fields ($locale)', async ({ locale, region, answer, decline, waiting, title }) => {
    const { shows } = await show(<Dock />, { locale });
    shows({ calls: [call({ contact: contact({ profile }) })] });
    expect(screen.getByRole('region', { name: region })).toBe(box());
    for (const text of ['이하늘', '010-2345-6789', 'Main', '070-7666-0001', 'VIP', '텐트', '서울']) expect(box().textContent).toContain(text);
    expect(box().textContent).not.toContain('메모');
    // Until the engine rings this browser's phone there is nothing to answer.
    expect(button(waiting).disabled).toBe(true);
    ring('call-1');
    expect(button(answer).disabled).toBe(false);
    expect(box().textContent).not.toContain(waiting);
    expect(button(decline)).toBeTruthy();
    expect(document.title).toBe(title);
  });

  it.each([
    ['a caller who withholds the number', { from: '', contact: contact({ name: '', numbers: [] }) }, 'Withheld number', 'New caller'],
    ['a caller without a name', { contact: contact({ name: '' }) }, '010-2345-6789', 'New caller'],
    ['a caller whom the carrier names otherwise', { callerName: '홍길동' }, '이하늘', 'Carrier’s name: 홍길동'],
  ] satisfies [string, Partial<Call>, string, string][])('names %s', async (_, rest, name, beside) => {
    const { shows } = await show(<Dock />);
    shows({ calls: [call(rest)] });
    expect(box().textContent).toContain(name);
    expect(box().textContent).toContain(beside);
  });

  it('keeps a long name whole, and gives it in a tip', async () => {
    const name = 'Bartholomew Featherstonehaugh-Cholmondeley of the Northern Outdoor Equipment Rental Company';
    const { shows } = await show(<Dock />);
    shows({ calls: [call({ contact: contact({ name }) })] });
    expect(within(box()).getByText(name).title).toBe(name);
  });

  it('that has rung longest is large, each other one a line with its own Answer', async () => {
    const { shows } = await show(<Dock />);
    const since = (id: string, ringingAt: string) => call({ id, participants: [customer(), part('me', 'ringing', { ringingAt })] });
    shows({ calls: [since('late', '2026-11-23T01:00:09Z'), since('early', '2026-11-23T01:00:01Z')] });
    const [line, large] = screen.getAllByTestId('ring-box');
    expect([line?.dataset.call, large?.dataset.call]).toEqual(['late', 'early']);
    expect(large?.textContent).toContain('070-7666-0001');
    expect(line?.textContent).not.toContain('070-7666-0001');
    act(() => void invite('late'));
    expect(within(line!).getByRole<HTMLButtonElement>('button', { name: 'Answer' }).disabled).toBe(false);
  });

  it('says where to answer when the phone is in another window', async () => {
    const { shows } = await show(<Dock />);
    shows({ calls: [call()] });
    act(() => void UA.latest?.emit('disconnected', { code: 4001 }));
    expect(button('In another window').disabled).toBe(true);
  });

  it('says so when the browser holds back the sound', async () => {
    HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    const { shows } = await show(<Dock />);
    shows({ calls: [call()] });
    await waitFor(() => expect(box().textContent).toContain('The browser blocks the ring sound.'));
  });
});

describe('answering (IN-1)', () => {
  it.each<[string, (user: UserEvent) => Promise<void>]>([
    ['a click', (user) => user.click(button('Answer'))],
    ['Ctrl+Shift+Space', (user) => user.keyboard('{Control>}{Shift>}[Space]{/Shift}{/Control}')],
  ])('by %s takes the call with the microphone and opens its conversation', async (_, answer) => {
    const { shows, tells, user, where } = await show(<Dock />);
    shows({ calls: [call()] });
    const session = ring('call-1');
    await answer(user);
    await waitFor(() => expect(session.answer).toHaveBeenCalledOnce());
    await waitFor(() => expect(where()).toBe('/inbox/all/conversation-1'));
    tells({ topic: 'call', data: call({ state: 'talking', participants: [customer(), part('me', 'joined')] }) });
    gone();
  });

  it('before the engine rings this browser takes the call as soon as it does', async () => {
    const { shows, user, where } = await show(<Dock />);
    shows({ calls: [call()] });
    await user.keyboard('{Control>}{Shift>}[Space]{/Shift}{/Control}');
    await waitFor(() => expect(within(box()).getAllByRole('button').some((b) => b.dataset.loading)).toBe(true));
    expect(where()).toBe('/');
    const session = ring('call-1');
    await waitFor(() => expect(session.answer).toHaveBeenCalledOnce());
    await waitFor(() => expect(where()).toBe('/inbox/all/conversation-1'));
  });

  it('by a double click hangs nothing up', async () => {
    const asked = takesCommands();
    const { shows, tells, user } = await show(<Dock />);
    shows({ calls: [call()] });
    ring('call-1');
    await user.click(button('Answer'));
    tells({ topic: 'call', data: call({ state: 'talking', participants: [customer(), part('me', 'joined')] }) });
    fireEvent.click(screen.getByText('Leave'));
    expect(asked).toEqual([]);
    await waitFor(() => expect(screen.getByTestId('dock').dataset.guarded).toBeUndefined());
    await user.click(screen.getByRole('button', { name: 'Leave' }));
    await waitFor(() => expect(asked).toEqual(['call-1 leave']));
  });

  it('without a microphone leaves the call ringing', async () => {
    const { shows, user, where } = await show(<Dock />);
    shows({ calls: [call()] });
    const session = ring('call-1');
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    await user.click(button('Answer'));
    await waitFor(() => expect(button('Allow microphone first').disabled).toBe(true));
    expect(session.answer).not.toHaveBeenCalled();
    expect(where()).toBe('/');
    navigator.mediaDevices.getUserMedia = () => Promise.resolve({ getTracks: () => [], getAudioTracks: () => [] } as unknown as MediaStream);
    await waitFor(() => expect(screen.getByTestId('dock').dataset.guarded).toBeUndefined());
    await user.click(button('Allow microphone'));
    await waitFor(() => expect(button('Answer').disabled).toBe(false));
  });
});

describe('declining (IN-1)', () => {
  it.each<[string, (user: UserEvent) => Promise<void>]>([
    ['a click', (user) => user.click(button('Decline'))],
    ['Tab and Enter', (user) => user.tab().then(() => user.keyboard('{Enter}'))],
  ])('by %s asks the server, whose word takes the box away', async (_, decline) => {
    const asked = takesCommands();
    const { shows, tells, user } = await show(<Dock />);
    shows({ calls: [call()] });
    await decline(user);
    await waitFor(() => expect(asked).toEqual(['call-1 decline']));
    expect(box()).toBeTruthy();
    tells({ topic: 'call', data: call({ participants: [customer(), part('me', 'declined')] }) });
    gone();
  });

  it.each([
    ['en', 'Decline', 'The call has been answered already.'],
    ['ko', '거절', '다른 상담원이 먼저 처리했거나 통화 상태가 바뀌었어요.'],
  ] as const)('that the server refuses is told in words, and the box stays (%s)', async (locale, name, words) => {
    takesCommands(() => problem(409, 'conflict', 'The call has been answered already.'));
    const { shows, user } = await show(<Dock />, { locale });
    shows({ calls: [call()] });
    await user.click(button(name));
    expect(await screen.findByText(words)).toBeTruthy();
    expect(box()).toBeTruthy();
  });
});

describe('a call that stops ringing here (IN-11)', () => {
  const taken = [customer(), part('me', 'taken'), part('other', 'joined', { name: '박도윤', joinedAt: '2026-11-23T01:00:05Z' })];
  const invitedBy = { id: 'other', name: '박도윤' };
  it.each([
    ['en', 'a colleague took', call(), call({ participants: taken }), 'Taken by 박도윤'],
    ['ko', 'a colleague took', call(), call({ participants: taken }), '박도윤 님이 받았어요'],
    ['ko', 'the caller gave up', call(), call({ state: 'missed', missedReason: 'userLeft', participants: [customer(), part('me', 'missed')] }), '고객이 먼저 끊었어요'],
    ['ko', 'rang too long', call(), call({ participants: [customer(), part('me', 'missed')] }), '벨 시간이 끝났어요'],
    [
      'en',
      'was an invitation that was taken back',
      call({ state: 'talking', participants: [customer(), part('me', 'ringing', { invitedBy })] }),
      call({ state: 'talking', participants: [customer(), part('me', 'missed', { invitedBy })] }),
      'The invitation has ended',
    ],
  ] as const)('says (%s) in its place that %s, with the name and the way to its conversation', async (locale, _, before, after, words) => {
    const { shows, tells, user, where } = await show(<Dock />, { locale });
    shows({ calls: [before] });
    tells({ topic: 'call', data: after });
    gone();
    const ending = screen.getByTestId('ring-ending');
    expect(ending.textContent).toContain(words);
    expect(ending.textContent).toContain('이하늘');
    await user.click(ending);
    expect(where()).toBe('/inbox/all/conversation-1');
    await waitFor(() => expect(screen.queryByTestId('ring-ending')).toBeNull());
  });
});

describe('why it rings (IN-9, CALL-3, CALL-7)', () => {
  const invitedBy = { id: 'other', name: '' };
  const agents = [agent(), agent({ id: 'other', name: '박도윤' })];
  const rung = part('me', 'ringing', { invitedBy });
  it.each([
    ['an invitation', call({ state: 'talking', participants: [customer(), part('other', 'joined', { name: '박도윤' }), rung] }), '박도윤 님이 초대했어요'],
    ['a call that was handed over', call({ answeredAt: '2026-11-23T01:00:00Z', participants: [customer(), rung] }), '박도윤 님이 돌려줬어요'],
    ['an assignment by hand', call({ participants: [customer(), rung] }), '박도윤 님이 배정했어요'],
  ])('is said of %s', async (_, ringing, words) => {
    const { shows } = await show(<Dock />, { locale: 'ko' });
    shows({ agents, calls: [ringing] });
    expect(box().textContent).toContain(words);
  });

  it('names who is in the call already', async () => {
    const { shows } = await show(<Dock />);
    shows({ agents, calls: [call({ state: 'talking', participants: [customer(), part('other', 'joined', { name: '박도윤' }), rung] })] });
    expect(box().textContent).toContain('In the call: 박도윤');
  });

  it.each([
    ['leaves', [part('me', 'joined'), part('third', 'joined')], '받으면 지금 통화에서 나가요'],
    ['ends', [part('me', 'joined')], '받으면 지금 통화가 종료돼요'],
  ])('says what accepting does to the call I am in: it %s', async (_, inside, words) => {
    const { shows } = await show(<Dock />, { locale: 'ko' });
    shows({ agents, calls: [call({ participants: [customer(), rung] }), call({ id: 'mine', state: 'talking', participants: [customer(), ...inside] })] });
    expect(box().textContent).toContain(words);
    expect(screen.getByTestId('call-box').dataset.collapsed).toBe('true');
  });

  it('tells how long the caller waited before, and what was before (IN-6)', async () => {
    server.use(
      api.get('/conversations', ({ response }) =>
        response(200).json({
          items: [conversation(), conversation({ id: 'before', state: 'missed', missedReason: 'userLeft', tags: ['환불'], updatedAt: '2026-11-20T01:00:00Z' })],
        }),
      ),
    );
    const { shows } = await show(<Dock />, { locale: 'ko' });
    shows({ calls: [call({ participants: [customer(), part('me', 'ringing', { ringingAt: '2026-11-23T01:00:31Z' })] })] });
    expect(box().textContent).toContain('대기 0:31');
    await waitFor(() => expect(box().textContent).toMatch(/최근: .+ 부재중, 환불/));
  });
});

describe('a ring is said to those who do not see it (IN-1)', () => {
  it('with name, number and the keys that answer', async () => {
    const { shows } = await show(<Dock />);
    const said = screen.getByTestId('ring-announcement');
    expect([said.getAttribute('aria-live'), said.textContent]).toEqual(['assertive', '']);
    shows({ calls: [call()] });
    expect(said.textContent).toBe('Incoming call: 이하늘, 010-2345-6789. Answer Ctrl ⇧ Space');
  });

  it('and takes the focus from nobody', async () => {
    const { shows } = await show(<><input /><Dock /></>);
    const field = screen.getByRole('textbox');
    field.focus();
    shows({ calls: [call()] });
    expect(document.activeElement).toBe(field);
  });
});

describe('a lost connection (IN-1, INBOX-1)', () => {
  it('leaves the box, which goes with the new snapshot when the call is over', async () => {
    const { shows, loses, returns } = await show(<Dock />);
    shows({ calls: [call()] });
    loses();
    expect(box()).toBeTruthy();
    returns({ calls: [] });
    gone();
  });

  it('keeps a call answerable that still rings afterwards', async () => {
    const { shows, loses, returns, user } = await show(<Dock />);
    shows({ calls: [call()] });
    const session = ring('call-1');
    loses();
    returns({ calls: [call()] });
    await user.click(button('Answer'));
    await waitFor(() => expect(session.answer).toHaveBeenCalledOnce());
  });
});
