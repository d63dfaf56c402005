import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { setUp, show } from '../../testing/desk';
import { me, ringCheckOf } from '../../testing/samples';
import { api, server } from '../../testing/server';
import type { Me, MeUpdate, RingCheckName } from '../../shared/api/types';

import { endPractice } from '../../shared/phone/practice';
import { MeControl } from './MeControl';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

/** Takes what I change, and gives what was asked. */
function takesChanges(as: Partial<Me> = {}): MeUpdate[] {
  const asked: MeUpdate[] = [];
  server.use(
    api.patch('/me', async ({ request, response }) => {
      const body = await request.json();
      asked.push(body);
      return response(200).json(me({ ...as }));
    }),
  );
  return asked;
}

/** Lets the server say what keeps calls away. */
const keepsAway = (...names: RingCheckName[]) => server.use(api.get('/me/ring-check', ({ response }) => response(200).json(ringCheckOf(...names))));

const panel = () => screen.findByRole('radiogroup', { name: /My state|내 상태/ });

describe('Me (IN-2, IN-3, SYS-4)', () => {
  it.each([
    ['en', 'Me: Available', 'Meal', 'You can get calls now'],
    ['ko', '나: 상담 가능', '식사', '지금 전화를 받을 수 있어요'],
  ] as const)('says how I stand, and sets why I am away (%s)', async (locale, name, meal, sentence) => {
    const asked = takesChanges();
    const { user, shows } = await show(<MeControl logout={() => {}} />, { locale });
    shows({});
    const control = screen.getByTestId('phone-state');
    await waitFor(() => expect(control.dataset.tone).toBe('green'));
    expect(control.textContent).toContain(name);
    await user.click(control);
    expect(within(await panel()).getAllByRole('radio')).toHaveLength(7);
    expect(await screen.findByText(sentence)).toBeTruthy();
    await user.click(screen.getByRole('radio', { name: meal }));
    expect(asked).toEqual([{ manualStatus: 'meal' }]);
  });

  it('is not green without a seat, and says why no call comes', async () => {
    keepsAway('seat');
    const { user, shows } = await show(<MeControl logout={() => {}} />, { as: { seat: false } });
    shows({});
    const control = screen.getByTestId('phone-state');
    expect(control.dataset.tone).toBe('grey');
    await user.click(control);
    await panel();
    expect((await screen.findAllByText(/no operator seat, so no calls reach you/)).length).toBeGreaterThan(0);
  });

  it('silences for an hour, with its end, and ends that', async () => {
    const asked = takesChanges();
    const { user, shows } = await show(<MeControl logout={() => {}} />);
    shows({});
    await user.click(screen.getByTestId('phone-state'));
    await panel();
    await user.click(screen.getByRole('button', { name: '1 hour' }));
    const end = Date.parse(asked[0]?.dndUntil ?? '') - Date.now();
    expect(asked[0]?.dnd).toBe(true);
    expect(Math.abs(end - 3_600_000)).toBeLessThan(60_000);
  });

  it('shows each thing that must hold, and puts right what a click can', async () => {
    const asked = takesChanges();
    keepsAway('phone');
    const { user, shows } = await show(<MeControl logout={() => {}} />, { as: { takesPhone: false } });
    shows({});
    await user.click(screen.getByTestId('phone-state'));
    await panel();
    await user.click(await screen.findByRole('button', { expanded: false, name: /phone calls/ }));
    const line = await waitFor(() => {
      const found = document.querySelector<HTMLElement>('[data-check=phone]');
      if (!found) throw new Error('no line');
      return found;
    });
    expect(line.dataset.ok).toBe('false');
    await user.click(await within(line).findByRole('button', { name: 'Turn on' }));
    expect(asked).toEqual([{ takesPhone: true }]);
  });

  it.each([
    ['en', 'In wrap-up: no calls are assigned.'],
    ['ko', '후처리 중이라 배정되지 않아요.'],
  ] as const)('says the server’s reason on top, and asks again when something has changed (%s)', async (locale, sentence) => {
    keepsAway('wrapUp');
    const { user, shows, tells } = await show(<MeControl logout={() => {}} />, { locale });
    shows({});
    await user.click(screen.getByTestId('phone-state'));
    const check = await screen.findByRole('region', { name: /Ring check|벨 점검/ });
    await within(check).findAllByText(sentence);
    expect(check.dataset.reason).toBe('wrapUp');
    expect(within(check).getByRole('status').textContent).toBe(sentence);
    keepsAway();
    tells({ topic: 'me', data: me({ locale, name: '이서연' }) });
    await waitFor(() => expect(check.dataset.ok).toBe('true'));
  });

  it('makes room for the practice ring', async () => {
    const { user, shows } = await show(<MeControl logout={() => {}} />);
    shows({});
    await user.click(screen.getByTestId('phone-state'));
    await user.click(await screen.findByRole('button', { expanded: false, name: /You can get calls/ }));
    await user.click(await screen.findByRole('button', { name: 'Practice ring' }));
    await waitFor(() => expect(screen.queryByRole('radiogroup')).toBeNull());
    act(endPractice);
  });
});
