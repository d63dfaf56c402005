import type { LiveMessage } from '../api/types';

// Every type of the contract, and no other.
const known: Record<LiveMessage['type'], true> = { snapshot: true, event: true, resync: true, phone: true, engine: true };

/** 'unknown' is a type that this version leaves alone; 'unreadable' is to be treated as a gap. */
export function parseMessage(text: string): LiveMessage | 'unknown' | 'unreadable' {
  try {
    const message = JSON.parse(text) as LiveMessage;
    return Object.hasOwn(known, message.type) ? message : 'unknown';
  } catch {
    return 'unreadable';
  }
}
