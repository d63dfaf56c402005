import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyLocale } from '../../shared/i18n';
import { setUp } from '../../testing/desk';
import { UA } from '../../testing/jssip';
import { LiveServer } from '../../testing/live';
import { call, customer, me, part } from '../../testing/samples';
import { api, problem, server } from '../../testing/server';
import { App } from './App';

vi.mock('jssip', () => import('../../testing/jssip'));

setUp();
// The desk and the log-ins come later in the product, too; here they are waited for once.
const slowMs = 60_000;
beforeAll(() => Promise.all([import('./Desk'), import('../../features/session/Login'), import('../../features/session/LoginAgain')]), slowMs);

const signedOut = () => problem(401, 'unauthenticated', 'Your session has ended.', { reason: 'sessionEnded' });

/** Whether somebody is signed in, and what the log-in was asked for. */
let inside: boolean;
let asked: unknown;

beforeEach(() => {
  inside = true;
  asked = undefined;
  history.replaceState(null, '', '/contacts');
  server.use(
    api.get('/me', ({ response }) => (inside ? response(200).json(me({ locale: 'en' })) : response.untyped(signedOut()))),
    api.post('/login', async ({ request, response }) => {
      const body = await request.json();
      asked = body;
      if (body.password !== 'right') return response.untyped(problem(401, 'unauthenticated', 'Wrong.', { reason: 'loginWrong' }));
      inside = true;
      return response(200).json(me({ locale: 'en' }));
    }),
    api.get('/contact-initials', ({ response }) => response(200).json({ items: [] })),
  );
  applyLocale('en');
});

async function deskInACall(participants = [customer(), part('me', 'joined')]): Promise<LiveServer> {
  render(<App />);
  await waitFor(() => expect(UA.latest).toBeTruthy());
  const live = new LiveServer();
  live.shows({ me: me({ locale: 'en' }), calls: [call({ state: 'talking', answeredAt: '2026-11-23T01:00:10Z', participants })] });
  await screen.findByTestId('call-box');
  return live;
}

describe('a session that has ended (IN-12)', () => {
  it('leaves the desk as it was, behind a log-in that knows who it was, and says how long the customer waits', async () => {
    const live = await deskInACall();
    const user = userEvent.setup();
    inside = false;
    live.signsOut();
    const dialog = await screen.findByRole('dialog', { name: 'Your session has ended' });
    expect(within(dialog).getByRole('timer').textContent).toMatch(/^Log in again to go back to your call · The customer hears music · (20|1\d) s$/);
    expect(screen.getByTestId('dock').closest('[inert]')).not.toBeNull();
    const { value } = within(dialog).getByLabelText<HTMLInputElement>('Email');
    expect(value).toBe('me@example.com');

    const password = within(dialog).getByLabelText('Password');
    await user.type(password, 'wrong{Enter}');
    expect((await within(dialog).findByRole('alert')).textContent).toBe('The e-mail address or the password is wrong.');
    expect(password.getAttribute('aria-invalid')).toBe('true');
    await user.clear(password);
    await user.type(password, 'right{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(asked).toEqual({ email: 'me@example.com', password: 'right', workspaceId: 'w' });
    expect(location.pathname).toBe('/contacts');
    expect(screen.getByTestId('dock').closest('[inert]')).toBeNull();
  });

  it('waits for nobody who was suspended (SEC-5)', async () => {
    const live = await deskInACall();
    inside = false;
    live.shutsOut();
    const dialog = await screen.findByRole('dialog', { name: 'You no longer have access here' });
    expect(within(dialog).queryByRole('timer')).toBeNull();
    expect(dialog.textContent).toContain('ask them if this was a mistake');
  });

  it('says no word of music where a colleague talks on', async () => {
    const live = await deskInACall([customer(), part('me', 'joined'), part('alex', 'joined')]);
    inside = false;
    live.signsOut();
    expect(within(await screen.findByRole('dialog')).getByRole('timer').textContent).toBe('Log in again to go back to your call');
  });

  it('keeps what is typed into the log-in from the desk’s keys', async () => {
    const live = await deskInACall();
    inside = false;
    live.signsOut();
    const heard = vi.fn();
    window.addEventListener('keydown', heard);
    fireEvent.keyDown(await screen.findByLabelText('Password'), { key: 'e', code: 'KeyE' });
    window.removeEventListener('keydown', heard);
    expect(heard).not.toHaveBeenCalled();
  });
});

describe('the log-in (SYS-4)', () => {
  it('is there when nobody was signed in', async () => {
    inside = false;
    render(<App />);
    expect(await screen.findByRole('heading', { name: 'Log in to ringdesk' })).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>('Email').value).toBe('');
  });
});
