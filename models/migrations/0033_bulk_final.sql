-- How many of the changed conversations an undo cannot give back: missed ones that were closed (MISS-2).
ALTER TABLE bulks ADD COLUMN final INTEGER NOT NULL DEFAULT 0;
