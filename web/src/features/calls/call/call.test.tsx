import { act, screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Call, Participant } from '../../../shared/api/types';
import { setUp, show } from '../../../testing/desk';
import { invite } from '../../../testing/jssip';
import { call, contact, customer, part } from '../../../testing/samples';
import { problem, takesCommands } from '../../../testing/server';
import { Dock } from '../Dock';

vi.mock('jssip', () => import('../../../testing/jssip'));
setUp();

const minuteMs = 60_000;
const minutesAgo = (n: number) => new Date(Date.now() - n * minuteMs).toISOString();
const mine = (rest: Partial<Participant> = {}) => part('me', 'joined', { name: '김서연', joinedAt: minutesAgo(125), ...rest });
const colleague = (rest: Partial<Participant> = {}) => part('other', 'joined', { name: '박도윤', ...rest });
const talk = (rest: Partial<Call> = {}): Call => call({ state: 'talking', participants: [customer(), mine()], ...rest });

/** The box is open in the inbox and a line elsewhere. */
const inbox = { path: '/inbox/all' };

const box = () => screen.getByTestId('call-box');
const gone = () => expect(screen.queryByTestId('call-box')).toBeNull();
/** The dock takes clicks: for a moment after the call has come it does not. */
const free = () => waitFor(() => expect(screen.getByTestId('dock').dataset.guarded).toBeUndefined());
const click = async (user: UserEvent, name: string) => {
  await free();
  await user.click(press(name));
};
const press = (name: string) => within(box()).getByRole('button', { name });

describe('the call I am in (CALL-1, SYS-4)', () => {
  it.each([
    { locale: 'en', region: 'Call', words: ['Customer', 'you', 'In the call', 'Ringing', 'Mute', 'Hold', 'Dial pad', 'More', 'Leave', 'End for all'] },
    { locale: 'ko', region: '통화', words: ['고객', '나', '통화 중', '벨 울림', '음소거', '보류', '다이얼', '더 보기', '나가기', '모두에게 종료'] },
  ] as const)('shows who is in it, for how long, and what I can do ($locale)', async ({ locale, region, words }) => {
    const { shows } = await show(<Dock />, { ...inbox, locale });
    shows({ calls: [talk({ participants: [customer(), mine(), colleague(), part('third', 'ringing', { name: '이준' })] })] });
    expect(screen.getByRole('region', { name: region })).toBe(box());
    for (const word of [...words, '이하늘', '010-2345-6789', '김서연', '박도윤', '이준']) expect(box().textContent).toContain(word);
    expect(within(box()).getAllByRole('timer')[0]?.textContent).toMatch(/^2:0\d:\d\d$/);
  });

  it('is no box for calls of others, and none for what only rings', async () => {
    const { shows } = await show(<Dock />, inbox);
    shows({ calls: [call(), talk({ id: 'theirs', participants: [customer(), colleague()] })] });
    gone();
  });

  it('keeps long names whole, and gives them in a tip where they are cut', async () => {
    const name = '주식회사 한국아웃도어레저산업개발 고객지원본부 장비대여 서비스센터 담당자';
    const { shows, user } = await show(<Dock />, inbox);
    shows({ calls: [talk({ contact: contact({ name }), participants: [customer({ name }), mine()] })] });
    vi.spyOn(HTMLElement.prototype, 'scrollWidth', 'get').mockReturnValue(900);
    const [head] = within(box()).getAllByText(name);
    if (!head) throw new Error('the name is not there');
    await user.hover(head);
    expect((await screen.findByRole('tooltip')).textContent).toBe(name);
  });

  it('leads to its conversation', async () => {
    const { shows, user, where } = await show(<Dock />, inbox);
    shows({ calls: [talk()] });
    await free();
    await user.click(within(box()).getByRole('link', { name: /Open the conversation/ }));
    expect(where()).toBe('/inbox/all/conversation-1');
  });
});

describe('muting (CALL-1, CALL-4)', () => {
  it('asks the server, and shows what the live channel then says', async () => {
    const asked = takesCommands();
    const { shows, tells, user } = await show(<Dock />, inbox);
    shows({ calls: [talk()] });
    await click(user, 'Mute');
    await waitFor(() => expect(asked).toEqual(['call-1 mute']));
    tells({ topic: 'call', data: talk({ participants: [customer(), mine({ muted: true })] }) });
    expect(within(box()).getByRole('img', { name: 'Muted' })).toBeTruthy();
    await click(user, 'Unmute');
    await waitFor(() => expect(asked).toEqual(['call-1 mute', 'call-1 unmute']));
  });

  it.each([
    ['en', 'Mute', 'The phone system cannot be reached. Try again in a moment.'],
    ['ko', '음소거', '전화 시스템에 연결할 수 없어요. 잠시 후 다시 해 주세요.'],
  ] as const)('that fails is told in words (%s)', async (locale, name, words) => {
    takesCommands(() => problem(503, 'unavailable', 'The engine does not answer.', { reason: 'engineUnreachable' }));
    const { shows, user } = await show(<Dock />, { ...inbox, locale });
    shows({ calls: [talk()] });
    await click(user, name);
    expect(await screen.findByText(words)).toBeTruthy();
    expect(press(name)).toBeTruthy();
  });
});

describe('holding (HOLD-1, HOLD-2)', () => {
  const hold = { agentId: 'other', name: '박도윤', since: minutesAgo(90) };
  it.each([
    ['en', 'On hold by 박도윤', 'Release'],
    ['ko', '박도윤 님이 보류함', '보류 해제'],
  ] as const)('shows everybody who holds and since when, and lets any agent release (%s)', async (locale, words, release) => {
    const asked = takesCommands();
    const { shows, user } = await show(<Dock />, { ...inbox, locale });
    shows({ calls: [talk({ hold, participants: [customer({ onHold: true }), mine(), colleague()] })] });
    expect(box().textContent).toContain(words);
    expect(within(box()).getAllByRole('timer')[1]?.textContent).toMatch(/^1:3\d:\d\d$/);
    await click(user, release);
    await waitFor(() => expect(asked).toEqual(['call-1 release']));
  });

  it('is not offered in a web call', async () => {
    const { shows } = await show(<Dock />, inbox);
    shows({ calls: [talk({ kind: 'voice' })] });
    expect(within(box()).queryByRole('button', { name: 'Hold' })).toBeNull();
  });
});

describe('the keyboard (KEY)', () => {
  it.each([
    ['Ctrl+Shift+M', '{Control>}{Shift>}[KeyM]{/Shift}{/Control}', 'mute'],
    ['Ctrl+Shift+H', '{Control>}{Shift>}[KeyH]{/Shift}{/Control}', 'hold'],
    ['Ctrl+Shift+O', '{Control>}{Shift>}[KeyO]{/Shift}{/Control}', 'end'],
    ['Ctrl+O', '{Control>}[KeyO]{/Control}', 'leave'],
  ])('%s does it', async (_, keys, action) => {
    const asked = takesCommands();
    const { shows, user } = await show(<Dock />, inbox);
    shows({ calls: [talk()] });
    await free();
    await user.keyboard(keys);
    await waitFor(() => expect(asked).toEqual([`call-1 ${action}`]));
  });

  it('opens the dial pad, whose keys are sent in their order (CALL-2)', async () => {
    const asked = takesCommands();
    const { shows, user } = await show(<Dock />, inbox);
    shows({ calls: [talk()] });
    await user.keyboard('{Control>}{Shift>}[KeyD]{/Shift}{/Control}');
    await user.keyboard('1#');
    await click(user, 'Key 5');
    await waitFor(() => expect(asked).toEqual(['call-1 dtmf 1', 'call-1 dtmf #', 'call-1 dtmf 5']));
    expect(within(box()).getByLabelText('Sent: 1#5')).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(within(box()).queryByRole('button', { name: 'Key 5' })).toBeNull();
  });
});

describe('ending for all (CALL-1)', () => {
  it('asks first when colleagues are in the call, and keeps it on Cancel', async () => {
    const asked = takesCommands();
    const { shows, user } = await show(<Dock />, inbox);
    shows({ calls: [talk({ participants: [customer(), mine(), colleague()] })] });
    await click(user, 'End for all');
    const question = await screen.findByRole('dialog');
    expect(question.textContent).toContain('박도윤 and the customer are disconnected.');
    await user.click(within(question).getByRole('button', { name: 'Cancel' }));
    expect(asked).toEqual([]);
    await click(user, 'End for all');
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'End for all' }));
    await waitFor(() => expect(asked).toEqual(['call-1 end']));
  });

  it('takes the box away when the call is over', async () => {
    const { shows, tells } = await show(<Dock />, inbox);
    shows({ calls: [talk()] });
    tells({ topic: 'call', data: talk({ state: 'ended' }) });
    gone();
  });
});

describe('the sound of the call (CALL-1)', () => {
  it('is interrupted until this browser’s phone is in the call again (IN-12)', async () => {
    const { shows } = await show(<Dock />, inbox);
    shows({ calls: [talk()] });
    expect(box().textContent).not.toContain('interrupted'); // as at each call's end, for a moment
    await screen.findByText('The sound is interrupted. The call goes on; reconnecting…', undefined, { timeout: 5000 });
    // The engine rings this browser's phone anew for a call that it is in already: it answers by itself.
    act(() => void invite('call-1'));
    await waitFor(() => expect(box().textContent).not.toContain('interrupted'));
    expect(box().textContent).not.toContain('Connecting the sound');
  });

  it('stays with the box over a lost connection, until a snapshot without the call (INBOX-1)', async () => {
    const { shows, loses, returns } = await show(<Dock />, inbox);
    shows({ calls: [talk()] });
    loses();
    expect(box()).toBeTruthy();
    returns({ calls: [talk()] });
    expect(box()).toBeTruthy();
    loses();
    returns({ calls: [] });
    gone();
  });
});
