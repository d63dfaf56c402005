import type { components } from './schema.gen';

type Schemas = components['schemas'];

export type Problem = Schemas['Problem'];
export type Role = Schemas['Role'];
export type Me = Schemas['Me'];
export type MeUpdate = Schemas['MeUpdate'];
export type Agent = Schemas['Agent'];
export type AgentStatus = Schemas['AgentStatus'];
export type AgentRef = Schemas['AgentRef'];
export type PhoneCredentials = Schemas['Phone'];
export type BusinessNumber = Schemas['Number'];
export type Contact = Schemas['Contact'];
export type ContactInput = Schemas['ContactInput'];
export type Call = Schemas['Call'];
export type CallKind = Schemas['CallKind'];
export type CallAction = Schemas['CallAction'];
export type CallRecording = Schemas['CallRecording'];
export type Direction = Schemas['Direction'];
export type MissedReason = Schemas['MissedReason'];
export type Participant = Schemas['Participant'];
export type Recording = Schemas['Recording'];
export type Note = Schemas['Note'];
export type NoteRequest = Schemas['NoteRequest'];
export type Conversation = Schemas['Conversation'];
export type ConversationSummary = Schemas['ConversationSummary'];
export type ConversationUpdate = Schemas['ConversationUpdate'];
