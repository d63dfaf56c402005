-- The order of contacts by name, and the initial that each stands under (package search). merged_into is the contact that one was
-- merged into; '' for one that stands for itself.
ALTER TABLE contacts ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN initial TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
CREATE INDEX contacts_by_name ON contacts(workspace_id, sort_name, id) WHERE merged_into = '';
CREATE INDEX contacts_initials ON contacts(workspace_id, initial) WHERE merged_into = '';
-- What a merge changed, so that it can be undone. kept and gone are JSON: the contacts as they were; after is the kept one as it
-- became; moved is a JSON list of conversations.
CREATE TABLE contact_merges (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  kept_id TEXT NOT NULL REFERENCES contacts(id),
  gone_id TEXT NOT NULL REFERENCES contacts(id),
  kept TEXT NOT NULL,
  gone TEXT NOT NULL,
  after TEXT NOT NULL,
  moved TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  undone_at BIGINT
);
