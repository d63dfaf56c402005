import type { Call, ConversationSummary } from '../../shared/api/types';

const failures = ['busy', 'noAnswer', 'rejected', 'unreachable', 'moved', 'cancelled', 'failed'] as const;
type FailedOutcome = (typeof failures)[number];

/** The one thing that a row says of its conversation's latest call. */
export type RowOutcome =
  | { kind: 'waiting'; since: string; place: number | undefined }
  | { kind: 'calling' | 'talking' | 'busy'; since: string; state: Call['state'] }
  | { kind: 'live' }
  | { kind: 'missed'; reason: NonNullable<ConversationSummary['missedReason']>; waited: number | undefined }
  | { kind: 'failed'; outcome: FailedOutcome }
  | { kind: 'talked'; ms: number }
  | { kind: 'ended' };

/** What goes on by the live channel where a call goes on, else how it went (INBOX-1, MISS-1). */
export function outcomeOf(conversation: ConversationSummary, call: Call | undefined): RowOutcome {
  if (call) return going(call);
  if (conversation.live) return { kind: 'live' };
  const { missedReason, lastCall, talkSeconds } = conversation;
  if (missedReason) return { kind: 'missed', reason: missedReason, waited: lastCall?.waitSeconds && lastCall.waitSeconds * 1000 };
  const failed = failures.find((outcome) => outcome === lastCall?.outcome);
  if (failed) return { kind: 'failed', outcome: failed };
  return talkSeconds ? { kind: 'talked', ms: talkSeconds * 1000 } : { kind: 'ended' };
}

function going(call: Call): RowOutcome {
  const { state } = call;
  if (call.queue) return { kind: 'waiting', since: call.queue.since, place: call.queue.position };
  if (call.answeredAt && state === 'talking') return { kind: 'talking', since: call.answeredAt, state };
  if (state === 'dialing') return { kind: 'calling', since: call.startedAt, state };
  if (state === 'queued' || (state === 'ringing' && call.direction === 'inbound')) return { kind: 'waiting', since: call.startedAt, place: undefined };
  return { kind: 'busy', since: call.answeredAt ?? call.startedAt, state };
}
