import type { Agent, Call, Contact, ConversationSummary, Me, Note } from '../api/types';

/** Messages of GET /live; see "Live updates" in api/openapi.yaml. */
export interface Snapshot {
  type: 'snapshot';
  seq: number;
  me: Me;
  agents: Agent[];
  calls: Call[];
}

export type LiveEvent = { type: 'event'; seq: number } & (
  | { topic: 'call'; data: Call }
  | { topic: 'conversation'; data: ConversationSummary }
  | { topic: 'note'; data: Note }
  | { topic: 'contact'; data: Contact }
  | { topic: 'agent'; data: Agent }
  | { topic: 'me'; data: Me }
);

export interface Resync {
  type: 'resync';
}

/** This browser's phone was opened in another one. */
export interface PhoneTaken {
  type: 'phone';
  ready: false;
  elsewhere: true;
}

export type ServerMessage = Snapshot | LiveEvent | Resync | PhoneTaken;

export type ClientMessage = { type: 'heartbeat' } | { type: 'phone'; phone: string; ready: boolean };

const known = ['snapshot', 'event', 'resync', 'phone'];

/** 'unknown' is a type that this version leaves alone; 'unreadable' is to be treated as a gap. */
export function parseMessage(text: string): ServerMessage | 'unknown' | 'unreadable' {
  try {
    const message = JSON.parse(text) as ServerMessage;
    return known.includes(message.type) ? message : 'unknown';
  } catch {
    return 'unreadable';
  }
}
