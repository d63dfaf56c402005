package models

import (
	"context"
	"encoding/json"
	"time"
)

// AuditEntry says who changed or exported what, when, and from where (SEC-6).
type AuditEntry struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	At          Time
	ByKind      string // agent, key, operator, system
	ByID        string // agent's id or access key; "" for the others
	ByName      string // of a key; agents' names are read where they stand
	Address     string // network address; "" for the others
	Action      string
	Kind        string // of what was changed
	EntityID    string
	Name        string // of what was changed, as it was then
	Changes     string // JSON, []AuditChange
}

func (AuditEntry) TableName() string { return "audit" }

// AuditChange is one field's change. Of a secret only Hidden is told.
type AuditChange struct {
	Field  string          `json:"field"`
	Old    json.RawMessage `json:"old,omitempty"`
	New    json.RawMessage `json:"new,omitempty"`
	Hidden bool            `json:"hidden,omitempty"`
}

// ChangeList gives the changed fields.
func (e AuditEntry) ChangeList() []AuditChange { return decode[[]AuditChange](e.Changes) }

// AddAudit writes an entry of the audit log.
func (t *Tx) AddAudit(e AuditEntry, changes []AuditChange) error {
	e.ID, e.Changes = NewID(), "[]"
	if len(changes) > 0 {
		e.Changes = encode(changes)
	}
	return create(t.db, &e)
}

// AuditFilter says which entries to list; what is empty says nothing. Before is the id
// of the last entry of the previous page.
type AuditFilter struct {
	Kind, EntityID, Action, By string
	From, To                   time.Time
	Before                     string
	Limit                      int
}

// Audit lists a page of a workspace's audit log, newest first.
func (s *Store) Audit(ctx context.Context, workspace string, f AuditFilter) ([]AuditEntry, error) {
	db := s.read.WithContext(ctx).Where("workspace_id = ?", workspace)
	for column, v := range map[string]string{"kind": f.Kind, "entity_id": f.EntityID, "action": f.Action, "by_id": f.By} {
		if v != "" {
			db = db.Where(column+" = ?", v)
		}
	}
	if !f.From.IsZero() {
		db = db.Where("at >= ?", At(f.From))
	}
	if !f.To.IsZero() {
		db = db.Where("at < ?", At(f.To))
	}
	if f.Before != "" {
		db = db.Where("id < ?", f.Before)
	}
	var es []AuditEntry
	return es, db.Order("id DESC").Limit(f.Limit).Find(&es).Error
}
