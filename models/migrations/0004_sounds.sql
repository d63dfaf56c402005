-- Sounds that workspaces have brought. The file is custom/<workspace_id>/<id>.wav below the sounds folder; replaces is the
-- built-in prompt that it stands for, '' for a sound of a name of its own.
CREATE TABLE sounds (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  replaces TEXT NOT NULL,
  duration_ms BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (workspace_id, name, language)
);
