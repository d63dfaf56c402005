package models

import (
	"context"
	"errors"

	"gorm.io/gorm"
)

// connection is the one connection that writes, as gorm's pool. It is used by one
// goroutine at a time.
type connection interface {
	gorm.ConnPool
	// begin starts a transaction in which nobody else writes: what it has read stays
	// true until it ends.
	begin(ctx context.Context) error
	// commit ends a transaction. tells says that it has changes which other programs
	// listen for. An error says that nothing of it was done.
	commit(ctx context.Context, tells bool) error
	rollback(ctx context.Context) error
	// script runs statements that have no parameters, of a migration.
	script(ctx context.Context, statements string) error
	close() error
}

// transaction runs do between begin and commit. do says whether it has changes.
func transaction(db *gorm.DB, do func(*gorm.DB) (tells bool, err error)) error {
	conn, ctx := db.Statement.ConnPool.(connection), db.Statement.Context
	if err := conn.begin(ctx); err != nil {
		return err
	}
	tells, err := do(db)
	if err == nil {
		err = conn.commit(ctx, tells)
	}
	if err != nil {
		err = errors.Join(err, conn.rollback(ctx))
	}
	return err
}
