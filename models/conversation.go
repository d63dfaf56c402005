package models

import (
	"cmp"
	"context"
	"slices"

	"ringdesk/controller/journal"

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
	SnoozedUntil Time // when a snoozed one opens by itself; zero means never
	CreatedAt    Time
	UpdatedAt    Time
}

// ConversationUpdate says what of a conversation changes; what is nil or zero
// stays as it is.
type ConversationUpdate struct {
	State        *string
	AssigneeID   *string // "" means nobody
	TeamID       *string // "" means none
	MissedReason *string
	Live         *bool
	TalkSeconds  *int
	LastNote     *string
	SnoozedUntil *Time
	UpdatedAt    Time
}

func (u ConversationUpdate) columns() columns {
	set := columns{}
	put(set, "state", u.State)
	putRef(set, "assignee_id", u.AssigneeID)
	putRef(set, "team_id", u.TeamID)
	put(set, "missed_reason", u.MissedReason)
	put(set, "live", u.Live)
	put(set, "talk_seconds", u.TalkSeconds)
	put(set, "last_note", u.LastNote)
	put(set, "snoozed_until", u.SnoozedUntil)
	putTime(set, "updated_at", u.UpdatedAt)
	return set
}

// AddConversation makes a conversation.
func (t *Tx) AddConversation(c Conversation) error {
	if err := create(t.db, &c); err != nil {
		return err
	}
	return t.Changed(c.WorkspaceID, journal.TopicConversation, c.ID)
}

// UpdateConversation changes a conversation; an empty update changes nothing.
func (t *Tx) UpdateConversation(workspace, id string, u ConversationUpdate) error {
	set := u.columns()
	if len(set) == 0 {
		return nil
	}
	if n, err := setColumns(t.db, "conversations", set, "workspace_id = ? AND id = ?", workspace, id); err != nil || n == 0 {
		return cmp.Or(err, ErrNotFound)
	}
	return t.Changed(workspace, journal.TopicConversation, id)
}

// closedAtOnce is how many conversations one statement closes: well below the
// number of parameters that a database takes.
const closedAtOnce = 500

// CloseMissed closes the missed conversations of a workspace among the given
// ones, or all of them if none are given, and tells which (MISS-3).
func (t *Tx) CloseMissed(workspace string, ids []string, now Time) (closed []string, err error) {
	if ids == nil {
		err := t.db.Model(&Conversation{}).Where("workspace_id = ? AND state = 'missed'", workspace).Pluck("id", &ids).Error
		if err != nil {
			return nil, err
		}
	}
	for some := range slices.Chunk(ids, closedAtOnce) {
		var done []string
		err := t.db.Raw(`UPDATE conversations SET state = 'closed', updated_at = ?
			WHERE workspace_id = ? AND state = 'missed' AND id IN ? RETURNING id`, now, workspace, some).Scan(&done).Error
		if err != nil {
			return nil, err
		}
		closed = append(closed, done...)
		for _, id := range done {
			if err := t.Changed(workspace, journal.TopicConversation, id); err != nil {
				return nil, err
			}
		}
	}
	return closed, nil
}

func conversation(db *gorm.DB, workspace, id string) (Conversation, error) {
	return one[Conversation](db, "workspace_id = ? AND id = ?", workspace, id)
}

// Conversation finds a conversation of a workspace inside the transaction.
func (t *Tx) Conversation(workspace, id string) (Conversation, error) {
	return conversation(t.db, workspace, id)
}

// Conversation finds a conversation of a workspace.
func (s *Store) Conversation(ctx context.Context, workspace, id string) (Conversation, error) {
	return conversation(s.read.WithContext(ctx), workspace, id)
}

// ConversationsByID finds several conversations of a workspace.
func (s *Store) ConversationsByID(ctx context.Context, workspace string, ids []string) ([]Conversation, error) {
	var cs []Conversation
	return cs, s.read.WithContext(ctx).Where("workspace_id = ? AND id IN ?", workspace, ids).Find(&cs).Error
}
