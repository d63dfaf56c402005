-- What lists, recordings and figures need of a call, so that nobody but the exchange reads data.
ALTER TABLE calls ADD COLUMN from_number TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN to_number TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN caller_address TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN caller_name TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN ended_by TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN queued_at BIGINT;
-- Who put the customer on hold, who asks for help (agents' ids), and since when the recording is paused.
ALTER TABLE calls ADD COLUMN held_by TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN held_at BIGINT;
ALTER TABLE calls ADD COLUMN help_by TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN help_at BIGINT;
ALTER TABLE calls ADD COLUMN paused_at BIGINT;
-- Everybody who was in a call or was rung for it; place is their order in it, the contact's is 0. An agent has a row for
-- each time they were rung. state is ringing, joined or how it ended: left, declined, missed, taken, moved.
-- *_at are moments that still last or the last ones; *_ms are sums up to them, in milliseconds.
CREATE TABLE participants (
  call_id TEXT NOT NULL REFERENCES calls(id),
  id TEXT NOT NULL,
  workspace_id TEXT NOT NULL,
  place INTEGER NOT NULL,
  kind TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  name TEXT NOT NULL,
  supervision TEXT NOT NULL,
  supervised TEXT NOT NULL,
  invited_by TEXT NOT NULL,
  state TEXT NOT NULL,
  silent BOOLEAN NOT NULL,
  muted BOOLEAN NOT NULL,
  ringing_at BIGINT,
  joined_at BIGINT,
  left_at BIGINT,
  away_at BIGINT,
  muted_at BIGINT,
  muted_ms BIGINT NOT NULL,
  held_at BIGINT,
  held_ms BIGINT NOT NULL,
  PRIMARY KEY (call_id, id)
) WITHOUT ROWID;
