-- What statistics are made of (STAT-0 to STAT-4): one row for each call that has ended and one for each agent's part
-- in one. All of it can be made again from the journal.
CREATE TABLE call_facts (
  call_id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  direction TEXT NOT NULL,
  number_id TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  team_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  waited_at INTEGER,
  rang_at INTEGER,
  answered_at INTEGER,
  ended_at INTEGER NOT NULL,
  closed_at INTEGER,
  state TEXT NOT NULL,
  outcome TEXT NOT NULL,
  missed_reason TEXT NOT NULL,
  ended_by TEXT NOT NULL,
  wait_ms INTEGER NOT NULL,
  greeting_ms INTEGER NOT NULL,
  queue_ms INTEGER NOT NULL,
  ring_ms INTEGER NOT NULL,
  dial_ms INTEGER NOT NULL,
  talk_ms INTEGER NOT NULL,
  voicemail_ms INTEGER NOT NULL,
  survey_ms INTEGER NOT NULL,
  total_ms INTEGER NOT NULL,
  hold_ms INTEGER NOT NULL,
  offers INTEGER NOT NULL,
  invitations INTEGER NOT NULL,
  transfers INTEGER NOT NULL,
  holds INTEGER NOT NULL,
  callback_asked BOOLEAN NOT NULL,
  grade INTEGER NOT NULL
);
CREATE INDEX call_facts_started ON call_facts(workspace_id, started_at);
CREATE TABLE agent_facts (
  call_id TEXT NOT NULL,
  part INTEGER NOT NULL,
  workspace_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  invited_by TEXT NOT NULL,
  way TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  joined_at INTEGER,
  left_at INTEGER,
  ring_ms INTEGER NOT NULL,
  talk_ms INTEGER NOT NULL,
  hold_ms INTEGER NOT NULL,
  answered BOOLEAN NOT NULL,
  ended_as TEXT NOT NULL,
  PRIMARY KEY (call_id, part)
);
CREATE INDEX agent_facts_started ON agent_facts(workspace_id, started_at);
-- How far those who follow the changes have read, and which controller does it.
CREATE TABLE cursors (
  name TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  owner TEXT NOT NULL,
  lease_until INTEGER
);
