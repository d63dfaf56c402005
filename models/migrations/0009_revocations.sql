-- An agent who is suspended keeps their place, but gets in nowhere; one who was removed is only a name in the history.
ALTER TABLE agents ADD COLUMN suspended_at BIGINT;
ALTER TABLE agents ADD COLUMN removed_at BIGINT;
-- What has been taken back and must still be closed: sockets, legs in calls, accounts in the engine. '' means none.
CREATE TABLE revocations (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  session_hash TEXT NOT NULL,
  phone_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  at BIGINT NOT NULL
);
