package models

import "context"

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
