-- Settings are JSON objects; what they leave out has its default in package dialplan.
ALTER TABLE workspaces ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
ALTER TABLE numbers ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
CREATE TABLE teams (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  name TEXT NOT NULL,
  settings TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (workspace_id, name)
);
CREATE TABLE team_members (
  team_id TEXT NOT NULL REFERENCES teams(id),
  agent_id TEXT NOT NULL REFERENCES agents(id),
  PRIMARY KEY (team_id, agent_id)
);
CREATE INDEX team_members_agent ON team_members(agent_id);
-- status is what the agent set by hand: available, meal, rest, meeting, education, otherWork, off.
ALTER TABLE agents ADD COLUMN status TEXT NOT NULL DEFAULT 'available';
UPDATE agents SET status = 'rest' WHERE away;
ALTER TABLE agents DROP COLUMN away;
ALTER TABLE agents ADD COLUMN takes_voice BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE agents ADD COLUMN takes_video BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE agents ADD COLUMN dnd BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE agents ADD COLUMN dnd_until BIGINT;
ALTER TABLE agents ADD COLUMN notify_unassigned BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE agents ADD COLUMN notify_missed BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE agents ADD COLUMN places_calls BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE agents ADD COLUMN supervises BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE agents ADD COLUMN ring_seconds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agents ADD COLUMN skills TEXT NOT NULL DEFAULT '{}';
ALTER TABLE agents ADD COLUMN wrap_up_until BIGINT;
ALTER TABLE agents ADD COLUMN wrap_up_conversation TEXT NOT NULL DEFAULT '';
ALTER TABLE agents ADD COLUMN idle_since BIGINT;
ALTER TABLE agents ADD COLUMN offered_at BIGINT;
-- How many calls were answered on answered_day (a date in the workspace's time zone).
ALTER TABLE agents ADD COLUMN answered_day TEXT NOT NULL DEFAULT '';
ALTER TABLE agents ADD COLUMN answered_count INTEGER NOT NULL DEFAULT 0;
-- A call that rings an agent who is in another one (IN-9).
ALTER TABLE claims ADD COLUMN offer_call TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN kind TEXT NOT NULL DEFAULT 'phone';
ALTER TABLE calls ADD COLUMN direction TEXT NOT NULL DEFAULT 'inbound';
ALTER TABLE calls ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN team_id TEXT NOT NULL DEFAULT '';
-- The order of waiting: lower goes first. 0 means that the call does not wait.
ALTER TABLE calls ADD COLUMN queue_rank BIGINT NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN missed_handled_at BIGINT;
CREATE INDEX calls_waiting ON calls(workspace_id, queue_rank) WHERE live AND queue_rank <> 0;
CREATE INDEX calls_started ON calls(workspace_id, started_at);
ALTER TABLE conversations ADD COLUMN team_id TEXT;
CREATE TABLE conversation_tags (
  conversation_id TEXT NOT NULL REFERENCES conversations(id),
  tag TEXT NOT NULL,
  PRIMARY KEY (conversation_id, tag)
);
CREATE TABLE blocks (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  number TEXT NOT NULL,
  until_at BIGINT,
  reason TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (workspace_id, number)
);
