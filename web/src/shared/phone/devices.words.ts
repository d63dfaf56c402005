import { addWords } from '../i18n';
import { en } from './devices.words.en';
import { ko } from './devices.words.ko';

addWords({ en, ko });
