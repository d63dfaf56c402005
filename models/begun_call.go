package models

import (
	"context"
	"time"
)

// BegunCall is a call and the team that it is with.
type BegunCall struct {
	ID     string
	TeamID string
}

// BegunCalls lists the calls of a workspace that began from one moment to before
// another, in the order of their beginning.
func (s *Store) BegunCalls(ctx context.Context, workspace string, from, to time.Time) ([]BegunCall, error) {
	var cs []BegunCall
	return cs, s.read.WithContext(ctx).Raw("SELECT id, team_id FROM calls WHERE workspace_id = ? AND started_at >= ? AND started_at < ? ORDER BY started_at, id",
		workspace, At(from), At(to)).Scan(&cs).Error
}

// TeamsOfCalls gives the team that each of a workspace's calls is with.
func (s *Store) TeamsOfCalls(ctx context.Context, workspace string, ids []string) ([]BegunCall, error) {
	var cs []BegunCall
	return cs, s.read.WithContext(ctx).Raw("SELECT id, team_id FROM calls WHERE workspace_id = ? AND id IN ?", workspace, ids).Scan(&cs).Error
}

// JournalOf lists the entries of some types of calls, by call and in their order.
func (s *Store) JournalOf(ctx context.Context, ids, types []string) ([]JournalEntry, error) {
	var es []JournalEntry
	return es, s.read.WithContext(ctx).Where("call_id IN ? AND type IN ?", ids, types).Order("call_id, seq").Find(&es).Error
}
