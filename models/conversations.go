package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// Conversation is one consultation in the inbox.
type Conversation struct {
	ID           string `gorm:"primaryKey"`
	WorkspaceID  string
	ContactID    string
	NumberID     *string
	Kind         string // phone, voice, video
	Direction    string // inbound, outbound
	State        string // open, snoozed, closed, missed
	AssigneeID   *string
	TeamID       *string
	MissedReason string
	Live         bool // a call is going on in it
	TalkSeconds  int  // of its last call
	LastNote     string
	CreatedAt    Time
	UpdatedAt    Time
}

// Note is an internal note.
type Note struct {
	ID             string `gorm:"primaryKey"`
	WorkspaceID    string
	ConversationID string
	AuthorID       string // agent
	Text           string
	Mentions       string // JSON list of agent ids
	CreatedAt      Time
}

// MentionIDs gives the agents that the note mentions.
func (n Note) MentionIDs() []string { return decode[[]string](n.Mentions) }

// AddConversation makes a conversation.
func (t *Tx) AddConversation(c Conversation) error {
	if err := create(t.db, &c); err != nil {
		return err
	}
	return t.Changed(c.WorkspaceID, "conversation", c.ID)
}

// UpdateConversation changes the named columns.
func (t *Tx) UpdateConversation(workspace, id string, set map[string]any) error {
	res := t.db.Model(&Conversation{}).Where("workspace_id = ? AND id = ?", workspace, id).Updates(set)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	if res.Error != nil {
		return res.Error
	}
	return t.Changed(workspace, "conversation", id)
}

// Conversation finds a conversation of a workspace inside the transaction.
func (t *Tx) Conversation(workspace, id string) (Conversation, error) {
	return one[Conversation](t.db, "workspace_id = ? AND id = ?", workspace, id)
}

// AddNote writes a note and moves its conversation to the top of the inbox.
func (t *Tx) AddNote(n Note, mentions []string) error {
	n.Mentions = encode(mentions)
	if err := create(t.db, &n); err != nil {
		return err
	}
	start := []rune(n.Text)
	if len(start) > 120 {
		start = start[:120]
	}
	if err := t.Changed(n.WorkspaceID, "note", n.ID); err != nil {
		return err
	}
	return t.UpdateConversation(n.WorkspaceID, n.ConversationID,
		map[string]any{"last_note": string(start), "updated_at": n.CreatedAt})
}

// Conversation finds a conversation of a workspace.
func (s *Store) Conversation(ctx context.Context, workspace, id string) (Conversation, error) {
	return one[Conversation](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}

// ConversationFilter says which conversations to list.
type ConversationFilter struct {
	List     string // all, mine, unassigned, open, missed, closed
	Agent    string // whose "mine"
	Contact  string // "" for everybody's
	BeforeAt time.Time
	BeforeID string
	Limit    int
}

// Conversations lists a page of the inbox, the latest activity first.
func (s *Store) Conversations(ctx context.Context, workspace string, f ConversationFilter) ([]Conversation, error) {
	db := s.read.WithContext(ctx).Where("workspace_id = ?", workspace)
	db = inList(db, f)
	if f.Contact != "" {
		db = db.Where("contact_id = ?", f.Contact)
	}
	if f.BeforeID != "" {
		at := At(f.BeforeAt)
		db = db.Where("(updated_at < ? OR (updated_at = ? AND id < ?))", at, at, f.BeforeID)
	}
	var cs []Conversation
	return cs, db.Order("updated_at DESC, id DESC").Limit(f.Limit).Find(&cs).Error
}

func inList(db *gorm.DB, f ConversationFilter) *gorm.DB {
	switch f.List {
	case "mine":
		return db.Where("assignee_id = ? AND state <> 'closed'", f.Agent)
	case "unassigned":
		return db.Where("assignee_id IS NULL AND state = 'open'")
	case "open", "missed", "closed":
		return db.Where("state = ?", f.List)
	default:
		return db
	}
}

// Notes lists the notes of a conversation, oldest first.
func (s *Store) Notes(ctx context.Context, workspace, conversation string) ([]Note, error) {
	var ns []Note
	return ns, s.read.WithContext(ctx).Where("workspace_id = ? AND conversation_id = ?", workspace, conversation).
		Order("id").Find(&ns).Error
}

// Note finds a note of a workspace.
func (s *Store) Note(ctx context.Context, workspace, id string) (Note, error) {
	return one[Note](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}
