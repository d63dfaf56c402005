import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { MemoryRouter, Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import type { components } from '../../shared/api/schema.gen';
import { applyLocale, type Locale } from '../../shared/i18n';
import { theme } from '../../shared/ui/theme';
import { setUp } from '../../testing/desk';
import { me } from '../../testing/samples';
import { api, problem, server } from '../../testing/server';
import Join from './Join';

setUp();

type Joining = components['schemas']['Join'];
type Refusal = Parameters<typeof problem>;

const invitation: Joining = { kind: 'invitation', workspace: '한빛', email: 'new@example.com', name: '새사람', hasAccount: false, expiresAt: '2026-12-06T00:00:00Z' };

/** Opens a link; gives what the server was asked for. */
function open(joining: Joining | Refusal, { locale = 'ko', refusal }: { locale?: Locale; refusal?: Refusal } = {}): { user: UserEvent; asked: unknown[] } {
  applyLocale(locale);
  const asked: unknown[] = [];
  server.use(
    api.get('/join/{token}', ({ response }) => (Array.isArray(joining) ? response.untyped(problem(...joining)) : response(200).json(joining))),
    api.post('/join/{token}', async ({ request, response }) => {
      asked.push(await request.json());
      return refusal ? response.untyped(problem(...refusal)) : response(200).json(me());
    }),
  );
  render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter initialEntries={['/join/t']}>
          <Routes>
            <Route path="/join/:token" element={<Join token="t" />} />
            <Route path="/" element={<p>desk</p>} />
          </Routes>
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { user: userEvent.setup(), asked };
}

describe('a link to join (ADM-2, SEC-5)', () => {
  it('lets somebody choose name and password, and leads to the desk', async () => {
    const { user, asked } = open(invitation);
    expect(await screen.findByRole('heading', { name: '한빛에 참여하기' })).toBeTruthy();
    expect(screen.getByText('new@example.com')).toBeTruthy();
    const name = screen.getByLabelText('이름');
    await user.clear(name);
    await user.type(name, '나리');
    await user.type(screen.getByLabelText('새 비밀번호'), 'long enough words');
    await user.click(screen.getByRole('button', { name: '참여하기' }));
    expect(await screen.findByText('desk')).toBeTruthy();
    expect(asked).toEqual([{ name: '나리', password: 'long enough words', locale: 'ko' }]);
  });

  it('asks who has an account for its password only', async () => {
    const { user, asked } = open({ ...invitation, hasAccount: true }, { refusal: [401, 'unauthenticated', 'Wrong.', { reason: 'loginWrong' }] });
    expect(await screen.findByText('이미 계정이 있어요. 그 계정의 비밀번호를 적어 주세요.')).toBeTruthy();
    expect(screen.queryByLabelText('이름')).toBeNull();
    await user.type(screen.getByLabelText('비밀번호'), 'wrong{Enter}');
    expect((await screen.findByRole('alert')).textContent).toBe('이메일 주소 또는 비밀번호가 맞지 않아요.');
    expect(asked).toEqual([{ password: 'wrong' }]);
  });

  it.each<[string, Refusal, string]>([
    ['too short', [400, 'invalid', 'Short.', { field: 'password', reason: 'passwordShort', params: { min: '10' } }], '새 비밀번호가 너무 짧아요. 10자 이상, 단어 몇 개로 만들어 주세요.'],
    ['one character over and over', [400, 'invalid', 'Repeats.', { field: 'password', reason: 'passwordRepeats' }], '새 비밀번호에 같은 글자만 있어요. 단어 몇 개로 만들어 주세요.'],
    ['the name', [400, 'invalid', 'Name.', { field: 'password', reason: 'passwordIsName' }], '이름이나 이메일 주소는 비밀번호로 쓸 수 없어요. 단어 몇 개로 만들어 주세요.'],
  ])('says beside the field that the password is %s', async (_, refusal, words) => {
    const { user } = open({ ...invitation, kind: 'password' }, { refusal });
    expect(await screen.findByRole('heading', { name: '새 비밀번호 정하기' })).toBeTruthy();
    const field = screen.getByLabelText('새 비밀번호');
    await user.type(field, 'x{Enter}');
    expect((await screen.findByRole('alert')).textContent).toBe(words);
    expect(field.getAttribute('aria-invalid')).toBe('true');
  });

  it.each<[string, Locale, Refusal, string, string]>([
    ['was used', 'ko', [404, 'not_found', 'Used.', { reason: 'linkUsed' }], '쓸 수 없는 링크예요', '이미 썼거나 새 링크로 바뀐 링크예요.'],
    ['has run out', 'ko', [404, 'not_found', 'Out.', { reason: 'linkExpired' }], '쓸 수 없는 링크예요', '기한이 지난 링크예요.'],
    ['has run out', 'en', [404, 'not_found', 'Out.', { reason: 'linkExpired' }], 'This link does not work', 'This link has run out.'],
  ])('says that it %s (%s)', async (_, locale, refusal, title, words) => {
    open(refusal, { locale });
    expect(await screen.findByRole('heading', { name: title })).toBeTruthy();
    expect(screen.getByRole('alert').textContent).toBe(words);
  });

  it('that was used meanwhile says so, too', async () => {
    const { user } = open(invitation, { locale: 'en', refusal: [404, 'not_found', 'Used.', { reason: 'linkUsed' }] });
    await user.type(await screen.findByLabelText('New password'), 'long enough words{Enter}');
    expect(await screen.findByText('This link has been used, or another one has taken its place.')).toBeTruthy();
  });
});

describe('the link of the owner of a new installation (ADM-2, SEC-5)', () => {
  const beginning: Joining = { kind: 'owner', workspace: '', email: '', name: '', hasAccount: false, expiresAt: '2026-12-06T00:00:00Z' };
  const fill = async (user: UserEvent) => {
    await user.type(await screen.findByLabelText('회사 이름'), '한빛');
    await user.type(screen.getByLabelText('내 이름'), '올리비아');
    await user.type(screen.getByLabelText('이메일'), 'o@example.com');
    await user.type(screen.getByLabelText('새 비밀번호'), 'long enough words{Enter}');
  };

  it('asks for the business and the log-in, and leads to the desk', async () => {
    const { user, asked } = open(beginning);
    expect(await screen.findByRole('heading', { name: 'ringdesk 시작하기' })).toBeTruthy();
    await fill(user);
    expect(await screen.findByText('desk')).toBeTruthy();
    expect(asked).toEqual([{ workspace: '한빛', name: '올리비아', email: 'o@example.com', password: 'long enough words', locale: 'ko', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone }]);
  });

  it.each<[string, string, Refusal, string]>([
    ['email', '이메일', [400, 'invalid', 'No.', { field: 'email', reason: 'notAnEmail' }], '이메일'],
    ['password', '새 비밀번호', [400, 'invalid', 'No.', { field: 'password', reason: 'passwordIsName' }], '이름이나 이메일 주소는 비밀번호로 쓸 수 없어요. 단어 몇 개로 만들어 주세요.'],
  ])('says beside the field what is wrong with the %s', async (_, label, refusal, words) => {
    const { user } = open(beginning, { refusal });
    await fill(user);
    expect((await screen.findByRole('alert')).textContent).toContain(words);
    expect(screen.getByLabelText(label).getAttribute('aria-invalid')).toBe('true');
  });

  it('that was used meanwhile says how to get a new one', async () => {
    const { user } = open(beginning, { refusal: [404, 'not_found', 'Used.', { reason: 'linkUsed' }] });
    await fill(user);
    expect(await screen.findByText('서버를 운영하는 사람이 ringdesk admin owner-link로 새 링크를 만들 수 있어요.')).toBeTruthy();
  });
});
