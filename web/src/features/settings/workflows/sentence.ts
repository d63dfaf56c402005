import type { components } from '../../../shared/api/schema.gen';

export type Sentence = components['schemas']['WorkflowSentence'];
export type Action = components['schemas']['WorkflowAction'];
export type Trigger = Sentence['on'];
export type Kind = Action['kind'];

/** The triggers with their words, in the order of a call. */
export const triggerWords = {
  'call.arriving': 'arriving',
  'call.queued': 'queued',
  'call.answered': 'answered',
  'call.missed': 'missed',
  'call.ended': 'ended',
  'conversation.tagged': 'tagged',
  'conversation.assigned': 'assigned',
  'conversation.noted': 'noted',
} as const satisfies Record<Trigger, string>;

export const triggers = Object.keys(triggerWords) as Trigger[];

/** What each kind of action is given, as docs/flows.md names it. */
export const fieldsOf = {
  tag: ['add', 'remove'],
  assign: ['team', 'agent'],
  note: ['text'],
  snooze: ['for'],
  close: [],
  webhook: ['url', 'body'],
  sms: ['to', 'text', 'from'],
  message: ['text'],
  flow: ['flow'],
} as const satisfies Record<Kind, readonly string[]>;

export const kinds = Object.keys(fieldsOf) as Kind[];

const usual: Partial<Record<Kind, Record<string, string>>> = { sms: { to: '${caller.number}' }, snooze: { for: '1h' } };

/** A new action of a kind, with what it mostly has. */
export const actionOf = (kind: Kind): Action => ({ kind, texts: { ...usual[kind] } });

export const missedNight = 'call.missed_reason == "notInOperation"';

/** Workflows to begin with; teams are chosen by whoever begins. */
export const templates = {
  night: { on: 'call.missed', if: missedNight, do: [{ kind: 'tag', lists: { add: ['영업외'] } }, { kind: 'note', texts: { text: '${time.date} ${time.clock} ${caller.number}' } }] },
  vip: { on: 'call.arriving', if: 'tagged("VIP")', do: [{ kind: 'note', texts: { text: 'VIP: ${contact.name}' } }] },
  long: { on: 'call.queued', after: '1m', do: [{ kind: 'tag', lists: { add: ['대기'] } }] },
  after: { on: 'call.missed', do: [{ kind: 'sms', texts: { to: '${caller.number}', text: '전화를 받지 못했습니다. 곧 다시 전화드리겠습니다.' } }] },
} as const satisfies Record<string, unknown>;

/** What is empty is not sent: the language has no empty times or lists. */
export function tidy(s: Sentence): Sentence {
  return {
    name: s.name.trim(),
    on: s.on,
    ...(s.on === 'call.queued' && { after: s.after?.trim() || '1m' }),
    ...(s.if?.trim() && { if: s.if.trim() }),
    ...(s.off && { off: true }),
    do: s.do.map(({ kind, lists = {}, texts = {}, headers = {} }) => ({
      kind,
      lists: Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
      texts: Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== '')),
      headers,
    })),
  };
}
