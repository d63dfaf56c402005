-- Whether a session ended because its agent may not come in again (SEC-5).
ALTER TABLE revocations ADD COLUMN shut_out BOOLEAN NOT NULL DEFAULT FALSE;
