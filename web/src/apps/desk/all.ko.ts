import { ko as calls } from '../../features/calls/words.ko';
import { ko as contacts } from '../../features/contacts/words.ko';
import { ko as inbox } from '../../features/inbox/words.ko';
import { ko as me } from '../../features/me/words.ko';
import { ko as shared } from '../../shared/i18n/words.ko';
import { ko as phone } from '../../shared/phone/words.ko';
import type { en } from './all.en';
import { ko as desk } from './words.ko';

export const ko: typeof en = { ...shared, ...phone, ...calls, ...inbox, ...contacts, ...me, ...desk };
