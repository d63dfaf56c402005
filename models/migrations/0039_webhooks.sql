-- Webhooks (ADM-6): where what happens in calls is told to other systems, what was told, and how each telling went.
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  enabled BOOLEAN NOT NULL,
  secret TEXT NOT NULL,
  old_secret TEXT NOT NULL,
  old_until INTEGER,
  since INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX webhooks_workspace ON webhooks(workspace_id, created_at);
-- How far the changes were read. The row is there while there is a webhook that is on.
CREATE TABLE webhook_cursor (
  id INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  since INTEGER NOT NULL,
  owner TEXT NOT NULL,
  lease_until INTEGER
);
CREATE TABLE webhook_events (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  journal_seq INTEGER NOT NULL,
  type TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE UNIQUE INDEX webhook_events_call ON webhook_events(call_id, sequence);
CREATE INDEX webhook_events_at ON webhook_events(workspace_id, at);
CREATE TABLE webhook_deliveries (
  id TEXT PRIMARY KEY,
  hook_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  pending BOOLEAN NOT NULL,
  attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_at INTEGER,
  delivered_at INTEGER,
  status INTEGER NOT NULL,
  error TEXT NOT NULL,
  response TEXT NOT NULL,
  took_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX webhook_deliveries_event ON webhook_deliveries(event_id, hook_id);
CREATE INDEX webhook_deliveries_hook ON webhook_deliveries(hook_id, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries(hook_id, due_at, id) WHERE pending;
CREATE INDEX webhook_deliveries_order ON webhook_deliveries(hook_id, call_id, sequence) WHERE pending;
