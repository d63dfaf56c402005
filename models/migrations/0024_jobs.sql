-- How long things are kept: JSON, what it leaves out has its default in package models.
ALTER TABLE workspaces ADD COLUMN retention TEXT NOT NULL DEFAULT '{}';
-- The last run of each job; it runs until lease_until at the longest, unless it renews that. removed is JSON: workspace to count.
CREATE TABLE jobs (
  name TEXT PRIMARY KEY,
  started_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  ended_at BIGINT,
  removed TEXT NOT NULL,
  error TEXT NOT NULL
);
CREATE INDEX calls_ended ON calls(workspace_id, ended_at) WHERE NOT live;
CREATE INDEX recordings_workspace ON recordings(workspace_id, created_at);
