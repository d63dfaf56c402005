import { addWords } from '../../shared/i18n';
import { en as figuresEn } from './figures.en';
import { ko as figuresKo } from './figures.ko';
import { en } from './words.en';
import { ko } from './words.ko';

addWords({ en: { ...en, ...figuresEn }, ko: { ...ko, ...figuresKo } });
