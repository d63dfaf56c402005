package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// CopyPostgres writes what the PostgreSQL of a URL holds at one moment to a new SQLite
// file of the same schema, each table read again and compared, and tells it.
// Controllers go on meanwhile: one REPEATABLE READ transaction sees one moment and
// stops no writer (https://www.postgresql.org/docs/current/transaction-iso.html).
func CopyPostgres(ctx context.Context, url, to string) (c Contents, err error) {
	err = snapshot(ctx, url, func(from *gorm.DB) error {
		had, err := values[string](from, hadMigrations)
		if err != nil {
			return fmt.Errorf("there is no database of ringdesk to back up: %w", err)
		}
		if err := known(had); err != nil {
			return err
		}
		return makeSQLite(ctx, to, had, func(copied *gorm.DB) error {
			_, err := move(from, copied)
			return err
		})
	})
	if err != nil {
		return c, fmt.Errorf("the database cannot be copied: %w", err)
	}
	return SQLiteContents(ctx, to)
}

// snapshot gives a look at one moment of a PostgreSQL.
func snapshot(ctx context.Context, url string, look func(*gorm.DB) error) (err error) {
	_, pool, err := connectPostgres(ctx, url, 1, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	tx, err := pool.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: numbered{tx}}), config(false))
	if err != nil {
		return err
	}
	return look(db.WithContext(ctx))
}

// makeSQLite makes a database of the named migrations in a new file, which only its
// user reads, and fills it in one transaction.
func makeSQLite(ctx context.Context, file string, names []string, fill func(*gorm.DB) error) (err error) {
	made, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err == nil {
		err = made.Close()
	}
	if err != nil {
		return err
	}
	// Neither a journal file nor fsync: a copy that was not finished is thrown away.
	return onSQLite(file, "file:"+inURI.Replace(file)+"?_pragma=journal_mode(MEMORY)&_pragma=synchronous(OFF)&_pragma=foreign_keys(1)", func(pool *sql.DB) (err error) {
		db, err := pinSQLite(pool)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, db.Statement.ConnPool.(connection).close()) }()
		if err := migrateBy(db, names); err != nil {
			return err
		}
		return transaction(db, func(tx *gorm.DB) (bool, error) { return false, fill(tx.WithContext(ctx)) })
	})
}

// LoadPostgres puts what a SQLite file holds, of this version of ringdesk or an older
// one, into the PostgreSQL of a URL: all of it or nothing. ErrNotEmpty says that there
// is something already. The file is of today's schema afterwards.
func LoadPostgres(ctx context.Context, file, url string) (err error) {
	source, err := Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := Open(url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	return target.Tx(ctx, func(t *Tx) error {
		_, err := move(source.read.WithContext(ctx), t.db.WithContext(ctx))
		return err
	})
}

// VacantPostgres is ErrNotEmpty where something is in the PostgreSQL of a URL, which it
// does not change.
func VacantPostgres(ctx context.Context, url string) error {
	return lookIntoPostgres(url, func(db *gorm.DB) error {
		db = db.WithContext(ctx)
		tables, err := tablesToMove(db)
		if err != nil {
			return err
		}
		return vacant(db, tables)
	})
}
