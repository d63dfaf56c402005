import { addWords } from '../../shared/i18n';
import { en } from './panel.words.en';
import { ko } from './panel.words.ko';

addWords({ en, ko });
