package models

import (
	"context"
	"time"
)

// AgentState finds an agent of a workspace inside the transaction.
func (t *Tx) AgentState(workspace, id string) (AgentState, error) {
	return agentWhere(t.db, workspace, "AND a.id = ?", id)
}

// TagConversation adds a tag, once.
func (t *Tx) TagConversation(workspace, conversation, tag string) error {
	if err := t.db.Exec("INSERT INTO conversation_tags (conversation_id, tag) VALUES (?, ?) ON CONFLICT DO NOTHING", conversation, tag).Error; err != nil {
		return err
	}
	return t.Changed(workspace, "conversation", conversation)
}

// HandleMissed marks a missed call as called back and says whether it was not
// before: of two agents exactly one marks it (MISS-5).
func (t *Tx) HandleMissed(workspace, call string, now time.Time) (bool, error) {
	res := t.db.Exec("UPDATE calls SET missed_handled_at = ? WHERE workspace_id = ? AND id = ? AND missed_handled_at IS NULL",
		At(now), workspace, call)
	if res.Error != nil || res.RowsAffected == 0 {
		return false, res.Error
	}
	return true, t.Changed(workspace, "call", call)
}

// UnhandleMissed takes the mark back of a missed call that nobody called back
// after all.
func (t *Tx) UnhandleMissed(workspace, call string) error {
	if err := t.db.Exec("UPDATE calls SET missed_handled_at = NULL WHERE workspace_id = ? AND id = ?", workspace, call).Error; err != nil {
		return err
	}
	return t.Changed(workspace, "call", call)
}

// MissedCall finds a missed call of a workspace inside the transaction.
func (t *Tx) MissedCall(workspace, id string) (Call, error) {
	return one[Call](t.db, "workspace_id = ? AND id = ? AND state = 'missed'", workspace, id)
}

// PhonesAwaited says whether browsers of a workspace were there until shortly
// before a controller started, and have not been heard of since.
func (t *Tx) PhonesAwaited(workspace string, started time.Time) (bool, error) {
	var any bool
	err := t.db.Raw(`SELECT EXISTS (SELECT 1 FROM phones p JOIN agents a ON a.account_id = p.account_id
		WHERE a.workspace_id = ? AND a.seat AND p.ready AND p.seen_at > ? AND p.seen_at <= ?)`,
		workspace, At(started.Add(-10*time.Minute)), At(started.Add(-PhoneTimeout))).Scan(&any).Error
	return any, err
}

// QueuePace is how long a waiting call takes to get to the head: the mean talk
// of a team's (or the workspace's) latest calls, and how many agents share its
// queue. No talk yet gives 0.
func (s *Store) QueuePace(ctx context.Context, workspace, team string, now time.Time) (talk time.Duration, agents int, err error) {
	var mean float64
	err = s.read.WithContext(ctx).Raw(`SELECT COALESCE(AVG(ended_at - answered_at), 0) FROM (SELECT ended_at, answered_at FROM calls
		WHERE workspace_id = ? AND (? = '' OR team_id = ?) AND answered_at IS NOT NULL AND ended_at IS NOT NULL ORDER BY id DESC LIMIT 50)`,
		workspace, team, team).Scan(&mean).Error
	if err != nil {
		return 0, 0, err
	}
	var n int64
	err = s.read.WithContext(ctx).Raw(`SELECT COUNT(*) FROM agents a JOIN phones p ON p.account_id = a.account_id
		WHERE a.workspace_id = ? AND a.seat AND a.takes_phone AND a.status = 'available' AND p.ready AND p.seen_at > ?
		AND (? = '' OR EXISTS (SELECT 1 FROM team_members m WHERE m.agent_id = a.id AND m.team_id = ?))`,
		workspace, At(now.Add(-PhoneTimeout)), team, team).Scan(&n).Error
	return time.Duration(mean) * time.Microsecond, int(n), err
}

// AheadInQueue counts the calls that wait before a call for the same team, or
// for everybody.
func (s *Store) AheadInQueue(ctx context.Context, workspace, team string, rank int64, call string) (int, error) {
	var n int64
	err := s.read.WithContext(ctx).Raw(`SELECT COUNT(*) FROM calls WHERE live AND workspace_id = ? AND state = 'queued'
		AND queue_rank <> 0 AND (queue_rank < ? OR queue_rank = ? AND id < ?) AND (? = '' OR team_id IN ('', ?))`,
		workspace, rank, rank, call, team, team).Scan(&n).Error
	return int(n), err
}
