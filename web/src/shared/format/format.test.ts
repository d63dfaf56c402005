import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { beforeAll, describe, expect, it } from 'vitest';
import { noteServerDate, serverNow } from './clock';
import { between, clock, spelled } from './duration';
import { hueOf, initials } from './name';
import { formatKorean } from './korea';
import { formatNumber, loadNumbers } from './number';
import { dayAndTime, daysAgo, listTime } from './time';

describe('a length that somebody has set', () => {
  it.each([
    [3600, '1시간', '1 hour'],
    [5400, '1시간 30분', '1 hour 30 minutes'],
    [600, '10분', '10 minutes'],
    [90, '1분 30초', '1 minute 30 seconds'],
    [0, '0초', '0 seconds'],
  ])('%d s', (seconds, ko, en) => {
    expect([spelled(seconds, 'ko'), spelled(seconds, 'en')]).toEqual([ko, en]);
  });
});

describe('clock', () => {
  it.each([
    [0, '0:00'],
    [7_999, '0:07'],
    [65_000, '1:05'],
    [3_599_000, '59:59'],
    [3_723_000, '1:02:03'],
    [-5_000, '0:00'],
    [Number.NaN, '0:00'],
  ])('%d ms is %s', (ms, text) => {
    expect(clock(ms)).toBe(text);
  });
});

describe('between', () => {
  it.each([
    ['2026-11-23T01:00:00Z', '2026-11-23T01:00:02.5Z', 2500],
    ['2026-11-23T01:00:02Z', '2026-11-23T01:00:00Z', 0],
    [undefined, '2026-11-23T01:00:00Z', undefined],
    ['2026-11-23T01:00:00Z', undefined, undefined],
  ])('%s to %s', (from, to, expected) => {
    expect(between(from, to)).toBe(expected);
  });
});

// Numbers are written as people of the workspace’s country write them.
describe('formatNumber (IN-1, IN-7)', () => {
  beforeAll(loadNumbers);

  it.each([
    ['+821023456789', 'KR', '010-2345-6789'],
    ['+8221234567', 'KR', '02-123-4567'],
    ['+827076660001', 'KR', '070-7666-0001'],
    ['+8215881234', 'KR', '1588-1234'],
    ['+81312345678', 'KR', '+81 3 1234 5678'],
    ['+12125550123', 'US', '(212) 555-0123'],
    ['+821023456789', 'US', '+82 10 2345 6789'],
    ['anonymous', 'KR', 'anonymous'],
    ['112', 'KR', '112'],
    ['kim01023456789@pbx.example', 'KR', 'kim01023456789@pbx.example'],
  ])('%s in %s is %s', (number, country, text) => {
    expect(formatNumber(number, country)).toBe(text);
  });
});

// Written without the library, so that the first rows of a list stand as they stay.
describe('formatKorean (IN-1, IN-7)', () => {
  const areas = ['2', '31', '32', '33', '41', '42', '43', '44', '51', '52', '53', '54', '55', '61', '62', '63', '64'];
  const others = ['10', '11', '16', '19', '60', '70', '80', '1522', '1544', '1588', '1600', '1670', '1800', '1899'];

  it('writes valid numbers as the library does', () => {
    let written = 0;
    for (const prefix of [...areas, ...others])
      for (let length = 8; length <= 11; length++)
        for (const digits of ['2345678', '7654321', '3003003', '89012345', '55667788']) {
          const number = `+82${prefix}${digits}`.slice(0, length + 3);
          const parsed = parsePhoneNumberFromString(number, 'KR');
          const ours = formatKorean(number);
          if (!parsed?.isValid() || !ours) continue;
          written += 1;
          expect(ours).toBe(parsed.formatNational());
        }
    expect(written).toBeGreaterThan(150);
  });

  // The library cuts 0507 in two.
  it('writes a virtual number by its four digits', () => {
    expect(formatKorean('+8250712345678')).toBe('0507-1234-5678');
  });

  it.each(['+81312345678', '01023456789', '+8212345', '+82123456789012', 'anonymous', ''])('leaves %s to others', (number) => {
    expect(formatKorean(number)).toBeUndefined();
  });
});

describe('names', () => {
  it.each([
    ['김서연', '서연'],
    ['이솔', '이솔'],
    ['남궁민수', '민수'],
    ['주식회사 한국아웃도어레저', '한국'],
    ['Sofia Rossi', 'SR'],
    ['Bartholomew Q. Featherstonehaugh III', 'BI'],
    ['madonna', 'M'],
    ['  ', ''],
  ])('initials of %s are %s', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });
  it('keeps a name’s colour', () => {
    expect(hueOf('김서연')).toBe(hueOf('김서연'));
    expect(hueOf('김서연')).not.toBe(hueOf('박도윤'));
  });
});

describe('times', () => {
  const now = new Date(2026, 10, 23, 10, 0).getTime();
  const iso = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString();
  it.each([
    ['today', iso(2026, 10, 23, 9, 5), '9:05 AM'],
    ['this week', iso(2026, 10, 22, 23, 59), 'Sun'],
    ['this year', iso(2026, 9, 2, 9, 0), 'Oct 2'],
    ['before', iso(2025, 9, 2, 9, 0), 'Oct 2, 2025'],
  ])('%s', (_, time, text) => {
    expect(listTime(time, 'en', now)).toBe(text);
  });
  it.each([
    ['today', iso(2026, 10, 23, 9, 5), '9:05 AM', ''],
    ['another day', iso(2026, 11, 26, 4, 34), 'Dec 26, 4:34 AM', '12월 26일'],
    ['another year', iso(2027, 0, 2, 9, 0), 'Jan 2, 2027, 9:00 AM', '2027년 1월 2일'],
  ])('tell their day only where it is needed: %s', (_, time, en, ko) => {
    expect(dayAndTime(time, 'en', new Date(now)).replace('\u202f', ' ')).toBe(en);
    expect(dayAndTime(time, 'ko', new Date(now)).startsWith(ko)).toBe(true); // the rest differs between ICU's versions
  });
  it('counts calendar days, not 24 hours', () => {
    expect(daysAgo(new Date(2026, 10, 22, 23, 59).getTime(), now)).toBe(1);
  });
});

describe('the server’s clock', () => {
  it('counts only where the desk’s own is clearly wrong', () => {
    noteServerDate(new Date(Date.now() + 600_000).toUTCString());
    expect(serverNow() - Date.now()).toBeGreaterThan(598_000);
    noteServerDate(new Date(Date.now() - 500).toUTCString());
    expect(Math.abs(serverNow() - Date.now())).toBeLessThan(50);
    noteServerDate(null);
    expect(Math.abs(serverNow() - Date.now())).toBeLessThan(50);
  });
});
