// @vitest-environment node
import { describe, expect, it } from 'vitest';

type Tree = { [key: string]: string | Tree };
const files: Record<string, Record<string, Tree>> = import.meta.glob('../**/*.ko.ts', { eager: true });

const textsOf = (tree: Tree | string): string[] => (typeof tree === 'string' ? [tree] : Object.values(tree).flatMap(textsOf));
const texts = Object.entries(files).flatMap(([file, words]) => Object.values(words).flatMap(textsOf).map((text) => ({ file, text })));
const found = (pattern: RegExp): string[] => texts.filter(({ text }) => pattern.test(text)).map(({ file, text }) => `${file}: ${text}`);

// The desk speaks 해요체; this one sentence is told as it stands in the product's own words (MISS-5).
const told = '이미 처리된 부재중 전화입니다';

describe('the Korean words (SYS-4)', () => {
  it('are there', () => {
    expect(texts.length).toBeGreaterThan(800);
  });

  it('never fall into 합니다체', () => {
    expect(found(/니다(?![가-힣])|니까|십시오/).filter((text) => !text.includes(told))).toEqual([]);
  });

  it.each([
    ['인박스', '수신함'],
    ['키패드', '다이얼'],
    ['종료하기', '상담 종료'],
    ['미배정', '담당자 없음'],
    ['내부 메모', '내부대화'],
    ['좌석', '오퍼레이터 시트'],
    ['라이트', '밝게'],
    ['다크', '어둡게'],
    ['워크플로(?!우)', '워크플로우'],
  ])('have one name for a thing: not %s but %s', (other) => {
    expect(found(new RegExp(other))).toEqual([]);
  });
});
