package models

import (
	"context"
	"slices"

	"ringdesk/controller/journal"
)

// Bulk is one thing that is done to many conversations, page by page.
type Bulk struct {
	ID             string `gorm:"primaryKey"`
	WorkspaceID    string
	AgentID        string  // who asked for it; "" for an API key
	IdempotencyKey *string // chosen by who asked
	Request        string  // JSON of controller/inbox
	UndoOf         *string // the one whose changes it gives back
	Page           int     // the next one
	Total          int
	Changed        int
	Unchanged      int
	Final          int    // of the changed ones, those that cannot be given back: missed ones stay closed (MISS-2)
	Refused        string // JSON: how many by reason
	CreatedAt      Time
	FinishedAt     Time
}

// RefusedBy gives how many were refused, by reason.
func (b Bulk) RefusedBy() map[string]int {
	by := decode[map[string]int](b.Refused)
	if by == nil {
		by = map[string]int{}
	}
	return by
}

// BulkRow is one conversation of a Bulk. What it had before, and has now, is there
// once it was changed.
type BulkRow struct {
	ID     string      `json:"id"`
	Before *BulkValues `json:"before,omitempty"`
	After  *BulkValues `json:"after,omitempty"`
}

// IsFinal says that the change cannot be given back: a missed conversation was closed,
// and never becomes anything else (MISS-2).
func (r BulkRow) IsFinal() bool {
	return r.Before != nil && r.Before.State == "missed" && r.After.State != "missed"
}

// BulkValues are what a bulk action may change of a conversation.
type BulkValues struct {
	State        string   `json:"state"`
	AssigneeID   string   `json:"assigneeId,omitempty"`
	TeamID       string   `json:"teamId,omitempty"`
	SnoozedUntil int64    `json:"snoozedUntil,omitempty"` // microseconds since 1970
	Tags         []string `json:"tags,omitempty"`
}

// bulkPage is a page of a Bulk.
type bulkPage struct {
	BulkID string `gorm:"primaryKey"`
	Page   int    `gorm:"primaryKey;autoIncrement:false"`
	Rows   string
}

func (bulkPage) TableName() string { return "bulk_pages" }

// BulkPage is how many conversations one transaction changes: calls that are saved
// at the same moment wait for it.
const BulkPage = 100

// bulkPagesAtOnce is how many pages one statement writes.
const bulkPagesAtOnce = 100

// AddBulk makes a bulk action for some conversations. An idempotency key that was
// used, or a second undo of one action, gives ErrConflict.
func (t *Tx) AddBulk(b Bulk, rows []BulkRow) error {
	b.Total, b.Refused = len(rows), "{}"
	if err := create(t.db, &b); err != nil {
		return err
	}
	var pages []bulkPage
	for some := range slices.Chunk(rows, BulkPage) {
		pages = append(pages, bulkPage{BulkID: b.ID, Page: len(pages), Rows: encode(some)})
	}
	if len(pages) > 0 {
		if err := t.db.CreateInBatches(&pages, bulkPagesAtOnce).Error; err != nil {
			return err
		}
	}
	return t.Changed(b.WorkspaceID, journal.TopicBulk, b.ID)
}

// Bulk finds a bulk action inside the transaction.
func (t *Tx) Bulk(id string) (Bulk, error) { return one[Bulk](t.db, "id = ?", id) }

// BulkRows gives the conversations of a page; none means that there is no such page.
func (t *Tx) BulkRows(id string, page int) ([]BulkRow, error) {
	var text []string
	err := t.db.Model(&bulkPage{}).Where("bulk_id = ? AND page = ?", id, page).Pluck("rows", &text).Error
	if err != nil || len(text) == 0 {
		return nil, err
	}
	return decode[[]BulkRow](text[0]), nil
}

// PutBulkPage notes what came of a bulk action's next page.
func (t *Tx) PutBulkPage(b Bulk, rows []BulkRow, refused map[string]int) error {
	if err := t.db.Model(&bulkPage{}).Where("bulk_id = ? AND page = ?", b.ID, b.Page).Update("rows", encode(rows)).Error; err != nil {
		return err
	}
	return t.updateBulk(b, columns{"page": b.Page + 1, "changed": b.Changed, "unchanged": b.Unchanged, "final": b.Final, "refused": encode(refused)})
}

// FinishBulk notes that a bulk action is done.
func (t *Tx) FinishBulk(b Bulk, now Time) error { return t.updateBulk(b, columns{"finished_at": now}) }

func (t *Tx) updateBulk(b Bulk, set columns) error {
	if err := gone(t.db.Model(&Bulk{}).Where("id = ?", b.ID).Updates(set)); err != nil {
		return err
	}
	return t.Changed(b.WorkspaceID, journal.TopicBulk, b.ID)
}

// Bulk finds a bulk action of a workspace.
func (s *Store) Bulk(ctx context.Context, workspace, id string) (Bulk, error) {
	return one[Bulk](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}

// BulksByID finds several bulk actions of a workspace.
func (s *Store) BulksByID(ctx context.Context, workspace string, ids []string) ([]Bulk, error) {
	var bs []Bulk
	return bs, s.read.WithContext(ctx).Where("workspace_id = ? AND id IN ?", workspace, ids).Find(&bs).Error
}

// BulkOfKey finds the bulk action that an idempotency key belongs to.
func (s *Store) BulkOfKey(ctx context.Context, workspace, key string) (Bulk, error) {
	return one[Bulk](s.read.WithContext(ctx), "workspace_id = ? AND idempotency_key = ?", workspace, key)
}

// UndoOfBulk finds the bulk action that undoes another.
func (s *Store) UndoOfBulk(ctx context.Context, workspace, id string) (Bulk, error) {
	return one[Bulk](s.read.WithContext(ctx), "workspace_id = ? AND undo_of = ?", workspace, id)
}

// BulkChanges gives the conversations that a bulk action has changed.
func (s *Store) BulkChanges(ctx context.Context, id string) ([]BulkRow, error) {
	var texts []string
	if err := s.read.WithContext(ctx).Model(&bulkPage{}).Where("bulk_id = ?", id).Order("page").Pluck("rows", &texts).Error; err != nil {
		return nil, err
	}
	var rows []BulkRow
	for _, text := range texts {
		for _, row := range decode[[]BulkRow](text) {
			if row.Before != nil {
				rows = append(rows, row)
			}
		}
	}
	return rows, nil
}
