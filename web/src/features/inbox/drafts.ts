import { keep, recall } from '../../shared/browser/storage';

const draftKey = (agentId: string, conversationId: string): string => `ringdesk.draft.${agentId}.${conversationId}`;

/** What was typed and not yet sent: another conversation, a reload or a lost server takes nothing of it. */
export const draftOf = (agentId: string, conversationId: string): string => recall(draftKey(agentId, conversationId)) ?? '';

export const keepDraft = (agentId: string, conversationId: string, text: string): void => keep(draftKey(agentId, conversationId), text || undefined);
