-- What was done to conversations, as the journal is of calls: by whom (an agent; '' is ringdesk itself or an API key), type and data as in
-- package journal.
CREATE TABLE conversation_journal (
  id TEXT PRIMARY KEY,
  conversation_id TEXT NOT NULL REFERENCES conversations(id),
  workspace_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_id TEXT NOT NULL,
  type TEXT NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX conversation_journal_conversation ON conversation_journal(conversation_id, at, id);
