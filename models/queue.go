package models

import (
	"context"
	"time"
)

// QueuePace is how long a waiting call takes to get to the head: the mean talk
// of a team's (or the workspace's) latest calls, and how many agents share its
// queue. No talk yet gives 0.
func (s *Store) QueuePace(ctx context.Context, workspace, team string, now time.Time) (talk time.Duration, agents int, err error) {
	var mean float64
	err = s.read.WithContext(ctx).Raw(`SELECT COALESCE(AVG(ended_at - answered_at), 0) FROM (SELECT ended_at, answered_at FROM calls
		WHERE workspace_id = ? AND (? = '' OR team_id = ?) AND answered_at IS NOT NULL AND ended_at IS NOT NULL ORDER BY id DESC LIMIT 50) AS latest`,
		workspace, team, team).Scan(&mean).Error
	if err != nil {
		return 0, 0, err
	}
	var n int64
	err = s.read.WithContext(ctx).Raw(`SELECT COUNT(*) FROM agents a JOIN phones p ON p.account_id = a.account_id
		WHERE a.workspace_id = ? AND a.seat AND a.suspended_at IS NULL AND a.takes_phone AND a.status = 'available' AND p.ready AND p.seen_at > ?
		AND (? = '' OR EXISTS (SELECT 1 FROM team_members m WHERE m.agent_id = a.id AND m.team_id = ?))`,
		workspace, At(now.Add(-PhoneTimeout)), team, team).Scan(&n).Error
	return time.Duration(mean) * time.Microsecond, int(n), err
}

// AheadInQueue counts the calls that wait before a call for the same team, or
// for everybody.
func (s *Store) AheadInQueue(ctx context.Context, workspace, team string, rank int64, call string) (int, error) {
	return value[int](s.read.WithContext(ctx), `SELECT COUNT(*) FROM calls WHERE live AND workspace_id = ? AND state = 'queued'
		AND queue_rank <> 0 AND (queue_rank < ? OR queue_rank = ? AND id < ?) AND (? = '' OR team_id IN ('', ?))`,
		workspace, rank, rank, call, team, team)
}

// QueuePositions gives the place of each call that waits for an agent of the
// workspace, counted from 1 (IN-6).
func (s *Store) QueuePositions(ctx context.Context, workspace string) (map[string]int, error) {
	var ids []string
	err := s.read.WithContext(ctx).Model(&Call{}).Where("live AND queue_rank <> 0 AND workspace_id = ? AND state = 'queued'", workspace).
		Order("queue_rank, id").Pluck("id", &ids).Error
	places := make(map[string]int, len(ids))
	for i, id := range ids {
		places[id] = i + 1
	}
	return places, err
}
