import { describe, expect, it } from 'vitest';
import { without } from './DayTrack';
import { inputText, minuteOf, operating, tidy, timeText } from './week';

describe('hours of a day (IN-10)', () => {
  it('are written as a clock shows them, with an end of the day', () => {
    expect([timeText(0), timeText(545), timeText(1440), inputText(1440)]).toEqual(['00:00', '09:05', '24:00', '00:00']);
    expect([minuteOf('09:05', false), minuteOf('00:00', true), minuteOf('00:00', false), minuteOf('', true)]).toEqual([545, 1440, 0, undefined]);
  });

  it('become one where they touch, and two where the middle is closed', () => {
    expect(tidy([{ from: 600, to: 700 }, { from: 540, to: 600 }, { from: 800, to: 900 }])).toEqual([{ from: 540, to: 700 }, { from: 800, to: 900 }]);
    expect(without([{ from: 540, to: 1080 }], { from: 720, to: 780 })).toEqual([{ from: 540, to: 720 }, { from: 780, to: 1080 }]);
  });
});

describe('whether calls are taken now (IN-10)', () => {
  const week = [[], [{ from: 540, to: 1080 }], [], [], [], [], []];
  const monday = Date.parse('2026-12-21T01:00:00Z'); // 10:00 in Seoul
  it.each([
    ['without hours', undefined, undefined, monday, true],
    ['inside hours', { week }, undefined, monday, true],
    ['outside hours', { week }, undefined, Date.parse('2026-12-21T11:00:00Z'), false],
    ['on a holiday', { week, holidays: [{ date: '2026-12-21' }] }, undefined, monday, false],
    ['switched off', { week }, { open: false }, monday, false],
    ['switched off until before', { week }, { open: false, until: '2026-12-21T00:30:00Z' }, monday, true],
    ['switched on', { week }, { open: true, until: '2026-12-22T00:00:00Z' }, Date.parse('2026-12-21T11:00:00Z'), true],
  ] as const)('%s', (_, hours, override, now, open) => {
    expect(operating(hours && structuredClone(hours) as never, override, now, 'Asia/Seoul')).toBe(open);
  });
});
