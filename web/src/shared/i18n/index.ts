import i18next, { type ResourceLanguage } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { keep, recall } from '../browser/storage';

export type Locale = 'ko' | 'en';
type Words = Record<Locale, ResourceLanguage>;
/** How the words of each language are got. */
type Load = Record<Locale, () => Promise<ResourceLanguage>>;

const shownLast = 'ringdesk.locale';

/** The browser's language before anybody has signed in; the account's afterwards (SYS-4). */
export const browserLocale = (languages: readonly string[] = navigator.languages): Locale =>
  languages.find((language) => /^(ko|en)\b/.test(language))?.startsWith('ko') ? 'ko' : 'en';

/** The language that was shown here last: who has another one than the browser loads the words of one only. */
const firstLocale = (): Locale => {
  const last = recall(shownLast);
  return last === 'ko' || last === 'en' ? last : browserLocale();
};

let load: Load | undefined;
/** The languages whose words are here. */
const here = new Set<Locale>();
let wanted: Locale | undefined;

/** What screens that are loaded later say, as far as they are here. */
const later: Words[] = [];

/** Gives the app its words: what shared parts and features say, each from their own files. A language comes when it is first shown. */
export async function startI18n(words: Load, locales: readonly Locale[] = [firstLocale()]): Promise<void> {
  load = words;
  // Each language has all words (a missing one is a type error), so none falls back to another.
  void i18next.use(initReactI18next).init({ lng: locales[0] ?? 'en', fallbackLng: false, resources: {}, interpolation: { escapeValue: false } });
  for (const each of later) add(each);
  await Promise.all(locales.map(fetchWords));
}

async function fetchWords(locale: Locale): Promise<void> {
  if (here.has(locale) || !load) return;
  i18next.addResourceBundle(locale, 'translation', await load[locale](), true, true);
  here.add(locale);
}

function add(words: Words): void {
  for (const locale of ['en', 'ko'] as const) i18next.addResourceBundle(locale, 'translation', words[locale], true, true);
}

/** Adds the words of a screen that is loaded when it is first shown; what nobody has opened costs the first load nothing. */
export function addWords(words: Words): void {
  later.push(words);
  if (i18next.isInitialized) add(words);
}

/** Shows a language, as soon as its words are here. Where they cannot be had, the one before stays. */
export function applyLocale(locale: Locale): void {
  wanted = locale;
  if (here.has(locale)) show(locale);
  else void fetchWords(locale).then(() => wanted === locale && show(locale), () => undefined);
}

function show(locale: Locale): void {
  if (i18next.language !== locale) void i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
  keep(shownLast, locale);
}

export { i18next };
