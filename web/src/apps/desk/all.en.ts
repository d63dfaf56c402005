import { en as calls } from '../../features/calls/words.en';
import { en as contacts } from '../../features/contacts/words.en';
import { en as inbox } from '../../features/inbox/words.en';
import { en as me } from '../../features/me/words.en';
import { en as shared } from '../../shared/i18n/words.en';
import { en as phone } from '../../shared/phone/words.en';
import { en as desk } from './words.en';

export const en = { ...shared, ...phone, ...calls, ...inbox, ...contacts, ...me, ...desk };
