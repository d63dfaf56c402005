-- The language of those who are invited.
ALTER TABLE workspaces ADD COLUMN language TEXT NOT NULL DEFAULT 'ko';
-- What an API key may do, and how often; those of before go on as they were.
ALTER TABLE api_keys ADD COLUMN scope TEXT NOT NULL DEFAULT 'admin';
ALTER TABLE api_keys ADD COLUMN per_minute INTEGER NOT NULL DEFAULT 6000;
ALTER TABLE api_keys ADD COLUMN last_used_at BIGINT;
-- The tags that a workspace has; conversation_tags names them.
CREATE TABLE tags (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  name TEXT NOT NULL,
  colour TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (workspace_id, name)
);
INSERT INTO tags (id, workspace_id, name, colour, created_at)
  SELECT lower(hex(randomblob(16))), c.workspace_id, t.tag, 'gray', MIN(c.created_at)
  FROM conversation_tags t JOIN conversations c ON c.id = t.conversation_id GROUP BY c.workspace_id, t.tag;
