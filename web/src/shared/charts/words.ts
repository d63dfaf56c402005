import { addWords } from '../i18n';
import { en } from './words.en';
import { ko } from './words.ko';

addWords({ en, ko });
