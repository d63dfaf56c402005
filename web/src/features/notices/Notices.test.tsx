import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { Call, Notice } from '../../shared/api/types';
import { setUp, show, type Shown } from '../../testing/desk';
import { call, contact, conversation, customer, part, preferences } from '../../testing/samples';
import { api, server } from '../../testing/server';
import Notices from './Notices';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

const notice = (rest: Partial<Notice> = {}): Notice => ({ id: 'n-1', conversationId: 'conversation-1', kind: 'mention', by: { id: 'mina', name: '김민아' }, at: '2026-11-23T01:00:00Z', read: false, ...rest });
const waits = (rest: Partial<Call> = {}): Call => call({ state: 'queued', participants: [customer()], ...rest });
const missed = (rest: Partial<Call> = {}): Call => waits({ state: 'missed', missedReason: 'userLeft', ...rest });
const asks = call({ state: 'talking', participants: [customer(), part('mina', 'joined')], help: { agentId: 'mina', name: '김민아', since: '2026-11-23T01:00:00Z' } });

/** The system's notices that are shown. */
function system(): string[] {
  const shown: string[] = [];
  vi.stubGlobal(
    'Notification',
    class {
      static permission = 'granted';
      constructor(title: string, { body }: { body: string }) {
        shown.push(`${title}: ${body}`);
      }
      close(): void {}
    },
  );
  return shown;
}

const knowsConversation = () =>
  server.use(api.get('/conversations/{id}', ({ response }) => response(200).json({ ...conversation({ contact: contact({ name: '최서연' }) }), members: [], notes: [], calls: [] })));

const tray = async (text: string) => within((await screen.findByText(text)).closest('[role=alert]') as HTMLElement);
const nothing = () => expect(document.querySelector('[role=alert]')).toBeNull();

async function ready(options: Parameters<typeof show>[1] = {}): Promise<Shown> {
  const shown = await show(<Notices />, options);
  shown.shows({ calls: [waits()] });
  return shown;
}

describe('what the desk tells beside calls', () => {
  it('names whom a mention is about and who wrote it, and leads there (INBOX-3)', async () => {
    knowsConversation();
    const shown = system();
    const { user, where, tells } = await ready();
    tells({ topic: 'notice', data: notice() });
    const line = await tray('김민아 mentioned you');
    expect(line.getByText('최서연')).toBeTruthy();
    expect(shown).toEqual(['최서연: 김민아 mentioned you']);
    await user.click(line.getByRole('button', { name: 'Open' }));
    expect(where()).toBe('/inbox/all/conversation-1');
    await waitFor(nothing);
  });

  it('takes a mention away that was read in another window', async () => {
    knowsConversation();
    const { tells } = await ready();
    tells({ topic: 'notice', data: notice() });
    await tray('김민아 mentioned you');
    tells({ topic: 'notice', data: notice({ read: true }) });
    await waitFor(nothing);
  });

  it('tells of missed calls of my teams, with the reason (MISS-4)', async () => {
    const { tells } = await ready({ locale: 'ko', as: { teams: [{ id: 'support', name: '지원' }] } });
    tells({ topic: 'call', data: missed({ team: { id: 'support', name: '지원' } }) });
    expect((await tray('부재중 · 고객이 먼저 끊음')).getByText('이하늘')).toBeTruthy();
  });

  it.each([
    ['of another team', {}, { team: { id: 'sales', name: 'Sales' } }],
    ['for who has switched them off', { notifyMissed: false }, {}],
    ['where no way is chosen', { preferences: preferences({ notices: { ...preferences().notices, missed: { desk: false, system: false, sound: false } } }) }, {}],
  ])('is silent of missed calls %s (MISS-4)', async (_, as, rest) => {
    knowsConversation();
    const { tells } = await ready({ as });
    tells({ topic: 'call', data: missed(rest) });
    // What is told afterwards is there, and the other is not.
    tells({ topic: 'call', data: asks });
    tells({ topic: 'notice', data: notice({ kind: 'assigned', id: 'later' }) });
    await tray('김민아 assigned this to you');
    expect(screen.queryByText('Missed call', { exact: false })).toBeNull();
  });

  it('tells leads that a colleague asks for help, until somebody has come (CALL-7)', async () => {
    const { user, where, tells } = await ready({ as: { role: 'admin' } });
    tells({ topic: 'call', data: asks });
    await user.click((await tray('김민아 asks for help')).getByRole('button', { name: 'To the live board' }));
    expect(where()).toBe('/live');
    tells({ topic: 'call', data: { ...asks, id: 'call-2' } });
    await tray('김민아 asks for help');
    tells({ topic: 'call', data: call({ ...asks, id: 'call-2', help: undefined }) });
    await waitFor(nothing);
  });

  it('disturbs nobody who does not want to be: the tray only (IN-3)', async () => {
    knowsConversation();
    const shown = system();
    const played = vi.spyOn(HTMLMediaElement.prototype, 'play');
    const { tells } = await ready({ as: { dnd: true } });
    tells({ topic: 'notice', data: notice() });
    await tray('김민아 mentioned you');
    expect(shown).toEqual([]);
    expect(played).not.toHaveBeenCalled();
  });
});

describe('a new version', () => {
  const serve = (html: string) => vi.stubGlobal('fetch', () => Promise.resolve(new Response(html)));
  const pageOf = (name: string) => {
    const began = Object.assign(document.createElement('script'), { type: 'module' });
    began.setAttribute('src', name);
    document.head.append(began);
    return began;
  };

  it('is told after the server was gone, and not during a call', async () => {
    const began = pageOf('/assets/main-old.js');
    const { loses, returns, shows } = await ready();
    serve('<script type="module" src="/assets/main-new.js">');
    loses();
    const talking = call({ state: 'talking', participants: [customer(), part('me', 'joined')] });
    returns({ calls: [talking] });
    await Promise.resolve();
    nothing();
    shows({ calls: [] });
    expect((await tray('There is a new version')).getByRole('button', { name: 'Reload' })).toBeTruthy();
    shows({ calls: [talking] });
    await waitFor(nothing);
    began.remove();
  });

  it('is none where the server has the same', async () => {
    const began = pageOf('/assets/main-old.js');
    const asked = vi.fn(() => Promise.resolve(new Response('<script type="module" src="/assets/main-old.js">')));
    const { loses, returns } = await ready();
    vi.stubGlobal('fetch', asked);
    loses();
    returns({});
    await waitFor(() => expect(asked).toHaveBeenCalled());
    nothing();
    began.remove();
  });

  it.each([
    ['is told where the server lacks a part of this one', () => Promise.resolve(new Response('<script type="module" src="/assets/main-new.js">')), true],
    ['is none where the server is away when a part is asked for (SYS-3)', () => Promise.reject(new TypeError('cut')), false],
    ['is none where something else answers for the server', () => Promise.resolve(new Response('bad gateway', { status: 502 })), false],
  ])('%s', async (_, answer, told) => {
    const began = pageOf('/assets/main-old.js');
    const asked = vi.fn(answer);
    await ready();
    vi.stubGlobal('fetch', asked);
    window.dispatchEvent(new Event('vite:preloadError'));
    await waitFor(() => expect(asked).toHaveBeenCalled());
    if (told) await tray('There is a new version');
    else nothing();
    began.remove();
  });
});
