import { describe, expect, it } from 'vitest';
import { call, contact } from '../../testing/samples';
import { callerOf, carrierName, reachOf } from './caller';

describe('what the carrier says of a caller (IN-1, IN-7)', () => {
  it.each<[string, string, string | undefined, string | undefined]>([
    ['of one without a name', '', '홍길동', '홍길동'],
    ['of one who is known by another', '이하늘', '홍길동', '홍길동'],
    ['which is the name', '홍길동', '홍길동', undefined],
    ['which is nothing', '', undefined, undefined],
  ])('a name %s', (_, name, callerName, expected) => {
    expect(carrierName({ name, callerName })).toBe(expected);
  });

  it('a number goes before an address, and a withheld number is neither', () => {
    const callerAddress = 'bob@pbx.example';
    expect(callerOf(call({ from: '+821012345678', callerAddress }))).toBe('+821012345678');
    expect(callerOf(call({ from: '', callerAddress }))).toBe(callerAddress);
    expect(callerOf(call({ from: '' }))).toBe('');
    expect(reachOf(contact({ callerAddress }))).toBe('+821023456789');
    expect(reachOf(contact({ numbers: [], callerAddress }))).toBe(callerAddress);
    expect(reachOf(contact({ numbers: [] }))).toBe('');
  });
});
