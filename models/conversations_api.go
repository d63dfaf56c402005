package models

import (
	"context"
	"slices"
)

// TagsOf gives the tags of several conversations, in alphabetical order.
func (s *Store) TagsOf(ctx context.Context, conversations []string) (map[string][]string, error) {
	var rows []struct{ ConversationID, Tag string }
	err := s.read.WithContext(ctx).Table("conversation_tags").Where("conversation_id IN ?", conversations).
		Order("tag").Find(&rows).Error
	tags := map[string][]string{}
	for _, r := range rows {
		tags[r.ConversationID] = append(tags[r.ConversationID], r.Tag)
	}
	return tags, err
}

// closedAtOnce is how many conversations one statement closes: well below the
// number of parameters that a database takes.
const closedAtOnce = 500

// CloseMissed closes the missed conversations of a workspace among the given
// ones, or all of them if none are given, and tells how many (MISS-3).
func (t *Tx) CloseMissed(workspace string, ids []string, now Time) (int, error) {
	if ids == nil {
		err := t.db.Model(&Conversation{}).Where("workspace_id = ? AND state = 'missed'", workspace).Pluck("id", &ids).Error
		if err != nil {
			return 0, err
		}
	}
	closed := 0
	for some := range slices.Chunk(ids, closedAtOnce) {
		var done []string
		err := t.db.Raw(`UPDATE conversations SET state = 'closed', updated_at = ?
			WHERE workspace_id = ? AND state = 'missed' AND id IN ? RETURNING id`, now, workspace, some).Scan(&done).Error
		if err != nil {
			return 0, err
		}
		closed += len(done)
		for _, id := range done {
			if err := t.Changed(workspace, "conversation", id); err != nil {
				return 0, err
			}
		}
	}
	return closed, nil
}
