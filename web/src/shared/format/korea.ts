// The Korean numbering plan, as far as writing needs it: area codes have two digits in Seoul and three elsewhere, 050x four.
const shapes: [RegExp, string][] = [
  [/^(2)(\d{3,4})(\d{4})$/, '0$1-$2-$3'],
  [/^(1[5-9]\d\d)(\d{4})$/, '$1-$2'],
  [/^(50\d)(\d{4})(\d{4})$/, '0$1-$2-$3'],
  [/^((?!50)[1-9]\d)(\d{3,4})(\d{4})$/, '0$1-$2-$3'],
];

/** A number of Korea (+82…) as people there write it; undefined for what is none, or is written in no known way. */
export function formatKorean(number: string): string | undefined {
  const digits = /^\+82(\d{7,11})$/.exec(number)?.[1];
  const shape = digits === undefined ? undefined : shapes.find(([pattern]) => pattern.test(digits));
  return shape && digits?.replace(...shape);
}
