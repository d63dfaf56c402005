-- Workflows (INBOX-6): what has happened that they answer to, what they did about it, and the gateway that sends their text messages.
-- Since when a workspace has workflows in force: what was before is not answered.
CREATE TABLE workflow_since (
  workspace_id TEXT PRIMARY KEY REFERENCES workspaces(id),
  since INTEGER NOT NULL
);
CREATE TABLE workflow_events (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  key TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  type TEXT NOT NULL,
  at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  depth INTEGER NOT NULL,
  data TEXT NOT NULL,
  pending BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX workflow_events_key ON workflow_events(key);
CREATE INDEX workflow_events_due ON workflow_events(due_at, id) WHERE pending;
CREATE INDEX workflow_events_at ON workflow_events(workspace_id, at);
CREATE TABLE workflow_runs (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  workflow TEXT NOT NULL,
  version INTEGER NOT NULL,
  trigger TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  ended_at INTEGER,
  stopped TEXT NOT NULL,
  results TEXT NOT NULL
);
CREATE UNIQUE INDEX workflow_runs_event ON workflow_runs(event_id, workflow);
CREATE INDEX workflow_runs_workflow ON workflow_runs(workspace_id, workflow, id);
CREATE INDEX workflow_runs_conversation ON workflow_runs(conversation_id, workflow, at);
CREATE INDEX workflow_runs_at ON workflow_runs(workspace_id, at);
CREATE TABLE sms_gateways (
  workspace_id TEXT PRIMARY KEY REFERENCES workspaces(id),
  url TEXT NOT NULL,
  headers TEXT NOT NULL,
  body TEXT NOT NULL,
  sender TEXT NOT NULL,
  secret TEXT NOT NULL,
  changed_at INTEGER NOT NULL
);
