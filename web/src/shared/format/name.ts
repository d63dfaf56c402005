// Legal forms that stand before Korean company names.
const legalForm = /^(주식회사|유한회사|재단법인|사단법인|\(주\)|㈜)\s*/;
const longestPersonName = 4;

/** Two letters. Korean people are told apart by the given name, so its last syllables; companies by their first ones. */
export function initials(name: string): string {
  const trimmed = name.trim().replace(legalForm, '');
  const hangul = trimmed.match(/^[가-힣]{2,}/)?.[0];
  if (hangul) return hangul.length > 2 && hangul.length <= longestPersonName ? hangul.slice(-2) : hangul.slice(0, 2);
  const words = trimmed.split(/\s+/).filter((word) => /\p{L}|\p{N}/u.test(word));
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? '')][0] ?? '').join('').toUpperCase();
}

/** A hue (degrees) that stays the same for a name. */
export function hueOf(name: string): number {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 3600;
  return hash / 10;
}
