-- The link by which the owner of a new installation begins it, once. Only the hash of the token in it is kept; there is at most one.
CREATE TABLE owner_links (
  token_hash TEXT PRIMARY KEY,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
