-- What asks for the calls that go on or wait must not read those that are over: SQLite takes the index
-- whose columns are all given, and knows nothing of how few rows a partial one has.
DROP INDEX calls_waiting;
DROP INDEX calls_live;
CREATE INDEX calls_waiting ON calls(workspace_id, state, queue_rank, id) WHERE live AND queue_rank <> 0;
CREATE INDEX calls_live ON calls(workspace_id, id) WHERE live;
CREATE INDEX calls_owned ON calls(owner, id) WHERE live;
-- A number that is to be removed is looked for.
CREATE INDEX calls_number ON calls(number_id);
CREATE INDEX conversations_number ON conversations(number_id);
-- What the jobs delete or move is found at once.
CREATE INDEX journal_refused ON journal(call_id, seq) WHERE workspace_id = '';
DROP INDEX outbound_calls_live;
CREATE INDEX outbound_calls_ended ON outbound_calls(ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX outbound_calls_live ON outbound_calls(workspace_id, started_at) WHERE ended_at IS NULL;
CREATE INDEX recordings_here ON recordings(created_at) WHERE state = 'ready' AND bucket = '';
CREATE INDEX recordings_processing ON recordings(created_at) WHERE state = 'processing';
CREATE INDEX tasks_open ON tasks(kind, dead_at) WHERE done_at IS NULL;
CREATE INDEX tasks_done ON tasks(done_at) WHERE done_at IS NOT NULL;
