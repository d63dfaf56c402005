-- What the carrier says of a contact who has called, and nobody has checked: the address (user@host) of one who has no number, and
-- the display name of the latest call.
ALTER TABLE contacts ADD COLUMN caller_address TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN caller_name TEXT NOT NULL DEFAULT '';
CREATE INDEX contacts_by_address ON contacts (workspace_id, caller_address) WHERE caller_address <> '';
