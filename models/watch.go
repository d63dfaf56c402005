package models

import (
	"context"
	"time"
)

// What others watch of the store, read from time to time.

// Waiting is how much work waits for the writer.
func (s *Store) Waiting() int { return len(s.work) }

// OnBatch has f told of each commit how much work it carried, and how long it
// took. f must not block.
func (s *Store) OnBatch(f func(units int, took time.Duration)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onBatch = f
}

func (s *Store) batched(units int, took time.Duration) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.onBatch != nil {
		s.onBatch(units, took)
	}
}

// RecordingsWaiting is how many recordings are complete but not mixed yet.
func (s *Store) RecordingsWaiting(ctx context.Context) (int, error) {
	var n int
	err := s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM recordings WHERE state = 'processing'").Scan(&n).Error
	return n, err
}

// RecordingsUnstored is how many recordings are ready and still in the folder.
func (s *Store) RecordingsUnstored(ctx context.Context) (int, error) {
	var n int
	err := s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM recordings WHERE state = 'ready' AND bucket = ''").Scan(&n).Error
	return n, err
}

// Queue is a queue that calls can wait in: a team's, or, with no team, that of a
// whole workspace.
type Queue struct{ WorkspaceID, Workspace, TeamID, Team string }

// Queues lists all queues with their names.
func (s *Store) Queues(ctx context.Context) ([]Queue, error) {
	var qs []Queue
	err := s.read.WithContext(ctx).Raw(`SELECT w.id AS workspace_id, w.name AS workspace, '' AS team_id, '' AS team FROM workspaces w
		UNION ALL SELECT w.id, w.name, t.id, t.name FROM teams t JOIN workspaces w ON w.id = t.workspace_id`).Scan(&qs).Error
	return qs, err
}
