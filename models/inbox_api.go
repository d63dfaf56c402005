package models

import "context"

// CallsByID finds several calls of a workspace.
func (s *Store) CallsByID(ctx context.Context, workspace string, ids []string) ([]Call, error) {
	var cs []Call
	return cs, s.read.WithContext(ctx).Where("workspace_id = ? AND id IN ?", workspace, ids).Find(&cs).Error
}

// ConversationsByID finds several conversations of a workspace.
func (s *Store) ConversationsByID(ctx context.Context, workspace string, ids []string) ([]Conversation, error) {
	var cs []Conversation
	return cs, s.read.WithContext(ctx).Where("workspace_id = ? AND id IN ?", workspace, ids).Find(&cs).Error
}

// NotesByID finds several notes of a workspace.
func (s *Store) NotesByID(ctx context.Context, workspace string, ids []string) ([]Note, error) {
	var ns []Note
	return ns, s.read.WithContext(ctx).Where("workspace_id = ? AND id IN ?", workspace, ids).Find(&ns).Error
}
