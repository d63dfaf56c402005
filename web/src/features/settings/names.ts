import { addWords } from '../../shared/i18n';
import { names as en } from './words.names.en';
import { names as ko } from './words.names.ko';

addWords({ en: { settings: en }, ko: { settings: ko } });
