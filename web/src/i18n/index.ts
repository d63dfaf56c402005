import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en, type Resources } from './en';
import { ko } from './ko';

export type Locale = 'ko' | 'en';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Resources };
  }
}

/** The browser's language before anybody has signed in; the account's afterwards (SYS-4). */
export const browserLocale = (languages: readonly string[] = navigator.languages): Locale =>
  languages.find((language) => /^(ko|en)\b/.test(language))?.startsWith('ko') ? 'ko' : 'en';

void i18next.use(initReactI18next).init({
  lng: browserLocale(),
  fallbackLng: 'en',
  resources: { en: { translation: en }, ko: { translation: ko } },
  interpolation: { escapeValue: false },
});

export function applyLocale(locale: Locale): void {
  if (i18next.language !== locale) void i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
}

export { i18next };
