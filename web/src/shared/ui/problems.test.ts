import { afterEach, describe, expect, it } from 'vitest';
import { ApiError } from '../api/problem';
import type { Problem } from '../api/types';
import { timeOfDay } from '../format/time';
import { applyLocale, i18next, startI18n } from '../i18n';
import { en } from '../i18n/words.en';
import { ko } from '../i18n/words.ko';
import { problemText } from './problems';

await startI18n({ en: () => Promise.resolve(en), ko: () => Promise.resolve(ko) }, ['en', 'ko']);

const refused = (why: Pick<Problem, 'reason' | 'params'>, code: Problem['code'] = 'forbidden') => new ApiError(code, 403, 'The server’s sentence.', why);
const inBoth = (error: unknown) => {
  applyLocale('en');
  const english = problemText(error);
  applyLocale('ko');
  return [english, problemText(error)];
};

describe('problemText (OUT-6, OUT-9, MISS-5, CALL-3, SYS-4)', () => {
  afterEach(() => applyLocale('en'));

  it.each<[string, Pick<Problem, 'reason' | 'params'>, string, string]>([
    ['a country', { reason: 'countryNotAllowed', params: { country: 'JM', prefix: '+1 876' } }, 'Jamaica (+1 876) is not on the list of allowed countries.', '자메이카(+1 876)는 허용된 국가가 아니에요.'],
    ['a country that has no name', { reason: 'countryNotAllowed', params: { country: '?', prefix: '+870' } }, '? (+870) is not on the list of allowed countries.', '?(+870)는 허용된 국가가 아니에요.'],
    ['a cap', { reason: 'capMinutes', params: { scope: 'agent', limit: '60' } }, 'Today’s limit is used up (for each agent: 60 minutes). An admin can raise it.', '오늘 통화 한도를 넘었어요(상담원 60분). 관리자가 늘릴 수 있어요.'],
    ['a colleague’s state', { reason: 'agentUnavailable', params: { name: 'Mina', status: 'meal' } }, 'Mina is not available now: Meal.', 'Mina 님은 지금 받을 수 없어요(식사).'],
    ['a full call', { reason: 'callFull', params: { max: '10' } }, 'At most 10 can take part. Somebody must leave first.', '최대 10명까지 참여할 수 있어요. 먼저 한 명이 나가야 해요.'],
  ])('says %s exactly', (_, why, english, korean) => {
    expect(inBoth(refused(why))).toEqual([english, korean]);
  });

  it('writes a moment as a time of day', () => {
    const at = new Date(2026, 2, 1, 14, 12).toISOString();
    expect(inBoth(refused({ reason: 'missedHandled', params: { at } }))[1]).toBe(`이미 처리된 부재중 전화입니다. ${timeOfDay(at, 'ko')}에 전화했어요.`);
  });

  it('falls back to what it knows of a reason that is newer than the page', () => {
    const newer = refused({ reason: 'fromTheFuture' as Problem['reason'] });
    expect(inBoth(newer)).toEqual(['The server’s sentence.', i18next.getFixedT('ko')('errors.forbidden')]);
  });

  it('says what any other failure is', () => {
    expect(inBoth(new Error('boom'))).toEqual([en.errors.internal, ko.errors.internal]);
    expect(inBoth(new ApiError('network', 0, 'cut'))).toEqual([en.errors.network, ko.errors.network]);
  });
});
