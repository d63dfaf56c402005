package models

import (
	"context"

	"ringdesk/controller/journal"
)

// Notice is what a conversation has for one agent. There is one of each kind at
// most, the latest.
type Notice struct {
	ID             string `gorm:"primaryKey"`
	WorkspaceID    string
	AgentID        string
	ConversationID string
	Kind           string
	ByID           string // the agent who caused it; "" means none
	NoteID         string // of a mention
	At             Time
	ReadAt         Time
}

// The kinds of notices.
const (
	NoticeMention  = "mention"  // a note mentions them (INBOX-3)
	NoticeAssigned = "assigned" // somebody gave them the conversation
	NoticeReturned = "returned" // theirs is open again after it was snoozed
)

// Notify gives an agent a notice, in place of an older one of its kind.
func (t *Tx) Notify(n Notice) error {
	err := t.db.Raw(`INSERT INTO notices (id, workspace_id, agent_id, conversation_id, kind, by_id, note_id, at, read_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)
		ON CONFLICT (agent_id, conversation_id, kind) DO UPDATE SET by_id = excluded.by_id, note_id = excluded.note_id, at = excluded.at, read_at = NULL RETURNING id`,
		NewID(), n.WorkspaceID, n.AgentID, n.ConversationID, n.Kind, n.ByID, n.NoteID, n.At).Scan(&n.ID).Error
	if err != nil {
		return err
	}
	return t.Changed(n.WorkspaceID, journal.TopicNotice, n.ID)
}

// ReadNotices marks as read what a conversation has for an agent.
func (t *Tx) ReadNotices(workspace, agent, conversation string, now Time) error {
	var ids []string
	err := t.db.Raw(`UPDATE notices SET read_at = ? WHERE workspace_id = ? AND agent_id = ? AND conversation_id = ? AND read_at IS NULL RETURNING id`,
		now, workspace, agent, conversation).Scan(&ids).Error
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.Changed(workspace, journal.TopicNotice, id); err != nil {
			return err
		}
	}
	return nil
}

// NoticesByID finds several notices of a workspace.
func (s *Store) NoticesByID(ctx context.Context, workspace string, ids []string) ([]Notice, error) {
	var ns []Notice
	return ns, s.read.WithContext(ctx).Where("workspace_id = ? AND id IN ?", workspace, ids).Find(&ns).Error
}

// Unread says which of some conversations have something for an agent that they
// have not read.
func (s *Store) Unread(ctx context.Context, agent string, conversations []string) (map[string]bool, error) {
	var ids []string
	err := s.read.WithContext(ctx).Table("notices").Where("agent_id = ? AND conversation_id IN ? AND read_at IS NULL", agent, conversations).
		Distinct().Pluck("conversation_id", &ids).Error
	unread := make(map[string]bool, len(ids))
	for _, id := range ids {
		unread[id] = true
	}
	return unread, err
}
