import { addWords } from '../../../shared/i18n';
import { en } from './practice.words.en';
import { ko } from './practice.words.ko';

addWords({ en, ko });
