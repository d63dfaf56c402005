-- Times are microseconds since 1970 (UTC). Ids are UUIDv7 text, so that they sort by creation.
CREATE TABLE workspaces (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  ring_seconds INTEGER NOT NULL,
  queue_seconds INTEGER NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  locale TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  account_id TEXT NOT NULL REFERENCES accounts(id),
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  seat BOOLEAN NOT NULL,
  takes_phone BOOLEAN NOT NULL,
  away BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (workspace_id, account_id)
);
CREATE INDEX agents_account ON agents(account_id);
CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions(account_id);
CREATE TABLE api_keys (
  access_key TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  name TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE login_failures (
  subject TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at BIGINT NOT NULL
);
CREATE TABLE trunks (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  name TEXT NOT NULL,
  hosts TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE numbers (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  trunk_id TEXT NOT NULL REFERENCES trunks(id),
  number TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  record BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX numbers_workspace ON numbers(workspace_id);
CREATE TABLE profile_fields (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  field_key TEXT NOT NULL,
  label TEXT NOT NULL,
  position INTEGER NOT NULL,
  UNIQUE (workspace_id, field_key)
);
CREATE TABLE contacts (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  profile TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX contacts_workspace ON contacts(workspace_id, id);
CREATE TABLE contact_numbers (
  workspace_id TEXT NOT NULL,
  number TEXT NOT NULL,
  contact_id TEXT NOT NULL REFERENCES contacts(id),
  position INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, number)
);
CREATE INDEX contact_numbers_contact ON contact_numbers(contact_id);
CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  contact_id TEXT NOT NULL REFERENCES contacts(id),
  number_id TEXT,
  kind TEXT NOT NULL,
  direction TEXT NOT NULL,
  state TEXT NOT NULL,
  assignee_id TEXT,
  missed_reason TEXT NOT NULL,
  live BOOLEAN NOT NULL,
  talk_seconds INTEGER NOT NULL,
  last_note TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX conversations_inbox ON conversations(workspace_id, updated_at, id);
CREATE INDEX conversations_contact ON conversations(contact_id, id);
CREATE TABLE notes (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL REFERENCES conversations(id),
  author_id TEXT NOT NULL,
  text TEXT NOT NULL,
  mentions TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX notes_conversation ON notes(conversation_id, id);
CREATE TABLE calls (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  conversation_id TEXT NOT NULL REFERENCES conversations(id),
  contact_id TEXT NOT NULL REFERENCES contacts(id),
  number_id TEXT NOT NULL REFERENCES numbers(id),
  state TEXT NOT NULL,
  missed_reason TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  answered_at BIGINT,
  ended_at BIGINT,
  live BOOLEAN NOT NULL,
  version BIGINT NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX calls_workspace ON calls(workspace_id, id);
CREATE INDEX calls_conversation ON calls(conversation_id, id);
CREATE INDEX calls_contact ON calls(contact_id, id);
CREATE INDEX calls_live ON calls(live) WHERE live;
CREATE TABLE journal (
  call_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  workspace_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  type TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (call_id, seq)
) WITHOUT ROWID;
CREATE TABLE claims (
  account_id TEXT PRIMARY KEY,
  call_id TEXT NOT NULL,
  in_call BOOLEAN NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX claims_call ON claims(call_id);
CREATE TABLE phones (
  id TEXT PRIMARY KEY,
  session_hash TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  password TEXT NOT NULL,
  ready BOOLEAN NOT NULL,
  seen_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX phones_account ON phones(account_id);
CREATE TABLE recordings (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  call_id TEXT NOT NULL UNIQUE REFERENCES calls(id),
  state TEXT NOT NULL,
  error TEXT NOT NULL,
  file TEXT NOT NULL,
  started_at BIGINT,
  duration_ms BIGINT NOT NULL,
  peaks TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE tracks (
  id TEXT PRIMARY KEY,
  recording_id TEXT NOT NULL REFERENCES recordings(id),
  participant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  file TEXT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  duration_ms BIGINT NOT NULL,
  error TEXT NOT NULL
);
CREATE INDEX tracks_recording ON tracks(recording_id);
CREATE TABLE changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  workspace_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX changes_workspace ON changes(workspace_id, seq);
CREATE TABLE tasks (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  attempts INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  done_at BIGINT,
  UNIQUE (kind, subject)
);
CREATE INDEX tasks_due ON tasks(due_at) WHERE done_at IS NULL;
