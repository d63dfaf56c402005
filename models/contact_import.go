package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// The states of an import.
const (
	ImportPreview = "preview" // somebody looks at it
	ImportRunning = "running"
	ImportDone    = "done"
)

// ContactImport is a file of contacts that is read in.
type ContactImport struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	AgentID     string // "" for an API key
	Name        string // of the file
	File        []byte
	State       string
	Columns     string // JSON list of what each column is
	Total       int
	Done        int // entries from the first on
	Added       int
	Updated     int
	Bad         string // JSON list of BadEntry
	CreatedAt   Time
	EndedAt     Time
}

// BadEntry is an entry of a file that was left out.
type BadEntry struct {
	Row int    `json:"row"` // from 0
	Why string `json:"why"` // a code
	Of  string `json:"of"`  // what is wrong, such as a number
}

// ColumnsAre gives what each column is.
func (i ContactImport) ColumnsAre() []string { return decode[[]string](i.Columns) }

// BadEntries gives the entries that were left out.
func (i ContactImport) BadEntries() []BadEntry { return decode[[]BadEntry](i.Bad) }

// keepImports is how long files that were read in stay.
const keepImports = 7 * 24 * time.Hour

// AddImport keeps a file that somebody looks at, and forgets those of long ago.
func (t *Tx) AddImport(i ContactImport) error {
	i.State, i.Columns, i.Bad = ImportPreview, "[]", "[]"
	if err := t.db.Exec("DELETE FROM contact_imports WHERE workspace_id = ? AND state <> ? AND created_at < ?", i.WorkspaceID, ImportRunning,
		At(i.CreatedAt.Add(-keepImports))).Error; err != nil {
		return err
	}
	return create(t.db, &i)
}

// StartImport has a file read in, if nobody has started it yet.
func (t *Tx) StartImport(workspace, id string, columns []string) error {
	return gone(t.db.Exec("UPDATE contact_imports SET state = ?, columns = ? WHERE workspace_id = ? AND id = ? AND state = ?",
		ImportRunning, encode(columns), workspace, id, ImportPreview))
}

// Import finds an import of a workspace inside the transaction.
func (t *Tx) Import(id string) (ContactImport, error) {
	return one[ContactImport](t.db.Omit("file"), "id = ?", id)
}

// ImportProgress says how far an import has come.
func (t *Tx) ImportProgress(i ContactImport, bad []BadEntry) error {
	return t.db.Exec("UPDATE contact_imports SET state = ?, done = ?, added = ?, updated = ?, bad = ?, ended_at = ? WHERE id = ?",
		i.State, i.Done, i.Added, i.Updated, encode(bad), i.EndedAt, i.ID).Error
}

// Import finds an import of a workspace.
func (s *Store) Import(ctx context.Context, workspace, id string) (ContactImport, error) {
	return one[ContactImport](s.read.WithContext(ctx), "workspace_id = ? AND id = ?", workspace, id)
}

// ImportByID finds an import.
func (s *Store) ImportByID(ctx context.Context, id string) (ContactImport, error) {
	return one[ContactImport](s.read.WithContext(ctx), "id = ?", id)
}

// ContactsWithNumbers gives the contacts that have any of the numbers, each once.
func (t *Tx) ContactsWithNumbers(workspace string, numbers []string) ([]string, error) {
	var ids []string
	return ids, t.db.Raw("SELECT DISTINCT contact_id FROM contact_numbers WHERE workspace_id = ? AND number IN ?", workspace, numbers).Scan(&ids).Error
}

// ContactsWithEmail gives the contacts that have an address.
func (t *Tx) ContactsWithEmail(workspace, email string) ([]string, error) {
	var ids []string
	return ids, t.db.Raw("SELECT id FROM contacts WHERE workspace_id = ? AND merged_into = '' AND email <> '' AND "+sameEmail(t.db)+" LIMIT 2", workspace, email).Scan(&ids).Error
}

// sameEmail is the condition that an address is one, in capitals or not, in the
// words of the index contacts_by_email.
func sameEmail(db *gorm.DB) string {
	if onPostgres(db) {
		return "lower(email) = lower(?)"
	}
	return "email = ? COLLATE NOCASE"
}
