-- Files of contacts that are read in. state: preview, running, done. columns is a JSON list of what each column is; bad a JSON list of
-- the entries that were left out, with the reason.
CREATE TABLE contact_imports (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  agent_id TEXT NOT NULL,
  name TEXT NOT NULL,
  file BLOB NOT NULL,
  state TEXT NOT NULL,
  columns TEXT NOT NULL,
  total INTEGER NOT NULL,
  done INTEGER NOT NULL,
  added INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  bad TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE INDEX contacts_by_email ON contacts(workspace_id, email COLLATE NOCASE) WHERE email <> '';
