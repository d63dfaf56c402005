import type { Me } from '../../shared/api/types';
import type { PhoneStatus } from '../../shared/phone/phone';

/** How things stand with me, as others and this window know it. */
export interface Facts {
  me: Pick<Me, 'seat' | 'status' | 'takesPhone'>;
  /** Of this window's phone, and of the phone system behind it. */
  phone: PhoneStatus;
  /** Whether the server answers. */
  connected: boolean;
}

/** green: calls can ring here. accent: one does, or is talked. amber: by my own choice none comes. red: something is broken. */
export type Tone = 'green' | 'accent' | 'amber' | 'red' | 'grey';

/** What keeps calls away though no state of mine says so. */
const obstacles = ['noSeat', 'phoneOff', 'connecting', 'elsewhere', 'no-mic'] as const;

export type Word = Me['status'] | (typeof obstacles)[number];

const isObstacle = (word: Word): word is (typeof obstacles)[number] => obstacles.some((each) => each === word);

/** The key of what is said of it. */
export const saysOf = (word: Word) => (isObstacle(word) ? (`me.word.${word}` as const) : (`status.${word}` as const));

export interface Standing {
  tone: Tone;
  word: Word;
}

/** One colour and one word. Never green without a seat, a phone that works and a server that answers (IN-2). */
export function standing({ me, phone, connected }: Facts): Standing {
  if (!connected) return { tone: 'red', word: 'offline' };
  if (me.status === 'ringing' || me.status === 'inCall') return { tone: 'accent', word: me.status };
  if (!me.seat) return { tone: 'grey', word: 'noSeat' };
  if (phone === 'lost') return { tone: 'red', word: 'offline' };
  if (phone === 'no-mic') return { tone: 'red', word: 'no-mic' };
  if (me.status !== 'available' && me.status !== 'offline') return { tone: me.status === 'off' ? 'grey' : 'amber', word: me.status };
  if (!me.takesPhone) return { tone: 'amber', word: 'phoneOff' };
  if (phone === 'elsewhere') return { tone: 'amber', word: 'elsewhere' };
  // A phone that has just registered is offline for the server until it has heard of it.
  return phone === 'ready' && me.status === 'available' ? { tone: 'green', word: 'available' } : { tone: 'grey', word: 'connecting' };
}
