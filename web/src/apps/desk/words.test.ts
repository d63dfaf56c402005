import { describe, expect, it } from 'vitest';
import { en as dialEn } from '../../features/calls/dial/words.en';
import { ko as dialKo } from '../../features/calls/dial/words.ko';
import { en as calls } from '../../features/calls/words.en';
import { en as contacts } from '../../features/contacts/words.en';
import { en as inbox } from '../../features/inbox/words.en';
import { en as me } from '../../features/me/words.en';
import { en as myEn } from '../../features/me/panel.words.en';
import { ko as myKo } from '../../features/me/panel.words.ko';
import { en as qualityEn } from '../../features/calls/quality/words.en';
import { ko as qualityKo } from '../../features/calls/quality/words.ko';
import { en as soundEn } from '../../features/inbox/quality.words.en';
import { ko as soundKo } from '../../features/inbox/quality.words.ko';
import { en as devicesEn } from '../../shared/phone/devices.words.en';
import { ko as devicesKo } from '../../shared/phone/devices.words.ko';
import { en as practiceEn } from '../../features/calls/ring/practice.words.en';
import { ko as practiceKo } from '../../features/calls/ring/practice.words.ko';
import { en as liveEn } from '../../features/live/words.en';
import { ko as liveKo } from '../../features/live/words.ko';
import { en as settingsEn } from '../../features/settings/words.en';
import { ko as settingsKo } from '../../features/settings/words.ko';
import { en as sessionEn } from '../../features/session/words.en';
import { ko as sessionKo } from '../../features/session/words.ko';
import { en as statsEn } from '../../features/stats/words.en';
import { ko as statsKo } from '../../features/stats/words.ko';
import { en as figuresEn } from '../../features/stats/figures.en';
import { ko as figuresKo } from '../../features/stats/figures.ko';
import { en as chartsEn } from '../../shared/charts/words.en';
import { ko as chartsKo } from '../../shared/charts/words.ko';
import { en as shared } from '../../shared/i18n/words.en';
import { en as phone } from '../../shared/phone/words.en';
import { en as noticesEn } from '../../features/notices/words.en';
import { ko as noticesKo } from '../../features/notices/words.ko';
import { en as shortcutsEn } from '../../shared/shortcuts/words.en';
import { ko as shortcutsKo } from '../../shared/shortcuts/words.ko';
import { en } from './all.en';
import { ko } from './all.ko';
import { en as firstEn } from './first/words.en';
import { ko as firstKo } from './first/words.ko';
import { en as paletteEn } from './palette/words.en';
import { ko as paletteKo } from './palette/words.ko';
import { en as desk } from './words.en';

const later = {
  en: { ...settingsEn, ...liveEn, ...statsEn, ...figuresEn, ...chartsEn, ...noticesEn, ...shortcutsEn, ...paletteEn, ...dialEn, ...myEn, ...practiceEn, ...qualityEn, ...soundEn, ...devicesEn, ...sessionEn, ...firstEn },
  ko: { ...settingsKo, ...liveKo, ...statsKo, ...figuresKo, ...chartsKo, ...noticesKo, ...shortcutsKo, ...paletteKo, ...dialKo, ...myKo, ...practiceKo, ...qualityKo, ...soundKo, ...devicesKo, ...sessionKo, ...firstKo },
};

type Tree = { [key: string]: string | Tree };

/** Every text with its path. */
const texts = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]): [string, string][] => (typeof value === 'string' ? [[path + key, value]] : texts(value, `${path}${key}.`)));

const placeholders = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

describe('the desk’s words (SYS-4)', () => {
  it('of no two parts stand in one section, of which the later would hide the earlier', () => {
    const sections = [shared, phone, calls, inbox, contacts, me, desk].flatMap((part) => Object.keys(part));
    expect(sections.sort()).toEqual(Object.keys(en).sort());
  });

  it('that come later hide none of those', () => {
    expect(Object.keys(later.en).filter((section) => section in en)).toEqual([]);
  });

  it('fill in the same in both languages, and are never empty', () => {
    const korean = Object.fromEntries(texts({ ...ko, ...later.ko }));
    for (const [path, text] of texts({ ...en, ...later.en })) {
      expect(korean[path], path).toBeTruthy();
      expect(text, path).toBeTruthy();
      expect(placeholders(korean[path] ?? ''), path).toEqual(placeholders(text));
    }
  });
});
