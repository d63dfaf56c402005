package models

import (
	"context"
	"time"
)

// Cursor says how far somebody who follows the changes has read them, such as the
// keeper of statistics. No change is removed that a cursor has not passed.
type Cursor struct {
	Name       string `gorm:"primaryKey"`
	Seq        int64  // of the last change that was read
	Owner      string // the controller that reads
	LeaseUntil Time
}

// CursorFacts is the cursor of those who make the facts of calls.
const CursorFacts = "facts"

// LeaseCursor makes a controller the one that follows the changes until a moment, and
// gives the last one that was read. A cursor that there was none of begins with the
// newest change; isNew says so. ErrConflict says that another controller follows them.
func (t *Tx) LeaseCursor(name, owner string, now, until time.Time) (seq int64, isNew bool, err error) {
	n, err := exec(t.db, "INSERT INTO cursors (name, seq, owner, lease_until) SELECT ?, COALESCE(MAX(seq), 0), ?, ? FROM changes WHERE true ON CONFLICT (name) DO NOTHING",
		name, owner, At(until))
	if err != nil {
		return 0, false, err
	}
	if isNew = n > 0; !isNew {
		n, err = exec(t.db, "UPDATE cursors SET owner = ?, lease_until = ? WHERE name = ? AND (owner = ? OR lease_until IS NULL OR lease_until <= ?)",
			owner, At(until), name, owner, At(now))
		if err == nil && n == 0 {
			err = ErrConflict
		}
		if err != nil {
			return 0, false, err
		}
	}
	seq, err = value[int64](t.db, "SELECT seq FROM cursors WHERE name = ?", name)
	return seq, isNew, err
}

// MoveCursor notes that changes were read from one number to another. ErrConflict says
// that somebody else has done so.
func (t *Tx) MoveCursor(name string, from, to int64) error {
	n, err := exec(t.db, "UPDATE cursors SET seq = ? WHERE name = ? AND seq = ?", to, name, from)
	if err == nil && n == 0 {
		err = ErrConflict
	}
	return err
}

// DropCursor forgets how far somebody has read: they begin anew.
func (t *Tx) DropCursor(name string) error {
	_, err := exec(t.db, "DELETE FROM cursors WHERE name = ?", name)
	return err
}

// Cursor gives a cursor; ErrNotFound where nobody of this name has begun.
func (s *Store) Cursor(ctx context.Context, name string) (Cursor, error) {
	return one[Cursor](s.read.WithContext(ctx), "name = ?", name)
}

// LockCursor keeps others from moving a cursor until the transaction ends.
func (t *Tx) LockCursor(name string) error {
	_, err := exec(t.db, "UPDATE cursors SET seq = seq WHERE name = ?", name)
	return err
}
