-- Each list of the inbox, and each filter of one, is read in its order from an index. Those of all and of a state hold what the
-- other filters ask for, so that a row that is filtered out is never read.
DROP INDEX conversations_inbox;
DROP INDEX conversations_state;
DROP INDEX conversations_mine;
CREATE INDEX conversations_inbox ON conversations(workspace_id, updated_at, id, state, assignee_id, team_id, kind, direction, missed_reason);
CREATE INDEX conversations_state ON conversations(workspace_id, state, updated_at, id, assignee_id, team_id, kind, direction, missed_reason);
CREATE INDEX conversations_created ON conversations(workspace_id, created_at, id, state, assignee_id, team_id, kind, direction, missed_reason);
CREATE INDEX conversations_mine ON conversations(workspace_id, assignee_id, updated_at, id) WHERE state IN ('open', 'missed');
CREATE INDEX conversations_teams ON conversations(workspace_id, team_id, updated_at, id) WHERE state IN ('open', 'missed');
CREATE INDEX conversations_agent ON conversations(workspace_id, assignee_id, updated_at, id, state) WHERE assignee_id IS NOT NULL;
CREATE INDEX conversations_team ON conversations(workspace_id, team_id, updated_at, id, state) WHERE team_id IS NOT NULL;
CREATE INDEX conversations_reason ON conversations(workspace_id, missed_reason, updated_at, id, state) WHERE missed_reason <> '';
CREATE INDEX conversation_tags_tag ON conversation_tags(tag, conversation_id);
ALTER TABLE conversations ADD COLUMN snoozed_until BIGINT;
-- The agent who called back; '' where that was not kept yet.
ALTER TABLE calls ADD COLUMN missed_handled_by TEXT NOT NULL DEFAULT '';
-- Agents who were added to a conversation, such as by a mention.
CREATE TABLE conversation_members (
  conversation_id TEXT NOT NULL REFERENCES conversations(id),
  agent_id TEXT NOT NULL,
  workspace_id TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, agent_id)
) WITHOUT ROWID;
-- What a conversation has for one agent: kind is mention, assigned or returned, and there is one of each at most, the latest.
CREATE TABLE notices (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL REFERENCES conversations(id),
  kind TEXT NOT NULL,
  by_id TEXT NOT NULL,
  note_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  read_at BIGINT,
  UNIQUE (agent_id, conversation_id, kind)
);
CREATE INDEX notices_agent ON notices(agent_id, kind, at, conversation_id);
CREATE INDEX notices_unread ON notices(agent_id, kind) WHERE read_at IS NULL;
-- Until now nobody was told of a mention. The older ones stand in the list, and count as read.
INSERT INTO conversation_members (conversation_id, agent_id, workspace_id, added_by, added_at)
  SELECT n.conversation_id, m.value, n.workspace_id, n.author_id, MIN(n.created_at) FROM notes n, json_each(n.mentions) m
  WHERE json_valid(n.mentions) AND m.value IS NOT NULL GROUP BY n.conversation_id, m.value;
INSERT INTO notices (id, workspace_id, agent_id, conversation_id, kind, by_id, note_id, at, read_at)
  SELECT n.id || m.value, n.workspace_id, m.value, n.conversation_id, 'mention', n.author_id, n.id, MAX(n.created_at), MAX(n.created_at)
  FROM notes n, json_each(n.mentions) m WHERE json_valid(n.mentions) AND m.value IS NOT NULL GROUP BY n.conversation_id, m.value;
