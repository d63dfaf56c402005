import { screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { TimelineEvent } from '../../shared/api/types';
import { setUp, show } from '../../testing/desk';
import { Events } from './Events';
import { snoozeChoices } from './snoozing';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

const mina = { id: 'mina', name: '민아' };
const event = (id: string, type: string, rest: Partial<TimelineEvent> = {}): TimelineEvent => ({ id, type, at: '2026-11-23T05:15:00Z', by: mina, ...rest });

describe('what was done to a conversation (INBOX-4)', () => {
  it('stands in one grey line each; what this version does not know is passed over', async () => {
    await show(
      <Events
        events={[
          event('1', 'tagged', { tags: { added: ['환불'], removed: [] } }),
          event('2', 'teamed', { team: { id: 't', name: '지원팀' } }),
          event('3', 'sung'),
          event('4', 'assigned', { agent: { id: 'alex', name: 'Alex' } }),
        ]}
      />,
      { locale: 'ko' },
    );
    expect(screen.getAllByRole('listitem').map((line) => line.querySelector('span')?.textContent)).toEqual([
      '민아 님이 태그 환불 붙임',
      '민아 님이 지원팀에 배정했어요',
      '민아 님이 Alex 님에게 배정했어요',
    ]);
  });

  it('is folded from the fourth on, and unfolded by a click', async () => {
    const { user } = await show(<Events events={['closed', 'opened', 'closed', 'opened', 'closed'].map((type, index) => event(String(index), type))} />, { locale: 'ko' });
    expect(screen.getAllByRole('listitem')).toHaveLength(2);
    await user.click(screen.getByRole('button', { name: '3개 더 보기' }));
    expect(screen.getAllByRole('listitem')).toHaveLength(5);
  });
});

describe('the moments to snooze until (INBOX-4)', () => {
  const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute);
  it.each([
    ['on a Monday morning', at(23, 10), [at(23, 11), at(23, 18), at(24, 9), at(30, 9)]],
    ['in the evening, without that of today', at(23, 18, 30), [at(23, 19, 30), at(24, 9), at(30, 9)]],
    ['on a Sunday', at(29, 10), [at(29, 11), at(29, 18), at(30, 9), at(30, 9)]],
  ])('%s', (_, now, expected) => {
    expect(snoozeChoices(now).map((choice) => choice.at)).toEqual(expected);
  });
});
