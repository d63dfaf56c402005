// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { beforeAll, describe, expect, it, vi } from 'vitest';

// Limits in kB (1000 bytes) after gzip, of a real build (SYS-4). Fonts are files of their own, and the phone (jssip) comes after the first paint.
const firstLoad = 300;
/** All that comes by itself right after it (`later`). */
const rightAfter = 100;
/** What a page or part that comes when it is needed may bring besides the first load. */
const laterEach = 30;
const later: Record<string, number> = {
  'node_modules/jssip/lib/JsSIP.js': 60,
  'node_modules/libphonenumber-js/min/index.js': 50,
  // Charts of @visx, and the figures' words in both languages.
  'src/features/stats/Stats.tsx': 60,
  // The editor.
  'src/features/settings/flows/FlowsPage.tsx': 120,
};
/** Forms with lists, tags and numbers that are typed; every page of the settings with all that it needs. */
const settings = 90;

/** Of the languages the larger one. */
const desk = ['src/apps/desk/main.tsx', 'src/apps/desk/Desk.tsx', 'src/apps/desk/all.ko.ts'];

type Chunk = Rolldown.OutputChunk;
interface Size {
  kB: number;
  files: string[];
}

let chunks: Chunk[];
let sizeOf: (files: Iterable<string>) => Size;

const source = (chunk: Chunk): string => (chunk.facadeModuleId ?? '').replace(`${process.cwd()}/`, '');

/** The files of a chunk and of all that it cannot do without. */
function needs(name: string, into = new Set<string>()): Set<string> {
  const chunk = chunks.find(({ fileName }) => fileName === name);
  if (!chunk || into.has(name)) return into;
  into.add(name);
  chunk.viteMetadata?.importedCss.forEach((css) => into.add(css));
  chunk.imports.forEach((imported) => needs(imported, into));
  return into;
}

const first = (): Set<string> => {
  const names = desk.map((path) => chunks.find((chunk) => source(chunk).endsWith(path) || (path.endsWith('main.tsx') && chunk.isEntry)));
  return names.reduce((all, chunk) => needs(chunk?.fileName ?? '', all), new Set<string>());
};

/** The modules that are loaded by themselves once the first view stands. */
const preloaded = (): Set<string> => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'));
  const named = files.flatMap((name) => {
    const text = readFileSync(join('src', name), 'utf8');
    return [...text.matchAll(/later\(\(\) => import\('(\.[^']+)'\)/g)].map(([, path]) => normalize(join('src', dirname(name), `${path}.tsx`)));
  });
  return new Set(named);
};

beforeAll(async () => {
  // React's build for production is chosen by this.
  vi.stubEnv('NODE_ENV', 'production');
  const built = (await build({ logLevel: 'error', mode: 'production', build: { write: false } })) as Rolldown.RolldownOutput;
  vi.unstubAllEnvs();
  chunks = built.output.filter((file) => file.type === 'chunk');
  const kB = new Map(built.output.map((file) => [file.fileName, gzipSync(file.type === 'chunk' ? file.code : file.source).length / 1000]));
  sizeOf = (files) => {
    const sizes = [...files].map((file) => ({ file, kB: kB.get(file) ?? 0 })).sort((a, b) => b.kB - a.kB);
    return { kB: sizes.reduce((sum, each) => sum + each.kB, 0), files: sizes.map((each) => `${each.kB.toFixed(1)} ${each.file}`) };
  };
}, 120_000);

describe('what a browser loads', () => {
  it(`for the inbox is at most ${firstLoad} kB`, () => {
    const { kB, files } = sizeOf(first());
    expect(files.length).toBeGreaterThan(4);
    expect(kB, `${kB.toFixed(1)} kB:\n${files.join('\n')}`).toBeLessThanOrEqual(firstLoad);
  });

  it(`right after that is at most ${rightAfter} kB`, () => {
    const { before, soon } = loaded();
    const { kB, files } = sizeOf([...soon].filter((file) => !before.has(file)));
    expect(kB).toBeGreaterThan(10);
    expect(kB, `${kB.toFixed(1)} kB:\n${files.join('\n')}`).toBeLessThanOrEqual(rightAfter);
  });

  it('later is within the limit of each page or part', () => {
    const { before, soon, early } = loaded();
    const parts = chunks.filter((chunk) => chunk.isDynamicEntry && !before.has(chunk.fileName));
    expect(parts.length).toBeGreaterThan(1);
    const over = parts.flatMap((chunk) => {
      const known = early.has(source(chunk)) ? before : soon;
      const { kB, files } = sizeOf([...needs(chunk.fileName)].filter((file) => !known.has(file)));
      const limit = later[source(chunk)] ?? (source(chunk).startsWith('src/features/settings/') ? settings : laterEach);
      return kB > limit ? [`${source(chunk)}: ${kB.toFixed(1)} kB of ${limit} kB\n${files.join('\n')}`] : [];
    });
    expect(over.join('\n')).toBe('');
  });
});

/** What the first view needs, and what is there right after it. */
function loaded() {
  const before = first();
  const early = preloaded();
  const soon = chunks.filter((chunk) => early.has(source(chunk))).reduce((all, chunk) => needs(chunk.fileName, all), new Set(before));
  return { before, soon, early };
}
