-- Who changed or exported what, when, and from where (SEC-6). changes is a JSON list of {field, old, new}, never with a secret.
CREATE TABLE audit (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  at BIGINT NOT NULL,
  by_kind TEXT NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  address TEXT NOT NULL,
  action TEXT NOT NULL,
  kind TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  name TEXT NOT NULL,
  changes TEXT NOT NULL
);
CREATE INDEX audit_workspace ON audit(workspace_id, id);
CREATE INDEX audit_entity ON audit(workspace_id, kind, entity_id, id);
