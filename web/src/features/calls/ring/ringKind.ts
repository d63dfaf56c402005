import type { Call } from '../../../shared/api/types';
import { myPart } from '../../../shared/live/calls';

/** A colleague's invitation rings like a call, and may be told otherwise. */
export const ringKind = (call: Call, agentId: string): 'ring' | 'invitation' => (myPart(call, agentId)?.invitedBy ? 'invitation' : 'ring');
