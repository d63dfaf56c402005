package models

import (
	"context"
	"database/sql"
	"time"

	"ringdesk/controller/journal"
)

// Change says that something a screen may show is different now. Seq counts
// up over the whole store.
type Change struct {
	Seq         int64 `gorm:"primaryKey;autoIncrement"`
	WorkspaceID string
	Topic       journal.Topic
	EntityID    string
	At          Time
	Elsewhere   bool `gorm:"-"` // another program has committed it
}

// Changed tells the screens of a workspace that an entity is different. One
// transaction tells it once, however often it changes the entity.
func (t *Tx) Changed(workspace string, topic journal.Topic, id string) error {
	about := told{workspace, topic, id}
	if t.told[about] {
		return nil
	}
	if t.told == nil {
		t.told = map[told]bool{}
	}
	t.told[about] = true
	t.changes = append(t.changes, Change{WorkspaceID: workspace, Topic: topic, EntityID: id, At: At(time.Now())})
	return nil
}

// changesAtOnce is how many changes one statement writes: well below the number
// of parameters that a database takes.
const changesAtOnce = 1000

// writeChanges writes all changes, which gives them their Seq.
func (t *Tx) writeChanges() error {
	if len(t.changes) == 0 {
		return nil
	}
	for rest := t.changes; len(rest) > 0; {
		some := rest[:min(len(rest), changesAtOnce)]
		rest = rest[len(some):]
		if err := t.writeSome(some); err != nil {
			return err
		}
	}
	return nil
}

// writeSome writes changes with one statement. SQLite numbers the rows of a statement one
// after the other and tells the last number, which costs a third less than to return them
// (https://www.sqlite.org/autoinc.html, https://www.sqlite.org/lang_returning.html).
func (t *Tx) writeSome(some []Change) error {
	statement, args, err := insertion(t.db, some)
	if err != nil {
		return err
	}
	if !onPostgres(t.db) {
		res, err := t.db.Statement.ConnPool.ExecContext(t.db.Statement.Context, statement, args...)
		if err != nil {
			return err
		}
		last, err := res.LastInsertId()
		for i := range some {
			some[i].Seq = last - int64(len(some)-1-i)
		}
		return err
	}
	numbered := 0
	return each(t.db, func(rows *sql.Rows) error {
		numbered++
		return rows.Scan(&some[numbered-1].Seq)
	}, statement+" RETURNING seq", args...)
}

// LastChange gives the sequence number of the newest change.
func (s *Store) LastChange(ctx context.Context) (int64, error) {
	var seq int64
	err := s.read.WithContext(ctx).Raw("SELECT COALESCE(MAX(seq), 0) FROM changes").Scan(&seq).Error
	return seq, err
}
