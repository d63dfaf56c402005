import { describe, expect, it } from 'vitest';
import { noteServerDate, serverNow } from './clock';
import { between, clock } from './duration';
import { hueOf, initials } from './name';
import { formatNumber } from './number';
import { daysAgo, listTime } from './time';

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

// Covers: IN-1, IN-7 (numbers as people of the workspace's country write them)
describe('formatNumber', () => {
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
  ])('%s in %s is %s', (number, country, text) => {
    expect(formatNumber(number, country)).toBe(text);
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
