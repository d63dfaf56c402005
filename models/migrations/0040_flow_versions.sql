-- Versions of a workspace's flows (DP-1). None is ever changed or removed: a call keeps the one that it began
-- with, and any can come back. The one in force is named where every call looks anyway.
CREATE TABLE flow_versions (
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by_kind TEXT NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  source TEXT NOT NULL,
  message TEXT NOT NULL,
  restores INTEGER NOT NULL,
  files TEXT NOT NULL,
  program TEXT NOT NULL,
  checksum TEXT NOT NULL,
  PRIMARY KEY (workspace_id, version)
);
ALTER TABLE workspaces ADD COLUMN active_flow INTEGER NOT NULL DEFAULT 0;
