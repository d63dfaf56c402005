package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// Contents tells what a database holds, so that a copy can be compared with it.
type Contents struct {
	Schema []string       `json:"schema"` // the migrations it has had, in their order
	Rows   map[string]int `json:"rows"`   // by table
}

// Newer gives the first migration that this version of ringdesk does not know; ""
// where it knows all.
func (c Contents) Newer() (string, error) {
	known, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return "", err
	}
	for _, name := range c.Schema {
		if !slices.Contains(known, name) {
			return name, nil
		}
	}
	return "", nil
}

// CopySQLite writes what the database in file holds at one moment to a new file,
// and tells it. Controllers go on meanwhile: reading stops no writer
// (https://www.sqlite.org/lang_vacuum.html#vacuum_with_an_into_clause).
func CopySQLite(ctx context.Context, file, to string) (Contents, error) {
	// Not for looking only: query_only forbids VACUUM INTO.
	err := onSQLite(file, "file:"+inURI.Replace(file)+"?mode=rw&_pragma=busy_timeout(5000)", func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, "VACUUM INTO ?", to)
		return err
	})
	if err == nil {
		err = os.Chmod(to, 0o600)
	}
	if err != nil {
		return Contents{}, fmt.Errorf("the database %s cannot be copied: %w", file, err)
	}
	return SQLiteContents(ctx, to)
}

// SQLiteContents tells what the database in file holds. It may be of another
// version of ringdesk.
func SQLiteContents(ctx context.Context, file string) (Contents, error) {
	c := Contents{Rows: make(map[string]int)}
	err := onSQLite(file, lookDSN(file), func(db *sql.DB) (err error) {
		if c.Schema, err = texts(ctx, db, "SELECT name FROM migrations ORDER BY name"); err != nil {
			return err
		}
		tables, err := texts(ctx, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name")
		for _, table := range tables {
			var n int
			if err := db.QueryRowContext(ctx, `SELECT COUNT(*) FROM "`+strings.ReplaceAll(table, `"`, `""`)+`"`).Scan(&n); err != nil {
				return err
			}
			c.Rows[table] = n
		}
		return err
	})
	return c, err
}

// ReadyInSQLite gives the files of the recordings in file that are ready and in the
// folder. It may be of another version of ringdesk, but not from before recordings
// could be in a bucket.
func ReadyInSQLite(ctx context.Context, file string) (files []string, err error) {
	err = onSQLite(file, lookDSN(file), func(db *sql.DB) error {
		files, err = texts(ctx, db, "SELECT file FROM recordings WHERE state = 'ready' AND bucket = ''")
		return err
	})
	return files, err
}

func texts(ctx context.Context, db *sql.DB, query string) (all []string, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}

func onSQLite(file, dsn string, do func(*sql.DB) error) (err error) {
	_, pool, err := connect(dsn, 1)
	if pool != nil {
		defer func() { err = errors.Join(err, pool.Close()) }()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return do(pool)
}
