-- Each list of the inbox is read from its newest entry on, and counted, without the conversations of the others.
CREATE INDEX conversations_state ON conversations(workspace_id, state, updated_at, id);
CREATE INDEX conversations_mine ON conversations(workspace_id, assignee_id, updated_at, id) WHERE state <> 'closed';
CREATE INDEX conversations_unassigned ON conversations(workspace_id, state, assignee_id, updated_at, id) WHERE assignee_id IS NULL;
