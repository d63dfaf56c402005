-- An agent's own wish to join with the microphone off (CALL-4).
ALTER TABLE agents ADD COLUMN join_muted BOOLEAN NOT NULL DEFAULT FALSE;
