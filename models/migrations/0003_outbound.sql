-- Settings are JSON objects; what they leave out has its default in package models.
ALTER TABLE trunks ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
ALTER TABLE numbers ADD COLUMN outbound TEXT NOT NULL DEFAULT '{}';
ALTER TABLE workspaces ADD COLUMN outbound TEXT NOT NULL DEFAULT '{}';
-- What calls cost. workspace_id '' is the table that all workspaces start from. prefix is the beginning of an E.164
-- number; country (ISO 3166-1 alpha-2) restricts it to one of the countries that share it, '' means all.
-- rate_mcu is thousandths of a CU for each minute.
CREATE TABLE rates (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  prefix TEXT NOT NULL,
  country TEXT NOT NULL,
  name TEXT NOT NULL,
  rate_mcu BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (workspace_id, prefix, country, valid_from)
);
INSERT INTO rates (id, workspace_id, prefix, country, name, rate_mcu, valid_from, created_at) VALUES
  ('default-jp', '', '+81', 'JP', 'Japan', 200000, 0, 0),
  ('default-nz', '', '+64', 'NZ', 'New Zealand', 72000, 0, 0),
  ('default-dk', '', '+45', 'DK', 'Denmark', 72000, 0, 0),
  ('default-de', '', '+49', 'DE', 'Germany', 72000, 0, 0),
  ('default-my', '', '+60', 'MY', 'Malaysia', 72000, 0, 0),
  ('default-mx', '', '+52', 'MX', 'Mexico', 72000, 0, 0),
  ('default-mt', '', '+356', 'MT', 'Malta', 72000, 0, 0),
  ('default-mn', '', '+976', 'MN', 'Mongolia', 72000, 0, 0),
  ('default-us', '', '+1', 'US', 'USA', 72000, 0, 0),
  ('default-va', '', '+379', 'VA', 'Vatican', 72000, 0, 0),
  ('default-bd', '', '+880', 'BD', 'Bangladesh', 72000, 0, 0),
  ('default-br', '', '+55', 'BR', 'Brazil', 72000, 0, 0),
  ('default-sk', '', '+421', 'SK', 'Slovakia', 72000, 0, 0),
  ('default-sg', '', '+65', 'SG', 'Singapore', 72000, 0, 0),
  ('default-is', '', '+354', 'IS', 'Iceland', 72000, 0, 0),
  ('default-in', '', '+91', 'IN', 'India', 72000, 0, 0),
  ('default-id', '', '+62', 'ID', 'Indonesia', 72000, 0, 0),
  ('default-cn', '', '+86', 'CN', 'China', 72000, 0, 0),
  ('default-cl', '', '+56', 'CL', 'Chile', 72000, 0, 0),
  ('default-ca', '', '+1', 'CA', 'Canada', 72000, 0, 0),
  ('default-hk', '', '+852', 'HK', 'Hong Kong', 72000, 0, 0);
-- The calls that agents place. A call that has not ended holds back what it may still use of the day's caps:
-- max_seconds, at rate_mcu.
CREATE TABLE outbound_calls (
  call_id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  agent_id TEXT NOT NULL,
  trunk_id TEXT NOT NULL,
  number_id TEXT NOT NULL,
  prefix TEXT NOT NULL,
  country TEXT NOT NULL,
  emergency BOOLEAN NOT NULL,
  rate_mcu BIGINT NOT NULL,
  increment INTEGER NOT NULL,
  max_seconds BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE INDEX outbound_calls_live ON outbound_calls(workspace_id) WHERE ended_at IS NULL;
CREATE INDEX outbound_calls_started ON outbound_calls(workspace_id, started_at);
-- The ledger: written once for each call when it has ended, never changed.
CREATE TABLE usage (
  call_id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(id),
  agent_id TEXT NOT NULL,
  trunk_id TEXT NOT NULL,
  number_id TEXT NOT NULL,
  prefix TEXT NOT NULL,
  country TEXT NOT NULL,
  emergency BOOLEAN NOT NULL,
  started_at BIGINT NOT NULL,
  seconds BIGINT NOT NULL,
  charge_mcu BIGINT NOT NULL,
  rate_mcu BIGINT NOT NULL,
  increment INTEGER NOT NULL
);
CREATE INDEX usage_started ON usage(workspace_id, started_at);
