-- What the controller adds to the requests of a browser's phone, so that the engine knows that they came through it.
ALTER TABLE phones ADD COLUMN proof TEXT NOT NULL DEFAULT '';
UPDATE phones SET proof = lower(hex(randomblob(32)));
