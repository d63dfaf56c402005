// @vitest-environment node
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(process.cwd(), '..');
const manual = join(root, 'docs', 'manual');
const languages = ['ko', 'en'] as const;
const pages = ['agent.md', 'lead.md', 'admin.md', 'automation.md'];

type Tree = { [key: string]: string | Tree };
const files: Record<(typeof languages)[number], Record<string, Record<string, Tree>>> = {
  ko: import.meta.glob('../**/*.ko.ts', { eager: true }),
  en: import.meta.glob('../**/*.en.ts', { eager: true }),
};

const textsOf = (tree: Tree | string): string[] => (typeof tree === 'string' ? [tree] : Object.values(tree).flatMap(textsOf));

const hole = /\{\{\w+\}\}|\|/;
// What is left of "{{n}} min" would fit nearly anything.
const leastWords = 4;

/** What a text of the desk looks like with its holes filled in; undefined where it has none, or says too little besides. */
function filledIn(text: string): RegExp | undefined {
  const parts = text.split(hole);
  if (parts.length === 1 || parts.join('').replace(/[^\p{L}]/gu, '').length < leastWords) return undefined;
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`, 'u');
}

const words = Object.fromEntries(
  languages.map((language) => {
    const texts = Object.values(files[language]).flatMap((file) => Object.values(file).flatMap(textsOf));
    return [language, { exact: new Set(texts), open: texts.map(filledIn).filter((text) => text !== undefined) }];
  }),
);

const says = (language: string, text: string): boolean =>
  words[language]?.exact.has(text) === true || words[language]?.open.some((open) => open.test(text)) === true;

const read = (path: string): string => readFileSync(path, 'utf8');
const all = (pattern: RegExp, text: string): RegExpMatchArray[] => [...text.matchAll(pattern)];
const bold = (text: string): string[] => all(/\*\*(.+?)\*\*/g, text).map((match) => match[1] ?? '');
const headings = (text: string): string[] => all(/^#+ .+$/gm, text).map(([line]) => line);

/** The address that a heading gets on a page. */
const anchor = (heading: string): string =>
  heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .replace(/\s/g, '-');

const written = [...languages.flatMap((language) => pages.map((page) => ({ language, page, path: join(manual, language, page) }))), { language: '', page: 'README.md', path: join(manual, 'README.md') }];

describe('the manual (SYS-4)', () => {
  it('has a page for agents, leads, admins and those who write flows in each language', () => {
    for (const language of languages) expect(readdirSync(join(manual, language)).sort()).toEqual([...pages].sort());
  });

  it.each(written.filter(({ language }) => language))('names controls by the desk’s own words: $language/$page', ({ language, path }) => {
    const named = bold(read(path));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((text) => !says(language, text))).toEqual([]);
    // Markdown does not end bold between a sign and a letter.
    expect(all(/\*\*[^*\n]*[^\p{L}\p{N}\s*]\*\*(?=[\p{L}\p{N}])/gu, read(path)).map(([text]) => text)).toEqual([]);
  });

  it.each(written)('leads nowhere in vain: $language/$page', ({ path }) => {
    const text = read(path);
    const links = all(/\]\(([^)]+)\)/g, text).map((match) => match[1] ?? '').filter((link) => !/^https?:/.test(link));
    expect(links.length).toBeGreaterThan(0);
    const gone = links.filter((link) => {
      const [file = '', to] = link.split('#');
      const target = file ? join(dirname(path), file) : path;
      return !existsSync(target) || (to !== undefined && !headings(read(target)).map(anchor).includes(to));
    });
    expect(gone).toEqual([]);
  });

  it.each(pages)('says the same in both languages: %s', (page) => {
    const [ko = '', en = ''] = languages.map((language) => read(join(manual, language, page)));
    const shape = (text: string) => ({ levels: headings(text).map((line) => line.indexOf(' ')), rows: all(/^\| /gm, text).length, steps: all(/^(?:- |\d+\. )/gm, text).length });
    expect(shape(ko)).toEqual(shape(en));
  });
});
