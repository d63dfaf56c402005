-- Sums of the facts by day, in the workspace's time zone, which is kept beside them (STAT-2, STAT-3).
CREATE TABLE hour_sums (
  workspace_id TEXT NOT NULL,
  day TEXT NOT NULL,
  number_id TEXT NOT NULL,
  team_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  direction TEXT NOT NULL,
  hour INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  waited INTEGER NOT NULL,
  short_abandons INTEGER NOT NULL,
  talk_ms INTEGER NOT NULL,
  hold_ms INTEGER NOT NULL,
  first_response_ms INTEGER NOT NULL,
  ring_ms INTEGER NOT NULL,
  queue_ms INTEGER NOT NULL,
  total_ms INTEGER NOT NULL,
  wraps INTEGER NOT NULL,
  wrap_ms INTEGER NOT NULL,
  transfers INTEGER NOT NULL,
  invitations INTEGER NOT NULL,
  callbacks INTEGER NOT NULL,
  grades INTEGER NOT NULL,
  grade_sum INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, day, number_id, team_id, kind, direction, hour)
);
CREATE TABLE reason_sums (
  workspace_id TEXT NOT NULL,
  day TEXT NOT NULL,
  number_id TEXT NOT NULL,
  team_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  direction TEXT NOT NULL,
  reason TEXT NOT NULL,
  calls INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, day, number_id, team_id, kind, direction, reason)
);
CREATE TABLE wait_sums (
  workspace_id TEXT NOT NULL,
  day TEXT NOT NULL,
  number_id TEXT NOT NULL,
  team_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  direction TEXT NOT NULL,
  seconds INTEGER NOT NULL,
  waits INTEGER NOT NULL,
  rings INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, day, number_id, team_id, kind, direction, seconds)
);
CREATE TABLE agent_sums (
  workspace_id TEXT NOT NULL,
  day TEXT NOT NULL,
  number_id TEXT NOT NULL,
  team_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  direction TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  took INTEGER NOT NULL,
  joined INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  ring_ms INTEGER NOT NULL,
  talk_ms INTEGER NOT NULL,
  hold_ms INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, day, number_id, team_id, kind, direction, agent_id)
);
ALTER TABLE workspaces ADD COLUMN sums_zone TEXT NOT NULL DEFAULT '';
