import type { Call, JournalEntry } from '../../shared/api/types';
import type { en } from './words.en';

export type TrackWord = keyof (typeof en)['track'];

/** One who took part in a call. */
export interface Lane {
  id: string;
  agentId: string | undefined;
  name: string;
  colour: string;
}

export interface Step {
  seq: number;
  at: string;
  word: TrackWord;
  name: string;
  agentId: unknown;
  team: string;
  /** Whose the step is; the customer's where no agent is named. */
  lane: string;
  /** Who is in the call after it. */
  on: ReadonlySet<string>;
}

// As in the recording: the customer's colour, then the agents'.
const colours = ['var(--text-3)', 'var(--accent)', 'var(--green)', 'var(--amber)', 'var(--red)'];

/** The customer first, then each agent whose phone at least rang, once. */
export function lanesOf(call: Call): Lane[] {
  const lanes: Lane[] = [];
  const parts = [...call.participants].sort((a, b) => Number(a.kind === 'agent') - Number(b.kind === 'agent'));
  for (const part of parts) {
    const id = part.agentId ?? 'customer';
    if (lanes.some((lane) => lane.id === id)) continue;
    lanes.push({ id, agentId: part.agentId, name: part.name, colour: colours[lanes.length % colours.length] ?? '' });
  }
  return lanes;
}

const words: Record<string, TrackWord> = {
  'call.created': 'created', 'call.queued': 'queued', 'call.level': 'level', 'call.assigned': 'assigned', 'call.answered': 'answered', 'call.held': 'held',
  'call.released': 'released', 'call.alone': 'alone', 'call.together': 'together', 'call.transferred': 'transferred', 'call.requeued': 'requeued',
  'call.warned': 'warned', 'call.turnedAway': 'turnedAway', 'call.ended': 'ended', 'agent.offered': 'offered', 'agent.joined': 'joined',
  'agent.declined': 'declined', 'agent.missed': 'rangInVain', 'agent.taken': 'taken', 'agent.moved': 'moved', 'agent.left': 'left', 'agent.away': 'away',
  'agent.returned': 'returned', 'agent.cut': 'cut', 'agent.muted': 'muted', 'agent.unmuted': 'unmuted', 'agent.dtmf': 'dtmf',
  'supervisor.listen': 'listens', 'supervisor.whisper': 'whispers', 'supervisor.barge': 'barges', 'help.asked': 'helpAsked', 'help.done': 'helpDone',
  'customer.dialled': 'dialled', 'customer.notReached': 'notReached', 'customer.dtmf': 'customerDtmf', 'queue.announced': 'announced',
  'callback.asked': 'callbackAsked', 'callback.due': 'callbackDue', 'callback.barred': 'callbackBarred', 'outbound.limit': 'outboundLimit',
  'voicemail.offered': 'voicemailOffered', 'voicemail.started': 'voicemailStarted', 'survey.asked': 'surveyAsked', 'survey.answered': 'surveyAnswered',
  'recording.paused': 'recordingPaused', 'recording.resumed': 'recordingResumed', 'recording.failed': 'recordingFailed', 'engine.restarted': 'engineRestarted',
  'flow.step': 'flowStep', 'call.handedOver': 'handedOver',
  'forward.dialled': 'forwardDialled', 'forward.answered': 'forwardAnswered', 'forward.ended': 'forwardEnded',
};
const enters = new Set(['agent.joined', 'call.answered', 'supervisor.listen', 'supervisor.whisper', 'supervisor.barge']);
const leaves = new Set(['agent.left', 'agent.cut']);

/** What a person wants to know of a call's journal, with who is in the call; the engine's own troubles are left out. */
export function stepsOf(entries: readonly JournalEntry[], lanes: readonly Lane[]): Step[] {
  const on = new Set<string>();
  const steps: Step[] = [];
  for (const { seq, at, type, data } of entries) {
    const agent = lanes.find((lane) => lane.agentId !== undefined && lane.agentId === data.agentId);
    if (type === 'call.created' && data.direction === 'inbound') on.add('customer');
    if (type === 'customer.dialled' || type === 'call.answered') on.add('customer');
    if (agent && enters.has(type)) on.add(agent.id);
    if (agent && leaves.has(type)) on.delete(agent.id);
    if (type === 'call.ended') on.clear();
    const word = words[type];
    if (!word) continue;
    steps.push({ seq, at, word, name: text(data.name ?? data.step ?? data.extension ?? data.number), agentId: data.agentId, team: text(data.team), lane: agent?.id ?? 'customer', on: new Set(on) });
  }
  return steps;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
