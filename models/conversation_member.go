package models

import (
	"context"

	"ringdesk/controller/journal"
)

// ConversationMember is an agent who was added to a conversation (INBOX-3).
type ConversationMember struct {
	ConversationID string `gorm:"primaryKey"`
	AgentID        string `gorm:"primaryKey"`
	WorkspaceID    string
	AddedBy        string // agent
	AddedAt        Time
}

// AddMember adds an agent to a conversation, and says whether they were not in it
// before.
func (t *Tx) AddMember(m ConversationMember) (bool, error) {
	res := t.db.Exec(`INSERT INTO conversation_members (conversation_id, agent_id, workspace_id, added_by, added_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		m.ConversationID, m.AgentID, m.WorkspaceID, m.AddedBy, m.AddedAt)
	if res.Error != nil || res.RowsAffected == 0 {
		return false, res.Error
	}
	return true, t.Changed(m.WorkspaceID, journal.TopicConversation, m.ConversationID)
}

// Members lists the agents who were added to a conversation, in that order.
func (s *Store) Members(ctx context.Context, workspace, conversation string) ([]ConversationMember, error) {
	var ms []ConversationMember
	return ms, s.read.WithContext(ctx).Where("workspace_id = ? AND conversation_id = ?", workspace, conversation).Order("added_at, agent_id").Find(&ms).Error
}
