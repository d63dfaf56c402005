import { act, screen } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { describe, expect, it, vi } from 'vitest';
import { ScreenTitle } from '../../shared/ui/ScreenTitle';
import { setUp, show } from '../../testing/desk';
import { NoSuchPage } from './NoSuchPage';
import { Shell } from './Shell';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

const frame = (
  <Shell>
    <Routes>
      <Route path="/inbox/*" element={<ScreenTitle count={3}>Missed</ScreenTitle>} />
      <Route path="*" element={<NoSuchPage />} />
    </Routes>
  </Shell>
);

describe('the frame (SYS-4)', () => {
  it.each([
    ['en', 'No such page', 'To the inbox'],
    ['ko', '찾을 수 없는 주소예요', '수신함으로'],
  ] as const)('says in %s that an address is nothing’s, and leads to the inbox', async (locale, says, leads) => {
    const { user, where } = await show(frame, { locale, path: '/inbocks' });
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(says);
    expect(document.title).toBe(`${says} · ringdesk`);
    await user.click(screen.getByRole('link', { name: leads }));
    expect(where()).toBe('/inbox/all');
  });

  it('has one main part with one heading, which the window’s title says with how much waits', async () => {
    await show(frame, { path: '/inbox/missed' });
    expect(screen.getAllByRole('main')).toHaveLength(1);
    expect(screen.getAllByRole('heading', { level: 1 })).toHaveLength(1);
    expect(document.title).toBe('(3) Missed · ringdesk');
  });

  it('lets the keyboard skip to the screen first of all', async () => {
    const { user } = await show(frame, { path: '/inbox/missed' });
    await user.tab();
    expect(document.activeElement?.textContent).toBe('Skip to content');
    expect(document.querySelector(document.activeElement?.getAttribute('href') ?? '')).toBe(screen.getByRole('main'));
  });

  it('is gone round by F6 and back by Shift+F6', async () => {
    const { user } = await show(
      <Shell>
        <section data-region aria-label="first">
          <button type="button">inside</button>
        </section>
        <section data-region aria-label="second" />
      </Shell>,
    );
    HTMLElement.prototype.getClientRects = () => [new DOMRect()] as unknown as DOMRectList; // jsdom lays nothing out
    const at = () => document.activeElement?.getAttribute('aria-label');
    const stops: (string | null | undefined)[] = [];
    for (const key of ['{F6}', '{F6}', '{F6}', '{F6}', '{Shift>}{F6}{/Shift}']) {
      await user.keyboard(key);
      stops.push(at());
    }
    expect(stops).toEqual(['Main', 'first', 'second', 'Main', 'second']);
    act(() => screen.getByText('inside').focus());
    await user.keyboard('{F6}');
    expect(at()).toBe('second');
  });
});
