import { describe, expect, it } from 'vitest';
import { browserLocale } from '../i18n';
import { client, result } from './client';
import { ApiError, isUnauthenticated, toApiError } from './problem';

describe('toApiError', () => {
  it('reads a problem document', () => {
    const error = toApiError({ type: 'about:blank', title: 'Not a number.', status: 400, code: 'invalid', field: 'numbers' }, 400);
    expect(error).toMatchObject({ code: 'invalid', status: 400, message: 'Not a number.', field: 'numbers' });
  });
  it.each([
    ['<html>', 502, 'unavailable'],
    [undefined, 401, 'unauthenticated'],
    [null, 500, 'internal'],
    [{}, 429, 'limit'],
  ])('classes %o with status %d as %s', (body, status, code) => {
    expect(toApiError(body, status).code).toBe(code);
  });
});

describe('result', () => {
  const answering = (response: Response) => result(client.GET('/me', { baseUrl: 'http://desk', fetch: () => Promise.resolve(response) }));
  it('throws what the server says', async () => {
    const body = JSON.stringify({ code: 'unauthenticated', title: 'Sign in.', status: 401, type: 'about:blank' });
    const refused = answering(new Response(body, { status: 401, headers: { 'Content-Type': 'application/problem+json' } }));
    await expect(refused).rejects.toSatisfy(isUnauthenticated);
  });
  it('tells a missing answer from a refusal', async () => {
    const cut = result(client.GET('/me', { baseUrl: 'http://desk', fetch: () => Promise.reject(new TypeError('cut')) }));
    await expect(cut).rejects.toEqual(new ApiError('network', 0, 'cut'));
  });
});

describe('browserLocale (SYS-4)', () => {
  it.each([
    [['ko-KR', 'en'], 'ko'],
    [['en-GB', 'ko'], 'en'],
    [['fr', 'ko'], 'ko'],
    [['fr'], 'en'],
    [[], 'en'],
  ])('%o is %s', (languages, locale) => {
    expect(browserLocale(languages)).toBe(locale);
  });
});
