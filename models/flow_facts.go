package models

import (
	"context"
	"time"
)

// tagsOfLatest bounds the conversations whose tags a contact has.
const tagsOfLatest = 200

// ContactTags gives the tags of a contact, in alphabetical order: those of its latest
// conversations.
func (t *Tx) ContactTags(workspace, contact string) (tags []string, err error) {
	err = t.db.Raw(`SELECT DISTINCT tag FROM conversation_tags WHERE conversation_id IN
		(SELECT id FROM (SELECT id FROM conversations WHERE contact_id = ? AND workspace_id = ? ORDER BY id DESC LIMIT ?) AS latest) ORDER BY tag`,
		contact, workspace, tagsOfLatest).Scan(&tags).Error
	return tags, err
}

// FreeAgents counts the agents of a team, or of the whole workspace for "", who could
// be offered a phone call now.
func (s *Store) FreeAgents(ctx context.Context, workspace, team string, now time.Time) (int, error) {
	return value[int](s.read.WithContext(ctx), `SELECT COUNT(*) FROM agents a JOIN phones p ON p.account_id = a.account_id
		WHERE a.workspace_id = ? AND a.seat AND a.suspended_at IS NULL AND a.takes_phone AND a.status = 'available' AND p.ready AND p.seen_at > ?
		AND NOT (a.dnd AND (a.dnd_until IS NULL OR a.dnd_until > ?)) AND (a.wrap_up_until IS NULL OR a.wrap_up_until <= ?)
		AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.account_id = a.account_id)
		AND (? = '' OR EXISTS (SELECT 1 FROM team_members m WHERE m.agent_id = a.id AND m.team_id = ?))`,
		workspace, At(now.Add(-PhoneTimeout)), At(now), At(now), team, team)
}
