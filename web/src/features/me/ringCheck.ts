import type { RingCheckName, RingCheck } from '../../shared/api/types';
import type { NoticePermission } from '../../shared/browser/notice';
import type { MicrophoneState } from '../../shared/phone/microphone';
import type { PhoneView } from '../../shared/phone/phone';

/** What only this browser knows, in the order in which it is said after the server's `line`. */
const own = ['microphone', 'window', 'sound', 'notices'] as const;

export type CheckName = RingCheckName | (typeof own)[number];

export interface Check {
  name: CheckName;
  ok: boolean;
  /** Calls ring without it; it is only missed. */
  optional: boolean;
}

export interface RingFacts {
  /** What the assignment of calls says (IN-2, IN-3). */
  server: RingCheck;
  connected: boolean;
  /** Whether the phone system is there, as the live channel told last. */
  engine: boolean;
  line: PhoneView['line'];
  microphone: MicrophoneState;
  /** Whether the browser has let a sound play. */
  sound: boolean;
  notices: NoticePermission;
}

const optional: readonly CheckName[] = ['notices', 'sound'];

/** Said only while they keep calls away: who never had them in the way need not know of them. */
const onlyFailing: readonly CheckName[] = ['call', 'engine', 'notify', 'team', 'skills', 'hours', 'numbers'];

/** What the server decides by, with what only this browser knows beside it. */
export function ringCheck(facts: RingFacts): Check[] {
  const says = (name: RingCheckName, ok: boolean): boolean => {
    if (name === 'engine') return ok && facts.engine;
    return name === 'line' ? facts.connected && lineHolds(facts, ok) : ok;
  };
  const holds: Record<(typeof own)[number], boolean> = {
    microphone: facts.microphone === 'ok',
    window: facts.line !== 'elsewhere',
    sound: facts.sound,
    notices: facts.notices === 'granted',
  };
  const all: Omit<Check, 'optional'>[] = facts.server.checks.flatMap(({ name, ok }) => {
    const check = { name, ok: says(name, ok) };
    return name === 'line' ? [check, ...own.map((mine) => ({ name: mine, ok: holds[mine] }))] : [check];
  });
  return all.filter(({ name, ok }) => !ok || !onlyFailing.includes(name)).map((check) => ({ ...check, optional: optional.includes(check.name) }));
}

/** A phone whose line is there and whose microphone is not cannot ring for want of the microphone, which has a line of its own. */
function lineHolds({ line, microphone }: RingFacts, server: boolean): boolean {
  if (line === 'elsewhere') return server;
  return line === 'ready' && (server || microphone !== 'ok');
}

/** The first thing that keeps calls away; undefined when they come. */
export const keepsAway = (list: readonly Check[]): CheckName | undefined => list.find((check) => !check.ok && !check.optional)?.name;
