-- Which controller runs a call, and until when each counts as living. '' is nobody.
ALTER TABLE calls ADD COLUMN owner TEXT NOT NULL DEFAULT '';
CREATE TABLE controllers (
  id TEXT PRIMARY KEY,
  lease_until BIGINT NOT NULL
);
