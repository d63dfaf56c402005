import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse } from 'msw';
import { Route, Routes } from 'react-router';
import { describe, expect, it, vi } from 'vitest';
import type { Contact, ContactPatch, MergeRequest, Problem } from '../../shared/api/types';
import { setUp, show } from '../../testing/desk';
import { contact } from '../../testing/samples';
import { api, server } from '../../testing/server';
import { ContactCard } from './ContactCard';
import Contacts from './Contacts';
import ImportContacts from './ImportContacts';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

const fields = [
  { key: 'company', label: '회사', value: '봄날 카페' },
  { key: 'grade', label: '등급', value: 'Gold' },
  { key: 'city', label: '도시', value: '제주' },
  { key: 'memo', label: '비고', value: '' },
];
const sky = contact({ name: '이하늘', email: 'sky@example.com', numbers: ['+821023456789', '+8223456789'], profile: fields });

const refusal = (field: string, code: Problem['code'], status: number) =>
  HttpResponse.json<Problem>({ type: 'about:blank', title: 'no', status, code, field }, { status, headers: { 'Content-Type': 'application/problem+json' } });

/** Takes changes of a contact, or refuses them; gives what was asked for. */
function takesChanges(refuse?: () => ReturnType<typeof refusal>): ContactPatch[] {
  const asked: ContactPatch[] = [];
  server.use(
    api.get('/blocks', ({ response }) => response(200).json({ items: [] })),
    api.patch('/contacts/{id}', async ({ request, response }) => {
      const body = await request.json();
      asked.push(body);
      return refuse ? response.untyped(refuse()) : response(200).json({ ...sky, ...body, profile: sky.profile });
    }),
  );
  return asked;
}

describe('a contact’s card (OUT-4)', () => {
  it('changes one field where it stands, by Enter, and leaves it by Escape', async () => {
    const asked = takesChanges();
    const { user } = await show(<ContactCard contact={sky} />, { locale: 'ko' });
    await user.click(screen.getByRole('button', { name: '등급 수정: Gold' }));
    await user.clear(screen.getByRole('textbox', { name: '등급' }));
    await user.type(screen.getByRole('textbox', { name: '등급' }), 'VIP{Enter}');
    await waitFor(() => expect(asked).toEqual([{ profile: { grade: 'VIP' } }]));
    await user.click(screen.getByRole('button', { name: /^이메일 수정/ }));
    await user.type(screen.getByRole('textbox', { name: '이메일' }), 'x{Escape}');
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['ko', '010-2345-6789', 'numbers.0', 'invalid', '전화번호가 아니에요'],
    ['ko', '010-2345-6789', 'numbers', 'conflict', '다른 고객이 쓰는 번호예요'],
    ['en', '+82 10-2345-6789', 'numbers.0', 'invalid', 'This is not a phone number'],
  ] as const)('says in %s under the number itself what is wrong with it', async (locale, _, field, code, says) => {
    takesChanges(() => refusal(field, code, code === 'conflict' ? 409 : 400));
    const { user } = await show(<ContactCard contact={sky} />, { locale });
    const names = locale === 'ko' ? { edit: /^전화번호 2 수정/, field: '전화번호 2' } : { edit: /^Edit Phone number 2/, field: 'Phone number 2' };
    await user.click(screen.getByRole('button', { name: names.edit }));
    const input = screen.getByRole('textbox', { name: names.field });
    await user.type(input, '99{Enter}');
    await waitFor(() => expect(document.getElementById(input.getAttribute('aria-describedby') ?? '')?.textContent).toContain(says));
    expect(screen.getByRole('button', { name: locale === 'ko' ? /^전화번호 1 수정/ : /^Edit Phone number 1/ })).toBeTruthy();
  });

  it('adds and removes numbers, and calls one (OUT-3)', async () => {
    const asked = takesChanges();
    const called: unknown[] = [];
    server.use(
      api.post('/calls', async ({ request, response }) => {
        called.push(await request.json());
        return response.untyped(refusal('to', 'invalid', 422));
      }),
    );
    const { user } = await show(<ContactCard contact={sky} />, { locale: 'en' });
    await user.click(screen.getByRole('button', { name: 'Add number' }));
    await user.type(screen.getByRole('textbox', { name: 'Phone number' }), '010-1111-2222{Enter}');
    await waitFor(() => expect(asked).toEqual([{ numbers: ['+821023456789', '+8223456789', '010-1111-2222'] }]));
    await user.click(screen.getByRole('button', { name: 'Remove 010-2345-6789' }));
    await waitFor(() => expect(asked[1]).toEqual({ numbers: ['+8223456789'] }));
    await user.click(screen.getByRole('button', { name: 'Call 02-345-6789' }));
    await waitFor(() => expect(called).toEqual([{ to: '+8223456789', contactId: 'contact-1' }]));
  });

  it('offers no call to whom may place none', async () => {
    takesChanges();
    await show(<ContactCard contact={sky} />, { as: { placesCalls: false } });
    expect(screen.queryByRole('button', { name: /^Call/ })).toBeNull();
  });

  it('draws a line after the fields that the ring shows (IN-1)', async () => {
    takesChanges();
    await show(<ContactCard contact={sky} />, { locale: 'ko' });
    const line = screen.getByText('여기까지 벨에 보여요');
    expect(line.compareDocumentPosition(screen.getByText('도시')) & Node.DOCUMENT_POSITION_PRECEDING).toBeTruthy();
    expect(line.compareDocumentPosition(screen.getByText('비고')) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
  });

  it('takes the carrier’s name with one click', async () => {
    const asked = takesChanges();
    const { user } = await show(<ContactCard contact={contact({ kind: 'lead', name: '', callerName: 'Bob' })} />);
    await user.click(screen.getByRole('button', { name: 'Use the carrier’s name “Bob”' }));
    await waitFor(() => expect(asked).toEqual([{ name: 'Bob' }]));
  });

  it('says that a number is blocked, and lets an admin block for some days (CALL-7)', async () => {
    takesChanges();
    const asked: unknown[] = [];
    const block = { id: 'b', number: '+8223456789', reason: '욕설', createdAt: '2026-11-01T00:00:00Z' };
    server.use(
      api.get('/blocks', ({ response }) => response(200).json({ items: [block] })),
      api.post('/blocks', async ({ request, response }) => {
        asked.push(await request.json());
        return response(201).json(block);
      }),
    );
    const { user } = await show(<ContactCard contact={sky} />, { locale: 'ko', as: { role: 'admin' } });
    await screen.findByText(/02-345-6789에서 오는 전화를 차단하고 있어요/);
    await user.click(screen.getByRole('button', { name: '더 보기' }));
    await user.click(await screen.findByRole('menuitem', { name: '전화 차단' }));
    await user.type(await screen.findByRole('textbox', { name: '사유' }), '욕설');
    await user.click(screen.getByRole('button', { name: '차단' }));
    await waitFor(() => expect(asked).toEqual([{ number: '+821023456789', reason: '욕설', days: 30 }]));
  });
});

describe('merging (OUT-4)', () => {
  it('shows both side by side, sends what was picked, and can be undone', async () => {
    takesChanges();
    const other = contact({ id: 'contact-2', name: 'Sky Lee', email: '', numbers: ['+821099998888'], profile: [{ key: 'grade', label: '등급', value: 'VIP' }] });
    const asked: MergeRequest[] = [];
    let undone = '';
    server.use(
      api.get('/contacts', ({ response }) => response(200).json({ items: [sky, other] })),
      api.post('/contacts/{id}/merge', async ({ request, response }) => {
        asked.push(await request.json());
        return response(200).json({ mergeId: 'merge-1', contact: sky });
      }),
      api.post('/contact-merges/{id}/undo', ({ params, response }) => {
        undone = params.id;
        return response(200).json(sky);
      }),
    );
    const { user } = await show(<ContactCard contact={sky} />, { locale: 'ko' });
    await user.click(screen.getByRole('button', { name: '더 보기' }));
    await user.click(await screen.findByRole('menuitem', { name: '다른 고객과 합치기' }));
    await user.click(await screen.findByRole('button', { name: /Sky Lee/ }));
    expect(screen.getByText('010-2345-6789 · 02-345-6789 · 010-9999-8888')).toBeTruthy();
    await user.click(within(screen.getByRole('radiogroup', { name: '등급' })).getByRole('radio', { name: 'VIP' }));
    await user.click(screen.getByRole('button', { name: '합치기' }));
    await waitFor(() => expect(asked).toEqual([{ contactId: 'contact-2', name: '이하늘', email: 'sky@example.com', profile: { company: '봄날 카페', grade: 'VIP', city: '제주' } }]));
    await user.click(await screen.findByRole('button', { name: '되돌리기' }));
    await waitFor(() => expect(undone).toBe('merge-1'));
  });
});

describe('the contacts’ list (OUT-4)', () => {
  const many = Array.from({ length: 300 }, (_, at): Contact => contact({ id: `c-${at}`, name: `고객 ${at}` }));
  const opened = (locale: 'ko' | 'en', role: 'agent' | 'admin' = 'agent') =>
    show(
      <Routes>
        <Route path="/contacts/:contactId?" element={<Contacts beside={() => null} />} />
      </Routes>,
      { locale, path: '/contacts', as: { role } },
    );

  it('begins at the letter that is chosen, and searches by any text', async () => {
    const asked: string[] = [];
    server.use(
      api.get('/contact-initials', ({ response }) => response(200).json({ items: [{ initial: 'ㄱ', count: 200 }, { initial: '*', count: 100 }] })),
      api.get('/contacts', ({ query, response }) => {
        asked.push([query.get('order'), query.get('from'), query.get('q')].join('|'));
        return response(200).json({ items: query.get('q') ? [] : many });
      }),
    );
    const { user } = await opened('ko');
    await user.click(await screen.findByRole('button', { name: 'ㄱ, 고객 200명' }));
    await user.click(await screen.findByRole('button', { name: '처음부터 보기' }));
    await user.type(screen.getByRole('searchbox', { name: '이름, 번호, 이메일 검색' }), '하늘');
    await screen.findByText('“하늘” 검색 결과가 없어요');
    expect([...new Set(asked)]).toEqual(['name||', 'name|ㄱ|', 'name||하늘']);
    await user.click(screen.getByRole('button', { name: '검색어 지우기' }));
    await screen.findByRole('list', { name: '고객 연락처' });
  });

  it('has import and export for admins alone', async () => {
    server.use(api.get('/contacts', ({ response }) => response(200).json({ items: [] })));
    await opened('en');
    await screen.findByText('No contacts yet');
    expect(screen.queryByRole('link', { name: 'Import contacts' })).toBeNull();
  });
});

describe('the import (OUT-4)', () => {
  it('shows how a file is read, reads it in, and offers what was left out', async () => {
    let columns: string[] = [];
    let looks = 0;
    const done = { id: 'i', name: 'a.csv', total: 3, done: 3, added: 1, updated: 1, left: 1, state: 'done' as const };
    server.use(
      api.post('/contact-imports', ({ query, request, response }) => {
        expect([query.get('name'), request.headers.get('Content-Type')]).toEqual(['a.csv', 'application/octet-stream']);
        return response(201).json({
          id: 'i',
          kind: 'csv',
          encoding: 'cp949',
          total: 3,
          columns: [{ name: '성명', is: 'name' }, { name: '폰', is: '' }],
          fields: [{ key: 'grade', label: '등급' }],
          rows: [['김철수', '010-1']],
        });
      }),
      api.post('/contact-imports/{id}/start', async ({ request, response }) => {
        ({ columns } = await request.json());
        return response(200).json({ ...done, state: 'running', done: 0, added: 0, updated: 0, left: 0 });
      }),
      api.get('/contact-imports/{id}', ({ response }) => response(200).json(looks++ ? done : { ...done, state: 'running', done: 1 })),
    );
    const { user } = await show(<ImportContacts />, { locale: 'ko', as: { role: 'admin' } });
    await user.upload(screen.getByLabelText('파일 선택'), new File(['x'], 'a.csv', { type: 'text/csv' }));
    await screen.findByText('a.csv: 고객 3명');
    expect(screen.getByRole('cell', { name: '김철수' })).toBeTruthy();
    await user.selectOptions(screen.getByRole('combobox', { name: '폰 열' }), '전화번호');
    await user.click(screen.getByRole('button', { name: '가져오기' }));
    await screen.findByText(/3명 중 1명/);
    await screen.findByText('다 가져왔어요');
    expect(columns).toEqual(['name', 'number']);
    expect(screen.getByRole('link', { name: '제외된 줄과 이유 내려받기' }).getAttribute('href')).toBe('/api/v1/contact-imports/i/report?language=ko');
  });

  it('says what to do with a file that it cannot read', async () => {
    server.use(api.post('/contact-imports', ({ response }) => response.untyped(refusal('file', 'invalid', 400))));
    const { user } = await show(<ImportContacts />, { locale: 'en', as: { role: 'owner' } });
    await user.upload(screen.getByLabelText('Choose a file'), new File(['x'], 'a.csv', { type: 'text/csv' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Save it as CSV (UTF-8)');
  });

  it('tells an agent who can import', async () => {
    await show(<ImportContacts />, { locale: 'ko' });
    expect(screen.getByText(/관리자만 고객을 가져올 수 있어요/)).toBeTruthy();
  });
});
