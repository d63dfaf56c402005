import type { Agent, Call, Contact, ConversationCounts, ConversationSummary, Me, Participant, Preferences, RingCheck, RingCheckName } from '../shared/api/types';
import { usualKeys } from '../shared/shortcuts/shortcuts';

// Small valid objects for tests; each takes the fields that the test is about.

export const contact = (rest: Partial<Contact> = {}): Contact => ({
  id: 'contact-1',
  kind: 'member',
  name: '이하늘',
  email: '',
  numbers: ['+821023456789'],
  profile: [],
  createdAt: '2026-11-01T00:00:00Z',
  ...rest,
});

/** What an agent may do and has set, as in Agent and Me. */
export const agentSettings = {
  takesVoice: true,
  takesVideo: true,
  manualStatus: 'available' as const,
  dnd: false,
  notifyUnassigned: true,
  notifyMissed: true,
  placesCalls: true,
  supervises: false,
  ringSeconds: 0,
  skills: {},
  teams: [],
};

export const agent = (rest: Partial<Agent> = {}): Agent => ({
  id: 'me',
  name: '김서연',
  email: 'me@example.com',
  role: 'agent',
  seat: true,
  takesPhone: true,
  status: 'available',
  ...agentSettings,
  ...rest,
});

const workspace = { id: 'w', name: 'Hanbit', country: 'KR', language: 'ko' as const, timeZone: 'Asia/Seoul' };

const everyWay = { desk: true, system: true, sound: true };
const aloud = { system: true, sound: true };

/** How the desk behaves of who has set nothing. */
export const preferences = (rest: Partial<Preferences> = {}): Preferences => ({
  notices: { ring: aloud, invitation: aloud, help: everyWay, mention: everyWay, assigned: everyWay, missed: { ...everyWay, sound: false }, snoozed: { ...everyWay, sound: false } },
  ringTone: 'chime',
  volume: 80,
  letterKeys: true,
  keys: usualKeys,
  ...rest,
});

export const me = (rest: Partial<Me> = {}): Me => ({
  accountId: 'account',
  agentId: 'me',
  email: 'me@example.com',
  name: '김서연',
  role: 'agent',
  locale: 'ko',
  workspace,
  workspaces: [workspace],
  seat: true,
  takesPhone: true,
  status: 'available',
  ...agentSettings,
  joinMuted: false,
  preferences: preferences(),
  ...rest,
});

export const customer = (rest: Partial<Participant> = {}): Participant => ({
  id: 'p-customer',
  kind: 'contact',
  contactId: 'contact-1',
  name: '이하늘',
  state: 'joined',
  muted: false,
  onHold: false,
  ...rest,
});

export const part = (agentId: string, state: Participant['state'], rest: Partial<Participant> = {}): Participant => ({
  id: `p-${agentId}-${state}`,
  kind: 'agent',
  agentId,
  name: agentId,
  state,
  muted: false,
  onHold: false,
  ...rest,
});

export const call = (rest: Partial<Call> = {}): Call => ({
  id: 'call-1',
  conversationId: 'conversation-1',
  kind: 'phone',
  direction: 'inbound',
  state: 'ringing',
  from: '+821023456789',
  to: '+827076660001',
  number: { id: 'n', number: '+827076660001', label: 'Main' },
  startedAt: '2026-11-23T01:00:00Z',
  participants: [customer(), part('me', 'ringing')],
  contact: contact(),
  ...rest,
});

export const counts = (rest: Partial<ConversationCounts> = {}): ConversationCounts => ({
  all: 0, mine: 0, mentions: 0, unassigned: 0, open: 0, waiting: 0, missed: 0, snoozed: 0, closed: 0, teams: {},
  ...rest,
});

export const conversation = (rest: Partial<ConversationSummary> = {}): ConversationSummary => ({
  id: 'conversation-1',
  kind: 'phone',
  direction: 'inbound',
  state: 'open',
  contact: contact(),
  tags: [],
  createdAt: '2026-11-23T01:00:00Z',
  updatedAt: '2026-11-23T01:00:00Z',
  ...rest,
});

const ringChecks: readonly RingCheckName[] = ['seat', 'status', 'dnd', 'phone', 'otherCall', 'call', 'wrapUp', 'engine', 'line', 'notify', 'team', 'skills', 'hours', 'numbers'];

/** What the server says of calls that come now; `failing` keep them away. */
export const ringCheckOf = (...failing: RingCheckName[]): RingCheck => {
  const checks = ringChecks.map((name) => ({ name, ok: !failing.includes(name) }));
  const reason = checks.find(({ ok }) => !ok)?.name;
  return { rings: reason === undefined, ...(reason ? { reason } : {}), checks };
};
