-- The storage (S3) that a recording's files were moved to; empty while they are in the folder.
ALTER TABLE recordings ADD COLUMN bucket TEXT NOT NULL DEFAULT '';
