import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { delay } from 'msw';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import type { ConversationSummary } from '../../shared/api/types';
import { setUp, show } from '../../testing/desk';
import { serverNow } from '../../shared/format/clock';
import { call, contact, conversation } from '../../testing/samples';
import { api, problem, server } from '../../testing/server';
import { inboxCache } from './cache';
import { ConversationList } from './ConversationList';
import type { ListName } from './listNames';
import { WantedContext } from './wanted';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

interface Kept {
  items: ConversationSummary[];
  next?: string;
}

/** The server's conversations, by list and cursor; what a test changes comes with the next answer. */
function keeps(pages: Record<string, Kept>) {
  const asked: string[] = [];
  server.use(
    api.get('/conversations', ({ query, response }) => {
      const page = [query.get('list'), query.get('cursor')].filter(Boolean).join(' ');
      asked.push(page);
      return response(200).json(pages[page] ?? { items: [] });
    }),
  );
  return { pages, asked };
}

const list = (name: ListName = 'mine', selected?: string) => (
  <WantedContext value={{ wanted: undefined, want: () => {} }}>
    <ConversationList list={name} selected={selected} firstRun={<p>first steps</p>} />
  </WantedContext>
);
const options = { caches: [inboxCache], path: '/inbox/mine' };
const rows = () => screen.findAllByTestId('inbox-item');
/** Scrolls the list to a place, in pixels. */
const scrollTo = (top: number) => {
  const scroller = screen.getByRole('list').parentElement!;
  scroller.scrollTop = top;
  fireEvent.scroll(scroller);
};
const named = (id: string, name: string, rest: Partial<ConversationSummary> = {}) => conversation({ id, contact: contact({ id: `of-${id}`, name }), ...rest });

describe('a list of conversations (INBOX-1, SYS-4)', () => {
  it.each([
    { locale: 'en', title: 'Mine', kind: 'Incoming call', missed: 'Missed call', reason: 'Caller hung up', talked: 'Talked 1:05', live: 'In a call' },
    { locale: 'ko', title: '내 상담', kind: '수신 전화', missed: '부재중 전화', reason: '고객이 먼저 끊음', talked: '통화 1:05', live: '통화 중' },
  ] as const)('shows kind and direction, how it went, and who looks after it ($locale)', async ({ locale, title, kind, missed, reason, talked, live }) => {
    keeps({
      mine: {
        items: [
          named('going', '이하늘', { live: true }),
          named('done', '박지우', { talkSeconds: 65, lastNote: '환불 안내', assignee: { id: 'me', name: '김서연' } }),
          named('lost', '최유진', { state: 'missed', missedReason: 'userLeft' }),
          named('unnamed', ''),
        ],
      },
    });
    await show(list(), { ...options, locale });
    const [going, done, lost, unnamed] = await rows();
    expect(screen.getByRole('heading', { name: title })).toBeTruthy();
    expect(within(going!).getByRole('img', { name: kind })).toBeTruthy();
    expect(going?.textContent).toContain(live);
    for (const text of ['박지우', talked, '환불 안내']) expect(done?.textContent).toContain(text);
    expect(within(done!).getByRole('img', { name: /김서연/ })).toBeTruthy();
    expect(within(lost!).getByRole('img', { name: missed })).toBeTruthy();
    expect(lost?.textContent).toContain(reason);
    expect(unnamed?.textContent).toContain('010-2345-6789');
  });

  it.each([
    ['en', 'all', 'No conversations yet'],
    ['en', 'mine', 'Nothing is assigned to you'],
    ['en', 'unassigned', 'Everything has somebody looking after it'],
    ['en', 'waiting', 'Nobody is waiting'],
    ['ko', 'snoozed', '보류중인 상담이 없어요'],
    ['ko', 'team-1', '이 팀의 상담이 없어요'],
    ['ko', 'missed', '부재중 전화가 없어요'],
    ['ko', 'closed', '종료한 상담이 없어요'],
  ] as const)('says (%s) that %s is empty', async (locale, name, words) => {
    await show(list(name), { ...options, locale });
    expect(await screen.findByText(words)).toBeTruthy();
  });

  it('keeps a long name whole', async () => {
    const name = '주식회사 한국아웃도어레저산업개발 고객지원본부 장비대여 서비스센터 담당자';
    keeps({ mine: { items: [named('long', name)] } });
    await show(list(), options);
    expect(await screen.findByTitle(name)).toHaveProperty('textContent', name);
  });

  it('is walked through and opened by the keyboard, and marks the one that is open', async () => {
    keeps({ mine: { items: [named('a', 'Ann'), named('b', 'Bob')] } });
    const { user, where } = await show(list('mine', 'a'), options);
    expect((await rows()).map((row) => row.getAttribute('aria-current'))).toEqual(['true', null]);
    await user.keyboard('j');
    await waitFor(() => expect(document.activeElement?.getAttribute('data-id')).toBe('b'));
    await user.keyboard('{Enter}');
    expect(where()).toBe('/inbox/mine/b');
  });

  it('brings the next page by itself when its end comes near, and only then', async () => {
    const page = (of: string) => Array.from({ length: 50 }, (_, index) => named(`${of}-${index}`, `${of} ${index}`));
    const { asked } = keeps({ mine: { items: page('first'), next: 'older' }, 'mine older': { items: page('second') } });
    await show(list(), options);
    await rows();
    expect(asked).toEqual(['mine']);
    scrollTo(31 * 68);
    await waitFor(() => expect(asked).toEqual(['mine', 'mine older']));
    scrollTo(100 * 68);
    expect(await screen.findByText('second 49')).toBeTruthy();
  });

  it('has only the rows in sight in the page, and keeps the place at which it was left', async () => {
    keeps({ mine: { items: Array.from({ length: 50 }, (_, index) => named(`row-${index}`, `Row ${index}`)) }, missed: { items: [named('lost', 'Lost', { missedReason: 'userLeft' })] } });
    const Both = () => {
      const [name, setName] = useState<ListName>('mine');
      return (
        <>
          <button onClick={() => setName(name === 'mine' ? 'missed' : 'mine')}>other list</button>
          {list(name)}
        </>
      );
    };
    const { user } = await show(<Both />, options);
    await rows();
    expect(screen.getAllByTestId('inbox-item').length).toBeLessThan(30);
    scrollTo(30 * 68);
    expect(await screen.findByText('Row 30')).toBeTruthy();
    await user.click(screen.getByText('other list'));
    expect(await screen.findByText('Lost')).toBeTruthy();
    await user.click(screen.getByText('other list'));
    expect(await screen.findByText('Row 30')).toBeTruthy();
    expect(screen.queryByText('Row 0')).toBeNull();
  });

  it('counts up for a caller who waits, with the place in the queue', async () => {
    keeps({ mine: { items: [named('waits', 'Ann', { live: true })] } });
    const { shows } = await show(list(), { ...options, locale: 'ko' });
    const since = new Date(serverNow() - 31_000).toISOString();
    shows({ calls: [call({ conversationId: 'waits', state: 'queued', queue: { position: 2, order: '1', callback: false, since } })] });
    await waitFor(() => expect(screen.getByTestId('inbox-item').textContent).toMatch(/대기 0:3\d · 2번째/));
  });

  it('shows two tags and how many more there are, and the team', async () => {
    keeps({ mine: { items: [named('tagged', 'Ann', { tags: ['환불', '배송', 'VIP'], team: { id: 't', name: '지원팀' } })] } });
    await show(list(), options);
    const [row] = await rows();
    for (const text of ['환불', '배송', '+1', '지원팀']) expect(row?.textContent).toContain(text);
    expect(row?.textContent).not.toContain('VIP');
  });
});

describe('working through a list by single keys (KEY, INBOX-4, MISS-2)', () => {
  /** Takes changes to conversations, and gives what was asked for. */
  function takesChanges() {
    const asked: string[] = [];
    server.use(
      api.patch('/conversations/{id}', async ({ params, request, response }) => {
        asked.push(`${params.id} ${JSON.stringify(await request.json())}`);
        return response(200).json({ ...named(params.id, params.id, { state: 'closed' }), members: [], calls: [], notes: [] });
      }),
    );
    return asked;
  }

  it('closes with E and goes on to the next, while the closed ones stay in sight until then', async () => {
    const { pages } = keeps({ mine: { items: [named('a', 'Ann'), named('b', 'Bob'), named('c', 'Cid')] } });
    const asked = takesChanges();
    const { user } = await show(list(), options);
    await rows();
    await user.keyboard('j');
    pages.mine = { items: [named('b', 'Bob'), named('c', 'Cid')] };
    await user.keyboard('e');
    await waitFor(() => expect(screen.getAllByTestId('inbox-item').map((row) => row.dataset.left)).toEqual(['true', undefined, undefined]));
    expect(document.activeElement?.getAttribute('data-id')).toBe('b');
    await user.keyboard('e');
    await waitFor(() => expect(asked).toEqual(['a {"state":"closed"}', 'b {"state":"closed"}']));
  });

  it('never snoozes a missed one, and says why', async () => {
    keeps({ mine: { items: [named('lost', 'Lost', { state: 'missed', missedReason: 'userLeft' })] } });
    const asked = takesChanges();
    const { user } = await show(list(), { ...options, locale: 'ko' });
    await rows();
    await user.keyboard('j');
    await user.keyboard('s');
    expect(await screen.findByText('부재중 상담은 종료만 할 수 있어요')).toBeTruthy();
    expect(asked).toEqual([]);
  });
});

describe('filters and search (INBOX-5)', () => {
  it('stand in the address, narrow the list down and are taken out by their chips', async () => {
    const asked: string[] = [];
    server.use(
      api.get('/conversations', ({ request, response }) => {
        asked.push([...new URL(request.url).searchParams].filter(([name]) => name !== 'limit').map((pair) => pair.join('=')).join('&'));
        return response(200).json({ items: [] });
      }),
    );
    const { user } = await show(list('missed'), { caches: [inboxCache], path: '/inbox/missed?reason=userLeft&direction=inbound&kind=nonsense', locale: 'ko' });
    expect(await screen.findByText('찾은 상담이 없어요')).toBeTruthy();
    expect(asked).toEqual(['list=missed&direction=inbound&reason=userLeft']);
    await user.click(screen.getAllByRole('button', { name: '사유: 고객이 먼저 끊음 필터 빼기' })[0]!);
    await waitFor(() => expect(asked.at(-1)).toBe('list=missed&direction=inbound'));
    await user.click(screen.getByRole('button', { name: '필터 지우기' }));
    expect(await screen.findByText('부재중 전화가 없어요')).toBeTruthy();
  });

  it('a search shows what it has found in each row', async () => {
    keeps({ all: { items: [named('hit', 'Ann', { lastNote: 'other words', match: { where: 'note', before: '어제 ', found: '환불', after: ' 요청' } })] } });
    await show(list('all'), { caches: [inboxCache], path: '/inbox/all?q=환불' });
    const [row] = await rows();
    expect(row?.querySelector('mark')?.textContent).toBe('환불');
    expect(row?.textContent).toContain('어제 환불 요청');
    expect(row?.textContent).not.toContain('other words');
  });
});

describe('a list that could not be fetched (INBOX-1)', () => {
  it.each([
    ['en', 'This could not be loaded.', 'The database is busy. Try again soon.', 'Try again'],
    ['ko', '불러오지 못했어요.', '전화 시스템에 연결할 수 없어요. 잠시 후 다시 해 주세요.', '다시 시도'],
  ] as const)('says why, and is there after another try (%s)', async (locale, title, why, again) => {
    server.use(api.get('/conversations', ({ response }) => response.untyped(problem(503, 'unavailable', 'The database is busy. Try again soon.'))));
    const { user } = await show(list(), { ...options, locale });
    expect(await screen.findByText(title)).toBeTruthy();
    expect(screen.getByText(why)).toBeTruthy();
    keeps({ mine: { items: [named('a', 'Ann')] } });
    await user.click(screen.getByRole('button', { name: again }));
    expect((await rows())[0]?.textContent).toContain('Ann');
  });
});

describe('what happens meanwhile (INBOX-1, INBOX-4, MISS-2)', () => {
  it('comes into the list without a reload: a new one, one that changed, one that left', async () => {
    const { pages } = keeps({ mine: { items: [named('stays', 'Ann'), named('leaves', 'Bob')] } });
    const { shows, tells } = await show(list(), options);
    shows({});
    await rows();
    pages.mine = { items: [named('new', 'Eve'), named('stays', 'Ann', { lastNote: 'call back' })] };
    tells({ topic: 'conversation', data: named('leaves', 'Bob', { state: 'closed' }) });
    await waitFor(() => expect(screen.getAllByTestId('inbox-item').map((row) => [row.dataset.id, row.dataset.left])).toEqual([['new', undefined], ['stays', undefined], ['leaves', 'true']]));
    expect(screen.getByText(/call back/)).toBeTruthy();
  });

  it('is asked for once for many changes at a time', async () => {
    const first = named('a', 'Ann');
    const { asked, pages } = keeps({ mine: { items: [first, named('b', 'Bob')] } });
    const { shows, tells } = await show(list(), options);
    shows({});
    await rows();
    for (let n = 0; n < 20; n++) {
      const changed = named('b', 'Bob', { lastNote: `note ${n}`, updatedAt: `2026-11-23T01:01:${10 + n}Z` });
      pages.mine = { items: [changed, first] };
      tells({ topic: 'conversation', data: changed });
    }
    expect(await screen.findByText(/note 19/)).toBeTruthy();
    await waitFor(() => expect(asked).toEqual(['mine', 'mine']));
  });

  it('leaves a row that has left where it was, greyed, until the next click', async () => {
    const { pages } = keeps({ mine: { items: [named('a', 'Ann'), named('b', 'Bob'), named('c', 'Cid')] } });
    const { shows, tells, user } = await show(list(), options);
    shows({});
    await rows();
    pages.mine = { items: [named('a', 'Ann'), named('c', 'Cid')] };
    tells({ topic: 'conversation', data: named('b', 'Bob', { state: 'closed' }) });
    await waitFor(() => expect(screen.getAllByTestId('inbox-item').map((row) => [row.dataset.id, row.dataset.left])).toEqual([['a', undefined], ['b', 'true'], ['c', undefined]]));
    await user.click(document.body);
    await waitFor(() => expect(screen.getAllByTestId('inbox-item').map((row) => row.dataset.id)).toEqual(['a', 'c']));
  });

  it('does not move what is read further down: a pill tells how many are new, and brings them', async () => {
    const old = Array.from({ length: 50 }, (_, index) => named(`old-${index}`, `Old ${index}`));
    const { pages } = keeps({ mine: { items: old } });
    const { shows, tells, user } = await show(list(), { ...options, locale: 'ko' });
    shows({});
    await rows();
    scrollTo(20 * 68);
    expect(await screen.findByText('Old 20')).toBeTruthy();
    const fresh = [named('new-1', '새 고객 1'), named('new-2', '새 고객 2')];
    pages.mine = { items: [...fresh, ...old] };
    for (const data of fresh) tells({ topic: 'conversation', data });
    const pill = await screen.findByRole('button', { name: '새 상담 2' });
    expect(screen.queryByText('새 고객 1')).toBeNull();
    await user.click(pill);
    expect(await screen.findByText('새 고객 1')).toBeTruthy();
    expect(screen.queryByRole('button', { name: '새 상담 2' })).toBeNull();
  });

  it('while the connection was lost is there after it is back', async () => {
    const { pages } = keeps({ mine: { items: [named('a', 'Ann')] } });
    const { shows, loses, returns } = await show(list(), options);
    shows({});
    await rows();
    loses();
    pages.mine = { items: [named('b', 'Bob'), named('a', 'Ann')] };
    returns({});
    await waitFor(() => expect(screen.getAllByTestId('inbox-item').map((row) => row.dataset.id)).toEqual(['b', 'a']));
  });

  it('is not undone by an answer for one page that is older than the list', async () => {
    const { pages } = keeps({ mine: { items: [named('a', 'Ann'), named('b', 'Bob')] } });
    const { shows, tells, loses, returns } = await show(list(), options);
    shows({});
    await rows();
    // The answer after the change is held back until the list has been asked for anew.
    const old = { items: [named('a', 'Ann', { lastNote: 'old' }), named('b', 'Bob')] };
    let isAsked = () => {};
    let answer = () => {};
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    server.use(
      api.get(
        '/conversations',
        async ({ response }) => {
          isAsked();
          await new Promise<void>((resolve) => (answer = resolve));
          return response(200).json(old);
        },
        { once: true },
      ),
    );
    tells({ topic: 'conversation', data: named('b', 'Bob', { state: 'closed' }) });
    await asked;
    loses();
    pages.mine = { items: [named('a', 'Ann', { lastNote: 'new' })] };
    returns({});
    await screen.findByText(/new/);
    answer();
    await delay(50);
    expect(screen.queryByText(/old/)).toBeNull();
    expect(screen.getByText(/new/)).toBeTruthy();
  });
});
