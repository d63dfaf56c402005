-- A task whose attempts are used up is dead: it stays, is shown, and may be tried again.
ALTER TABLE tasks ADD COLUMN dead_at BIGINT;
DROP INDEX tasks_due;
CREATE INDEX tasks_due ON tasks(kind, due_at) WHERE done_at IS NULL AND dead_at IS NULL;
CREATE INDEX tasks_dead ON tasks(dead_at) WHERE dead_at IS NOT NULL;
-- Until now a mix that was given up after its last attempt counted as done.
UPDATE tasks SET dead_at = done_at, done_at = NULL WHERE kind = 'mix' AND done_at IS NOT NULL AND attempts >= 10
  AND EXISTS (SELECT 1 FROM recordings WHERE recordings.id = tasks.subject AND recordings.state = 'failed');
