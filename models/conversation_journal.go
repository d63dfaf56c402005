package models

import (
	"context"
	"slices"

	"ringdesk/controller/journal"
)

// ConversationEntry is one thing that was done to a conversation. Like the
// journal of a call it is never changed.
type ConversationEntry struct {
	ID             string `gorm:"primaryKey"`
	ConversationID string
	WorkspaceID    string
	At             Time
	ByID           string // the agent who did it; "" for ringdesk itself or an API key
	Type           string // of package journal, as is Data
	Data           string // JSON object
}

func (ConversationEntry) TableName() string { return "conversation_journal" }

// AddConversationEntry appends to a conversation's journal.
func (t *Tx) AddConversationEntry(workspace, conversation, by string, at Time, what journal.Entry) error {
	data, err := journal.Encode(what)
	if err != nil {
		return err
	}
	return create(t.db, &ConversationEntry{ID: NewID(), ConversationID: conversation, WorkspaceID: workspace, At: at, ByID: by, Type: what.Type(), Data: data})
}

// LastSnoozer gives the agent who snoozed a conversation last; "" where that was
// none.
func (t *Tx) LastSnoozer(conversation string) (string, error) {
	var by []string
	err := t.db.Raw("SELECT by_id FROM conversation_journal WHERE conversation_id = ? AND type = ? ORDER BY at DESC, id DESC LIMIT 1",
		conversation, journal.ConversationSnoozed{}.Type()).Scan(&by).Error
	if err != nil || len(by) == 0 {
		return "", err
	}
	return by[0], nil
}

// The sources of a TimelineItem.
const (
	TimelineCall         = "call"
	TimelineNote         = "note"
	TimelineCallEntry    = "callEntry"
	TimelineConversation = "entry"
)

// TimelineItem is one thing in the timeline of a conversation: a call, a note, or
// an entry of the journal of one of its calls or of its own.
type TimelineItem struct {
	At     Time
	Key    string // its id, or its call's and its number there; unique in the timeline
	Source string
	CallID string
	ByID   string // of an entry of the conversation's own
	Type   string // of an entry, as is Data
	Data   string
}

// invitations are the offers that an agent has made by hand (CALL-3).
const invitations = `(j.type = 'agent.offered' AND j.data LIKE '%"invitedBy":%')`

// Timeline lists what happened in a conversation, oldest first, after an item; of
// its calls' entries those of the given types, and the invitations.
func (s *Store) Timeline(ctx context.Context, workspace, conversation string, types []string, after TimelineItem, limit int) ([]TimelineItem, error) {
	var items []TimelineItem
	return items, s.read.WithContext(ctx).Raw(`SELECT * FROM (
		SELECT started_at AS at, id AS key, 'call' AS source, id AS call_id, '' AS by_id, '' AS type, '' AS data FROM calls
			WHERE conversation_id = ? AND workspace_id = ?
		UNION ALL SELECT j.at, j.call_id || '/' || CAST(1000000 + j.seq AS TEXT), 'callEntry', j.call_id, '', j.type, j.data FROM calls c JOIN journal j ON j.call_id = c.id
			WHERE c.conversation_id = ? AND c.workspace_id = ? AND (j.type IN ? OR `+invitations+`)
		UNION ALL SELECT created_at, id, 'note', '', author_id, '', '' FROM notes WHERE conversation_id = ? AND workspace_id = ?
		UNION ALL SELECT at, id, 'entry', '', by_id, type, data FROM conversation_journal WHERE conversation_id = ? AND workspace_id = ?
		) AS timeline WHERE at > ? OR (at = ? AND key > ?) ORDER BY at, key LIMIT ?`,
		conversation, workspace, conversation, workspace, types, conversation, workspace, conversation, workspace,
		after.At.moment(), after.At.moment(), after.Key, limit).Scan(&items).Error
}

// Endings gives the entries that end calls, by call.
func (s *Store) Endings(ctx context.Context, calls []string) (map[string]journal.CallEnded, error) {
	var es []JournalEntry
	err := s.read.WithContext(ctx).Where("call_id IN ? AND type = ?", slices.Compact(slices.Sorted(slices.Values(calls))), journal.CallEnded{}.Type()).Find(&es).Error
	ends := make(map[string]journal.CallEnded, len(es))
	for _, e := range es {
		if entry, err := journal.Decode(e.Type, e.Data); err == nil {
			if end, ok := entry.(journal.CallEnded); ok {
				ends[e.CallID] = end
			}
		}
	}
	return ends, err
}
