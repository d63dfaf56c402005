-- Until when agents wrapped calls up (END-5, STAT-3): a wrap-up knows its call, and its end stands in the journal of the conversation. Beside it
-- how long customers were called, and who could leave a message. All facts and sums are made anew.
ALTER TABLE agents ADD COLUMN wrap_up_call TEXT NOT NULL DEFAULT '';
ALTER TABLE call_facts ADD COLUMN voicemail BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE agent_facts ADD COLUMN dial_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agent_facts ADD COLUMN wrap_up_at INTEGER;
ALTER TABLE agent_facts ADD COLUMN wrap_up_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agent_facts ADD COLUMN wrap_up_end TEXT NOT NULL DEFAULT '';
ALTER TABLE hour_sums ADD COLUMN dial_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE hour_sums ADD COLUMN voicemails INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agent_sums ADD COLUMN dial_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agent_sums ADD COLUMN wraps INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agent_sums ADD COLUMN wrap_ms INTEGER NOT NULL DEFAULT 0;
DELETE FROM cursors WHERE name = 'facts';
UPDATE workspaces SET sums_zone = '';
