import type { Trigger } from './sentence';

/**
 * What a condition can be about when it is written as sentences: how the language says
 * it (docs/flows.md), and what it is compared with. `flag` is true or not, `call` has an
 * argument, `text` is a value or another one, `number` is at least so much or less.
 */
export const subjects = {
  reason: { says: 'call.missed_reason', shape: 'text' },
  hours: { says: 'open()', shape: 'flag' },
  tag: { says: 'tagged', shape: 'call' },
  team: { says: 'call.team', shape: 'text' },
  direction: { says: 'call.direction', shape: 'text' },
  member: { says: 'contact.member', shape: 'flag' },
  withheld: { says: 'caller.withheld', shape: 'flag' },
  wait: { says: 'call.wait', shape: 'number' },
  duration: { says: 'call.duration', shape: 'number' },
  weekday: { says: 'time.weekday', shape: 'text' },
  hour: { says: 'time.hour', shape: 'number' },
  newTag: { says: 'event.tag', shape: 'text' },
} as const satisfies Record<string, { says: string; shape: 'flag' | 'call' | 'text' | 'number' }>;

/** Why calls are missed (MISS-1), but for what a workspace never sees. */
export const reasons = ['notInOperation', 'noOperator', 'abandonedInQueue', 'ringTimeOver', 'userLeft', 'exceededQueue', 'workflow', 'blockedUser', 'inboundRateLimit', 'managerLeft'] as const;

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export type Subject = keyof typeof subjects;

/** One part of a condition, all of which must hold; `not` turns it round. */
export interface Clause {
  subject: Subject;
  not: boolean;
  /** As a text, also of numbers; empty where the subject needs none. */
  value: string;
}

const usual: Partial<Record<Subject, string>> = { reason: 'notInOperation', direction: 'inbound', weekday: 'sat', wait: '60', duration: '60', hour: '18' };

export const clauseOf = (subject: Subject): Clause => ({ subject, not: false, value: usual[subject] ?? '' });

/** What is asked first of what has happened; the rest comes after it, in the order of `subjects`. */
const first: Partial<Record<Trigger, Subject[]>> = {
  'call.arriving': ['tag', 'hours', 'weekday'],
  'call.queued': ['wait', 'team'],
  'call.missed': ['reason', 'hours', 'team'],
  'call.ended': ['duration', 'team'],
  'conversation.tagged': ['newTag'],
};

/** A new part of a condition: about what none of the others is about, as far as there is such a thing. */
export function nextClause(on: Trigger, clauses: readonly Clause[]): Clause {
  const known = subjectsOf(on);
  const all = [...(first[on] ?? []), ...known];
  return clauseOf(all.find((subject) => !clauses.some((clause) => clause.subject === subject)) ?? known[0] ?? 'tag');
}

/** The subjects that make sense for a trigger. */
export function subjectsOf(on: Trigger): Subject[] {
  const missing: Partial<Record<Subject, boolean>> = {
    reason: on !== 'call.missed',
    newTag: on !== 'conversation.tagged',
    wait: on === 'call.arriving',
    duration: on === 'call.arriving',
  };
  return (Object.keys(subjects) as Subject[]).filter((subject) => !missing[subject]);
}

const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replace(/[$%]\{/g, (mark) => mark.charAt(0) + mark)}"`;

const string = '"((?:[^"\\\\]|\\\\["\\\\])*)"';

/** A string of the language as its text; nothing where it has more than texts. */
function unquoted(text: string): string | undefined {
  const rest = text.replace(/([$%])\1\{/g, '');
  return /[$%]\{/.test(rest) ? undefined : text.replace(/([$%])\1\{/g, '$1{').replace(/\\(["\\])/g, '$1');
}

/** A condition as the language writes it. */
export const written = (clauses: Clause[]): string => clauses.map(writtenClause).join(' && ');

function writtenClause({ subject, not, value }: Clause): string {
  const { says, shape } = subjects[subject];
  switch (shape) {
    case 'flag':
      return (not ? '!' : '') + says;
    case 'call':
      return `${not ? '!' : ''}${says}(${quoted(value)})`;
    case 'text':
      return `${says} ${not ? '!=' : '=='} ${quoted(value)}`;
    case 'number':
      return `${says} ${not ? '<' : '>='} ${value || '0'}`;
  }
}

/** The parts of a condition; nothing where it says more than sentences can. */
export function clausesOf(text: string): Clause[] | undefined {
  if (text.trim() === '') return [];
  const clauses: Clause[] = [];
  for (const part of partsOf(text)) {
    const clause = clauseIn(part.trim());
    if (!clause) return undefined;
    clauses.push(clause);
  }
  return clauses;
}

/** The texts between `&&`, but for those inside strings. */
function partsOf(text: string): string[] {
  const parts = [''];
  for (const token of text.match(/"(?:[^"\\]|\\.)*"|&&|[\s\S]/g) ?? []) {
    if (token === '&&') parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts;
}

function clauseIn(part: string): Clause | undefined {
  for (const subject of Object.keys(subjects) as Subject[]) {
    const { says, shape } = subjects[subject];
    const name = says.replace(/[.()]/g, '\\$&');
    const match = new RegExp(
      { flag: `^(!?)${name}$`, call: `^(!?)${name}\\(${string}\\)$`, text: `^${name} *(==|!=) *${string}$`, number: `^${name} *(>=|<) *(\\d{1,6})$` }[shape],
    ).exec(part);
    if (!match) continue;
    const [, sign = '', found = ''] = match;
    const value = shape === 'number' || shape === 'flag' ? found : unquoted(found);
    return value === undefined ? undefined : { subject, not: ['!', '!=', '<'].includes(sign), value };
  }
  return undefined;
}
