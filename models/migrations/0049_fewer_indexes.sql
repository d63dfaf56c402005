-- What each call wrote into indexes and nobody read from them: claims are found by their accounts, and changes by their
-- numbers; nobody's and no team's conversations stand in no list of an agent or a team; a delivery that succeeds was never given up (docs/decisions/0053).
DROP INDEX claims_call;
DROP INDEX changes_workspace;
DROP INDEX conversations_mine;
DROP INDEX conversations_teams;
CREATE INDEX conversations_mine ON conversations(workspace_id, assignee_id, updated_at, id, state) WHERE assignee_id IS NOT NULL AND state IN ('open', 'missed');
CREATE INDEX conversations_teams ON conversations(workspace_id, team_id, updated_at, id, state) WHERE team_id IS NOT NULL AND state IN ('open', 'missed');
DROP INDEX webhook_deliveries_failed;
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries(hook_id) WHERE delivered_at IS NULL AND NOT pending;
