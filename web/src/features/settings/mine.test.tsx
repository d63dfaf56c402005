import { screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { describe, expect, it, vi } from 'vitest';
import type { PreferencesUpdate } from '../../shared/api/types';
import { setUp, show } from '../../testing/desk';
import { preferences } from '../../testing/samples';
import { api, problem, server } from '../../testing/server';
import Settings from './Settings';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

/** Keeps what is sent. */
function keeps(refusal?: () => ReturnType<typeof problem>): PreferencesUpdate[] {
  const sent: PreferencesUpdate[] = [];
  server.use(
    api.patch('/me/preferences', async ({ request, response }) => {
      sent.push(await request.json());
      return refusal ? response.untyped(refusal()) : response(200).json({ preferences: preferences(), defaults: preferences() });
    }),
  );
  return sent;
}

const at = (page: string, options: Parameters<typeof show>[1] = {}) =>
  show(
    <Routes>
      <Route path="/settings/:page?/:id?" element={<Settings />} />
    </Routes>,
    { path: `/settings/${page}`, ...options },
  );
const save = () => screen.findByText('Save');
const row = async (command: string) => within(await screen.findByRole('group', { name: command }));

describe('what I hear of (MISS-4)', () => {
  it('is changed by kind and way, whatever my role is, and saved in one request', async () => {
    const sent = keeps();
    const { user } = await at('notifications');
    await user.click(await screen.findByLabelText('A note mentions you: System'));
    await user.click(screen.getByText('Bell'));
    await user.click(await save());
    const { notices } = preferences();
    await waitFor(() => expect(sent).toEqual([{ notices: { ...notices, mention: { desk: true, system: false, sound: true } }, ringTone: 'bell' }]));
  });

  it('has no way to hide what rings, and none for missed calls once they are off', async () => {
    await at('notifications', { as: { notifyMissed: false } });
    expect((await screen.findByLabelText<HTMLInputElement>('A call rings: In the desk')).disabled).toBe(true);
    expect(screen.getByLabelText<HTMLInputElement>('A call was missed: In the desk').disabled).toBe(true);
  });

  it('rings to be heard, in the tone and as loud as chosen', async () => {
    const played = vi.spyOn(HTMLMediaElement.prototype, 'play');
    const { user } = await at('notifications');
    await user.click(await screen.findByText('Hear it'));
    expect(played).toHaveBeenCalled();
    expect((played.mock.contexts[0] as HTMLAudioElement).volume).toBe(0.8);
  });

  it.each([
    ['denied', 'The browser blocks notices'],
    ['default', 'has not been asked'],
    ['granted', 'while you look at something else'],
  ])('says what the browser allows: %s', async (permission, says) => {
    vi.stubGlobal('Notification', { permission });
    await at('notifications');
    expect(await screen.findByText(says, { exact: false })).toBeTruthy();
  });
});

describe('my keys (KEY)', () => {
  it('are changed by pressing others, which do nothing meanwhile', async () => {
    const sent = keeps();
    const { user } = await at('shortcuts');
    await user.click((await row('Mute or unmute')).getByText('Change'));
    await user.keyboard('{Control>}{Shift>}u{/Shift}{/Control}');
    expect((await row('Mute or unmute')).getByRole('img').getAttribute('aria-label')).toBe('Ctrl Shift U');
    await user.click(await save());
    await waitFor(() => expect(sent).toEqual([{ keys: { mute: 'Mod+Shift+KeyU' } }]));
  });

  it('are refused where another command has them, by name, and nothing is sent', async () => {
    const sent = keeps();
    const { user } = await at('shortcuts');
    await user.click((await row('Mute or unmute')).getByText('Change'));
    await user.keyboard('{Control>}{Shift>}h{/Shift}{/Control}');
    expect((await row('Mute or unmute')).getByRole('alert').textContent).toBe('These are the keys for: Hold or release.');
    await user.click(await save());
    await user.click((await row('Mute or unmute')).getByText('← Default Ctrl Shift M'));
    expect((await row('Mute or unmute')).queryByRole('alert')).toBeNull();
    expect(sent).toEqual([]);
  });

  it('say in Korean what the server refuses, beside the command', async () => {
    keeps(() => problem(409, 'conflict', 'reserved', { field: 'keys.mute', reason: 'keysReserved' }));
    const { user } = await at('shortcuts', { locale: 'ko' });
    await user.click((await row('음소거 / 해제')).getByText('바꾸기'));
    await user.keyboard('{Control>}c{/Control}');
    await user.click(await screen.findByText('저장'));
    expect((await (await row('음소거 / 해제')).findByRole('alert')).textContent).toContain('다른 키를 골라 주세요');
  });

  it('are marked where the browser takes them, and kept by Escape', async () => {
    const { user } = await at('shortcuts', { as: { preferences: preferences({ keys: { ...preferences().keys, end: 'Mod+KeyW' } }) } });
    expect(await (await row('End for all')).findByText('installed app only', { exact: false })).toBeTruthy();
    await user.click((await row('Answer')).getByText('Change'));
    await user.keyboard('{Escape}');
    expect((await row('Answer')).getByText('Change')).toBeTruthy();
  });

  it('of single letters are switched off', async () => {
    const sent = keeps();
    const { user } = await at('shortcuts');
    await user.click(await screen.findByLabelText('Single letters are shortcuts'));
    await user.click(await save());
    await waitFor(() => expect(sent).toEqual([{ letterKeys: false, keys: {} }]));
  });
});
