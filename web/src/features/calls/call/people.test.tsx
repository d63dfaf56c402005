import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { Call } from '../../../shared/api/types';
import { setUp, show } from '../../../testing/desk';
import { agent, call, customer, part } from '../../../testing/samples';
import { problem, takesCommands } from '../../../testing/server';
import { Dock } from '../Dock';

vi.mock('jssip', () => import('../../../testing/jssip'));
setUp();

const team = { id: 'team-1', name: '지원팀' };
const colleague = (id: string, name: string, rest: Parameters<typeof agent>[0] = {}) => agent({ id, name, ...rest });
const agents = [
  agent(),
  colleague('away', '강쉬는', { status: 'rest' }),
  colleague('busy', '이통화', { status: 'inCall', teams: [team] }),
  colleague('free', '박도윤', { teams: [team] }),
  colleague('gone', '최없음', { status: 'offline' }),
];
const talk = (rest: Partial<Call> = {}): Call => call({ state: 'talking', participants: [customer(), part('me', 'joined')], ...rest });

async function open(button: string, rest: Partial<Call> = {}, refusal?: Parameters<typeof takesCommands>[0]) {
  const asked = takesCommands(refusal);
  const shown = await show(<Dock />, { path: '/inbox/all' });
  shown.shows({ agents, calls: [talk(rest)] });
  await waitFor(() => expect(screen.getByTestId('dock').dataset.guarded).toBeUndefined());
  await shown.user.click(screen.getByRole('button', { name: button }));
  return { ...shown, asked };
}

describe('calling somebody in (CALL-3, CALL-7)', () => {
  it('lists those who are free first, with their state, then teams with how many are free', async () => {
    await open('Invite');
    const names = within(screen.getByRole('listbox')).getAllByRole('option').map((option) => option.textContent);
    expect(names).toEqual(['도윤박도윤Available', '통화이통화In a call', '쉬는강쉬는Break', '지원팀1 free']);
  });

  it.each([
    ['Enter invites', '{Enter}', 'call-1 invite free'],
    ['Ctrl+Enter hands over', '{Control>}{Enter}{/Control}', 'call-1 transfer free'],
    ['Enter gives the call to a team', '{ArrowUp}{Enter}', 'call-1 transfer team-1'],
  ])('by keyboard: %s', async (_, keys, want) => {
    const { user, asked } = await open('Invite');
    await user.keyboard(keys);
    await waitFor(() => expect(asked).toEqual([want]));
    await waitFor(() => expect(screen.queryByRole('listbox')).toBeNull());
  });

  it('asks a colleague first with the customer on hold, and hands over when they are there', async () => {
    const { user, asked, tells } = await open('Invite');
    await user.type(screen.getByRole('combobox'), '이통');
    await user.click(screen.getByRole('button', { name: 'Ask them first' }));
    await waitFor(() => expect(asked).toEqual(['call-1 hold', 'call-1 invite busy']));
    const hold = { agentId: 'me', name: '김서연', since: '2026-11-23T01:00:00Z' };
    const busy = part('busy', 'joined', { name: '이통화', invitedBy: { id: 'me', name: '김서연' } });
    tells({ topic: 'call', data: talk({ hold, participants: [customer(), part('me', 'joined'), busy] }) });
    await user.click(screen.getByRole('button', { name: 'Hand over and leave' }));
    await waitFor(() => expect(asked.at(-1)).toBe('call-1 transfer busy'));
  });

  it('keeps who declined in sight, to be invited again, and takes a running invitation back', async () => {
    const invitedBy = { id: 'me', name: '김서연' };
    const asked = takesCommands();
    const { shows, user } = await show(<Dock />, { path: '/inbox/all' });
    const rung = part('busy', 'ringing', { name: '이통화', invitedBy, ringingAt: '2026-11-23T01:00:00Z' });
    shows({ agents, calls: [talk({ participants: [customer(), part('me', 'joined'), part('free', 'declined', { name: '박도윤', invitedBy }), rung] })] });
    await waitFor(() => expect(screen.getByTestId('dock').dataset.guarded).toBeUndefined());
    expect(screen.getByTestId('call-box').textContent).toContain('Declined');
    await user.click(screen.getByRole('button', { name: 'Invite 박도윤 again' }));
    await user.click(screen.getByRole('button', { name: 'Take back the invitation of 이통화' }));
    await waitFor(() => expect(asked).toEqual(['call-1 invite free', 'call-1 cancelInvite busy']));
  });

  it('says why the eleventh cannot come', async () => {
    const { user } = await open('Invite', {}, () => problem(409, 'limit', 'This call has 10 participants already.'));
    await user.keyboard('{Enter}');
    expect(await screen.findByText('At most 10 can take part')).toBeTruthy();
    expect(screen.getByRole('listbox')).toBeTruthy();
  });
});

describe('what else can be done in a call (CALL-7)', () => {
  it.each([
    ['Ask for help', {}, 'call-1 help'],
    ['Pause recording (card data)', { recording: { id: 'r', state: 'recording' } }, 'call-1 pauseRecording'],
    ['Record again', { recordingPaused: '2026-11-23T01:00:00Z' }, 'call-1 resumeRecording'],
    ['Back to 지원팀', { team }, 'call-1 transfer team-1'],
  ] satisfies [string, Partial<Call>, string][])('%s', async (name, rest, want) => {
    const { user, asked } = await open('More', rest);
    await user.click(await screen.findByRole('menuitem', { name }));
    await waitFor(() => expect(asked).toEqual([want]));
  });

  it('protects from abuse in three steps, each with what the caller hears', async () => {
    const { user, asked } = await open('More');
    await user.click(await screen.findByRole('menuitem', { name: 'Protection from abuse' }));
    const steps = screen.getAllByRole('listitem').filter((item) => item.closest('ol'));
    expect(steps).toHaveLength(3);
    await waitFor(() => expect(steps[2]?.textContent).toContain('30 days'));
    await user.click(screen.getByRole('button', { name: 'Play the warning' }));
    await user.click(await screen.findByRole('button', { name: 'End the call and block' }));
    await waitFor(() => expect(asked).toEqual(['call-1 warn', 'call-1 turnAway']));
  });
});
