import { screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { serverNow } from '../../shared/format/clock';
import { secondOfDay, timeOfDay } from '../../shared/format/time';
import { call, customer, part } from '../../testing/samples';
import { setUp, show } from '../../testing/desk';
import { Banner } from './Banner';

vi.mock('jssip', () => import('../../testing/jssip'));

setUp();

const says = () => screen.getByRole('status').textContent ?? '';
const goneAt = '2026-11-23T05:05:00Z';

describe('the banner (IN-12, SYS-4)', () => {
  it.each([
    ['en', `The phone system has stopped; no new calls can arrive. Since ${timeOfDay(goneAt, 'en')}.`, 'The phone system is back.'],
    ['ko', `전화 시스템이 멈췄어요. 새 전화를 받을 수 없어요. ${timeOfDay(goneAt, 'ko')}부터`, '전화 시스템이 돌아왔어요.'],
  ] as const)('says that the phone system is gone, and that it is back (%s)', async (locale, gone, back) => {
    const { shows, engine } = await show(<Banner />, { locale });
    shows({});
    engine(false);
    expect(says()).toBe(gone);
    engine(true);
    expect(screen.queryByText(gone)).toBeNull();
    expect(await screen.findByText(back)).toBeTruthy();
  });

  it.each([
    ['en', (time: string) => `The server does not answer. This is how things stood at ${time}.`],
    ['ko', (time: string) => `서버 응답이 없어요. 이 화면은 ${time}의 상태예요.`],
  ] as const)('says since when the screen is old, and times stand still (%s)', async (locale, words) => {
    const { shows, loses, returns } = await show(<Banner />, { locale });
    shows({ calls: [call({ state: 'talking', participants: [customer(), part('me', 'joined')] })] });
    const before = Date.now();
    loses();
    const heard = [before - 1000, before, before + 1000].map((at) => words(secondOfDay(at, locale)));
    expect(heard.some((text) => says().startsWith(text))).toBe(true);
    const held = serverNow();
    vi.spyOn(Date, 'now').mockReturnValue(before + 60_000);
    expect(serverNow()).toBe(held);
    vi.mocked(Date.now).mockRestore();
    returns({});
    expect(serverNow()).toBeGreaterThan(held);
    expect(screen.queryByText(/서버 응답이|does not answer/)).toBeNull();
  });
});
