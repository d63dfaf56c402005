-- One thing that is done to many conversations: what, how far, and what came of it. page is the next one; refused is a JSON object of counts by reason.
CREATE TABLE bulks (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  agent_id TEXT NOT NULL,
  idempotency_key TEXT,
  request TEXT NOT NULL,
  undo_of TEXT UNIQUE,
  page INTEGER NOT NULL,
  total INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  refused TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  finished_at BIGINT,
  UNIQUE (workspace_id, idempotency_key)
);
-- The conversations of each page as JSON: ids first, and once the page is done what those that were changed had before and have now.
CREATE TABLE bulk_pages (
  bulk_id TEXT NOT NULL REFERENCES bulks(id),
  page INTEGER NOT NULL,
  rows TEXT NOT NULL,
  PRIMARY KEY (bulk_id, page)
) WITHOUT ROWID;
-- What is in work of an agent or a team is listed and counted from the partial indexes only if the wider ones, of all that they ever had, are for queries
-- that ask for them: those say > ''.
DROP INDEX conversations_mine;
DROP INDEX conversations_teams;
DROP INDEX conversations_agent;
DROP INDEX conversations_team;
CREATE INDEX conversations_mine ON conversations(workspace_id, assignee_id, updated_at, id, state) WHERE state IN ('open', 'missed');
CREATE INDEX conversations_teams ON conversations(workspace_id, team_id, updated_at, id, state) WHERE state IN ('open', 'missed');
CREATE INDEX conversations_agent ON conversations(workspace_id, assignee_id, updated_at, id, state) WHERE assignee_id > '';
CREATE INDEX conversations_team ON conversations(workspace_id, team_id, updated_at, id, state) WHERE team_id > '';
-- Nearly all conversations are by phone: the few others are found without them.
CREATE INDEX conversations_kind ON conversations(workspace_id, kind, updated_at, id) WHERE kind <> 'phone';
