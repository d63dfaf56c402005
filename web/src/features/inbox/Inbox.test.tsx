import { screen, waitFor } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { describe, expect, it, vi } from 'vitest';
import type { ConversationCounts, ConversationSummary } from '../../shared/api/types';
import type { Change } from '../../shared/live/change';
import { setUp, show } from '../../testing/desk';
import { call, contact, conversation, counts as countsOf } from '../../testing/samples';
import { api, server } from '../../testing/server';
import { inboxCache } from './cache';
import { Inbox } from './Inbox';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

const at = (minute: number) => `2026-11-23T01:${String(minute).padStart(2, '0')}:00Z`;
const named = (id: string, minute: number, rest: Partial<ConversationSummary> = {}) =>
  conversation({ id, contact: contact({ id: `of-${id}`, name: id }), updatedAt: at(minute), ...rest });
// So many that the next page is not asked for.
const older = Array.from({ length: 48 }, (_, index) => named(`older-${index}`, 15));

interface Kept {
  items?: ConversationSummary[];
  next?: string;
  counts?: Partial<ConversationCounts>;
}

/** A desk whose agent looks at the open conversations; `asked` are the requests so far. */
async function inbox(kept: Kept, path = '/inbox/mine') {
  const asked: string[] = [];
  server.use(
    api.get('/conversations', ({ query, response }) => {
      asked.push(query.get('list') ?? 'no list');
      return response(200).json({ items: [...(kept.items ?? []), ...(kept.next ? older : [])], next: kept.next });
    }),
    api.get('/conversations/counts', ({ response }) => {
      asked.push('counts');
      return response(200).json(countsOf(kept.counts));
    }),
  );
  // The requests that a change causes follow it without the spread over desks.
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const part = (
    <Routes>
      <Route path="/inbox/:list/:conversationId?" element={<Inbox contactCard={() => null} firstRun={<p>first steps</p>} />} />
    </Routes>
  );
  const shown = await show(part, { caches: [inboxCache], path });
  shown.shows({});
  await waitFor(() => expect(asked.toSorted()).toEqual(['counts', path.slice('/inbox/'.length)]));
  await waitFor(() => expect(screen.queryAllByTestId('inbox-item').length).toBeGreaterThanOrEqual(kept.items?.length ?? 0));
  return { ...shown, asked: () => asked.slice(2) };
}
const rows = () => screen.queryAllByTestId('inbox-item').map((row) => row.dataset.id);

describe('what a desk asks for (INBOX-1, INBOX-4, MISS-2)', () => {
  const first = named('first', 30);
  const last = named('last', 20);
  const tells = (data: ConversationSummary): Change => ({ topic: 'conversation', data });

  it.each<[string, Change, 'list' | 'counts' | 'nothing', next?: string]>([
    ['a shown one changes where it stands', tells({ ...last, lastNote: 'call back' }), 'counts'],
    ['the first one has news', tells({ ...first, lastNote: 'call back', updatedAt: at(40) }), 'counts'],
    ['a lower one has news and moves up', tells({ ...last, updatedAt: at(40) }), 'list'],
    ['a shown one is closed', tells({ ...first, state: 'closed' }), 'list'],
    ['a shown one is given to somebody', tells({ ...last, assignee: { id: 'a', name: 'A' } }), 'list'],
    ['a shown one turns out to be somebody else’s', tells({ ...last, contact: contact({ id: 'other' }) }), 'list'],
    ['a new one comes', tells(named('new', 50)), 'list'],
    ['an old one below all that is shown changes', tells(named('old', 10)), 'counts', 'more'],
    ['an old one changes that the whole list lacked', tells(named('old', 10)), 'list'],
    ['an unknown one comes between', tells(named('between', 25)), 'list', 'more'],
    ['a call goes on', { topic: 'call', data: call() }, 'nothing'],
    ['a contact gets a name', { topic: 'contact', data: contact({ id: 'of-last', name: 'Sky Lee' }) }, 'nothing'],
  ])('when %s', async (_, change, expected, next) => {
    const desk = await inbox({ items: [first, last], next });
    desk.tells(change);
    // What nothing follows is followed by a change that only the counts follow.
    if (expected === 'nothing') desk.tells(tells({ ...first, lastNote: 'and then' }));
    await waitFor(() => expect(desk.asked()).toContain('counts'));
    expect(desk.asked()).toEqual(expected === 'list' ? ['mine', 'counts'] : ['counts']);
  });

  it('is no list for a shown conversation to show what changed', async () => {
    const desk = await inbox({ items: [first, last] });
    desk.tells(tells({ ...last, lastNote: 'call back' }));
    expect(await screen.findByText(/call back/)).toBeTruthy();
    expect(desk.asked()).not.toContain('mine');
  });

  it('when a new conversation comes, so that it is there at once and counted', async () => {
    const kept: Kept = { items: [first], counts: { mine: 1 } };
    const desk = await inbox(kept);
    kept.items = [named('new', 50), first];
    kept.counts = { mine: 2, unassigned: 1 };
    desk.tells(tells(named('new', 50)));
    await waitFor(() => expect(rows()).toEqual(['new', 'first']));
    await waitFor(() => expect(screen.getByRole('link', { name: 'Mine2' })).toBeTruthy());
    expect(screen.getByRole('link', { name: 'Unassigned1' })).toBeTruthy();
  });

  it('when the agent goes to another list, and from then on for that one only', async () => {
    const kept: Kept = { items: [first] };
    const desk = await inbox(kept);
    await desk.user.click(screen.getByRole('link', { name: 'Missed' }));
    await waitFor(() => expect(desk.asked()).toEqual(['missed']));
    desk.tells(tells(named('new', 50)));
    await waitFor(() => expect(desk.asked()).toEqual(['missed', 'missed', 'counts']));
  });
});

describe('the counts (INBOX-4, MISS-2)', () => {
  it.each([
    [0, ''],
    [1, '1'],
    [999, '999'],
    [1000, '999+'],
  ])('of %i are shown as "%s"', async (missed, text) => {
    await inbox({ counts: { missed } });
    await waitFor(() => expect(screen.getByRole('link', { name: `Missed${text}` })).toBeTruthy());
  });

  it('say that a workspace had no call yet, without its list', async () => {
    await inbox({});
    expect(await screen.findByText('first steps')).toBeTruthy();
  });
});
