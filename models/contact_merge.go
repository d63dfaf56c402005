package models

import (
	"context"
	"fmt"
	"slices"

	"ringdesk/controller/journal"
)

// Merge is what became of two contacts that were one person.
type Merge struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	KeptID      string
	GoneID      string
	Kept        string // JSON of both as they were
	Gone        string
	After       string // and of the kept one as it became
	Moved       string // JSON list of the conversations that were the other's
	AgentID     string // "" for an API key
	At          Time
	UndoneAt    Time
}

// TableName is for gorm.
func (Merge) TableName() string { return "contact_merges" }

// mergedContact is what a merge remembers of a contact.
type mergedContact struct {
	Kind, Name, Email, Profile string
	Numbers                    []string
}

func remember(c FullContact) mergedContact {
	return mergedContact{Kind: c.Kind, Name: c.Name, Email: c.Email, Profile: c.Profile, Numbers: c.Numbers}
}

func (m mergedContact) update() ContactUpdate {
	return ContactUpdate{Kind: &m.Kind, Name: &m.Name, Email: &m.Email, Profile: &m.Profile, Numbers: &m.Numbers}
}

// MergeContacts makes the contact gone a part of the contact m.KeptID, which
// becomes what u says: its numbers and conversations are the kept one's from now
// on. A call with the one that goes must not be going on, which gives ErrConflict.
func (t *Tx) MergeContacts(m Merge, gone string, u ContactUpdate) error {
	m.GoneID = gone
	kept, err := t.Contact(m.WorkspaceID, m.KeptID)
	if err != nil {
		return err
	}
	other, err := t.Contact(m.WorkspaceID, gone)
	if err != nil {
		return err
	}
	var live int64
	if err := t.db.Raw("SELECT COUNT(*) FROM calls WHERE contact_id = ? AND live", gone).Scan(&live).Error; err != nil {
		return err
	}
	if live > 0 {
		return fmt.Errorf("a call with contact %s goes on: %w", gone, ErrConflict)
	}
	if err := t.UpdateContact(m.WorkspaceID, gone, ContactUpdate{Numbers: &[]string{}}); err != nil {
		return err
	}
	if err := t.UpdateContact(m.WorkspaceID, m.KeptID, u); err != nil {
		return err
	}
	if err := t.db.Exec("UPDATE contacts SET merged_into = ? WHERE id = ?", m.KeptID, gone).Error; err != nil {
		return err
	}
	var moved []string
	if err := t.db.Raw("SELECT id FROM conversations WHERE contact_id = ?", gone).Scan(&moved).Error; err != nil {
		return err
	}
	if err := t.moveConversations(m.WorkspaceID, moved, m.KeptID); err != nil {
		return err
	}
	after, err := t.Contact(m.WorkspaceID, m.KeptID)
	if err != nil {
		return err
	}
	m.Kept, m.Gone, m.After, m.Moved = encode(remember(kept)), encode(remember(other)), encode(remember(after)), encode(moved)
	return create(t.db, &m)
}

// movedAtOnce is how many conversations one statement moves: well below the number
// of parameters that a database takes.
const movedAtOnce = 500

// moveConversations gives conversations, and their calls, to another contact.
func (t *Tx) moveConversations(workspace string, ids []string, to string) error {
	for some := range slices.Chunk(ids, movedAtOnce) {
		for _, sql := range []string{
			"UPDATE conversations SET contact_id = ? WHERE id IN ?",
			"UPDATE participants SET contact_id = ? WHERE kind = 'contact' AND call_id IN (SELECT id FROM calls WHERE conversation_id IN ?)",
			"UPDATE calls SET contact_id = ? WHERE conversation_id IN ?",
		} {
			if err := t.db.Exec(sql, to, some).Error; err != nil {
				return err
			}
		}
		for _, id := range some {
			if err := t.Changed(workspace, journal.TopicConversation, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// UndoMerge makes two contacts of a merge again: what was the other's is its own
// again, and the kept one is as it was. If the kept one has been changed since, that
// gives ErrConflict.
func (t *Tx) UndoMerge(m Merge, now Time) error {
	kept, err := t.Contact(m.WorkspaceID, m.KeptID)
	if err != nil {
		return err
	}
	if encode(remember(kept)) != m.After {
		return fmt.Errorf("contact %s has changed since: %w", m.KeptID, ErrConflict)
	}
	if err := gone(t.db.Exec("UPDATE contact_merges SET undone_at = ? WHERE id = ? AND undone_at IS NULL", now, m.ID)); err != nil {
		return err
	}
	if err := t.db.Exec("UPDATE contacts SET merged_into = '' WHERE id = ?", m.GoneID).Error; err != nil {
		return err
	}
	if err := t.UpdateContact(m.WorkspaceID, m.KeptID, decode[mergedContact](m.Kept).update()); err != nil {
		return err
	}
	if err := t.UpdateContact(m.WorkspaceID, m.GoneID, decode[mergedContact](m.Gone).update()); err != nil {
		return err
	}
	return t.moveConversations(m.WorkspaceID, decode[[]string](m.Moved), m.GoneID)
}

// Merge finds a merge of a workspace.
func (s *Store) Merge(ctx context.Context, workspace, id string) (Merge, error) {
	return one[Merge](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}
