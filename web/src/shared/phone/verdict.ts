import type { Call } from '../api/types';
import { myPart } from '../live/calls';

/** The browser's side of one SIP session. */
export interface SessionFacts {
  state: 'incoming' | 'answering' | 'up';
  /** The live channel has shown me ringing or joined in this call since the INVITE came. */
  seen: boolean;
  ageMs: number;
}

/**
 * keep: as it is. rejoin: answer at once, I am in this call already and the engine dials my leg anew.
 * end: the call has no place for this session (any more).
 */
export type Verdict = 'keep' | 'rejoin' | 'end';

/** The INVITE may overtake the event that says I am ringing. */
export const inviteGraceMs = 3000;

/**
 * What becomes of a SIP session by what the live channel says of its call. The live channel decides: a BYE can be
 * lost with the SIP WebSocket (then the session would stay for ever), and an INVITE for a call that is not mine must not ring.
 */
export function verdict(session: SessionFacts, call: Call | undefined, agentId: string): Verdict {
  switch (call && myPart(call, agentId)?.state) {
    case 'joined':
      return session.state === 'incoming' ? 'rejoin' : 'keep';
    case 'ringing':
      return 'keep';
    default:
      return !session.seen && session.ageMs < inviteGraceMs ? 'keep' : 'end';
  }
}
