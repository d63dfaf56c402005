package models

import (
	"context"

	"ringdesk/controller/journal"
)

// Note is an internal note of a conversation.
type Note struct {
	ID             string `gorm:"primaryKey"`
	WorkspaceID    string
	ConversationID string
	AuthorID       string // agent
	Text           string
	Mentions       string // JSON list of agent ids
	CreatedAt      Time
}

// lastNote is how many characters of a note its conversation shows in lists.
const lastNote = 120

// MentionIDs gives the agents that the note mentions.
func (n Note) MentionIDs() []string { return decode[[]string](n.Mentions) }

// AddNote writes a note and moves its conversation to the top of the inbox.
func (t *Tx) AddNote(n Note, mentions []string) error {
	n.Mentions = encode(mentions)
	if err := create(t.db, &n); err != nil {
		return err
	}
	if err := t.indexNote(n.ConversationID, n.Text); err != nil {
		return err
	}
	if err := t.Changed(n.WorkspaceID, journal.TopicNote, n.ID); err != nil {
		return err
	}
	start := []rune(n.Text)
	if len(start) > lastNote {
		start = start[:lastNote]
	}
	return t.UpdateConversation(n.WorkspaceID, n.ConversationID, ConversationUpdate{LastNote: new(string(start)), UpdatedAt: n.CreatedAt})
}

// Note finds a note of a workspace.
func (s *Store) Note(ctx context.Context, workspace, id string) (Note, error) {
	return one[Note](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}

// Notes lists the notes of a conversation, oldest first.
func (s *Store) Notes(ctx context.Context, workspace, conversation string) ([]Note, error) {
	var ns []Note
	return ns, s.read.WithContext(ctx).Where("workspace_id = ? AND conversation_id = ?", workspace, conversation).
		Order("id").Find(&ns).Error
}

// NotesByID finds several notes of a workspace.
func (s *Store) NotesByID(ctx context.Context, workspace string, ids []string) ([]Note, error) {
	var ns []Note
	return ns, s.read.WithContext(ctx).Where("workspace_id = ? AND id IN ?", workspace, ids).Find(&ns).Error
}
