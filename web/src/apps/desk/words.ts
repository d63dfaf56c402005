import { fetched } from '../../shared/ui/part';
import type { en } from './all.en';

/** Everything that the desk says, a language each (all.en.ts, all.ko.ts); a word that only one language has is a type error. */
export const words = {
  en: () => fetched(() => import('./all.en')).then(({ en }) => en),
  ko: () => fetched(() => import('./all.ko')).then(({ ko }) => ko),
};

/** What screens say that are loaded when they are first shown; they bring it themselves (addWords). */
type LaterWords = typeof import('../../features/settings/words.en').en &
  typeof import('../../features/settings/flows/words.en').en &
  typeof import('../../features/live/words.en').en &
  typeof import('../../features/stats/words.en').en &
  typeof import('../../features/stats/figures.en').en &
  typeof import('../../shared/charts/words.en').en &
  typeof import('../../features/calls/dial/words.en').en &
  typeof import('../../features/me/panel.words.en').en &
  typeof import('../../features/calls/ring/practice.words.en').en &
  typeof import('../../features/calls/quality/words.en').en &
  typeof import('../../features/inbox/quality.words.en').en &
  typeof import('../../shared/phone/devices.words.en').en &
  typeof import('../../features/session/words.en').en &
  typeof import('./first/words.en').en &
  typeof import('../../features/notices/words.en').en &
  typeof import('../../shared/shortcuts/words.en').en &
  typeof import('./palette/words.en').en;

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en & LaterWords };
  }
}
