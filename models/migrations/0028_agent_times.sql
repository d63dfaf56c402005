-- How often the wrap-up of an agent was made longer.
ALTER TABLE agents ADD COLUMN wrap_up_extended INTEGER NOT NULL DEFAULT 0;
-- The status that screens show of agents, and since when; since is NULL where nobody has seen it begin.
CREATE TABLE shown_statuses (
  agent_id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  status TEXT NOT NULL,
  since BIGINT
);
CREATE INDEX shown_statuses_workspace ON shown_statuses(workspace_id);
