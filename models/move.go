package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// ErrNotEmpty says that there is something already where a copy should go.
var ErrNotEmpty = errors.New("there is something in it already")

// Moved is a table that was copied: how many rows, and the sum of what they hold, the
// same in both databases.
type Moved struct {
	Table string
	Rows  int
	Sum   string
}

// Move copies all that one database holds into another, which is empty: all of it or
// nothing. Each table is read again where it was written, and compared. Nobody else
// may use the two meanwhile; a controller that lives on the first is an error, as is
// ErrNotEmpty.
func Move(ctx context.Context, from, to string) (moved []Moved, err error) {
	source, err := Open(from)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := Open(to)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	err = source.Tx(ctx, func(s *Tx) error {
		if err := unused(s.db); err != nil {
			return err
		}
		return target.Tx(ctx, func(t *Tx) error {
			moved, err = move(s.db.WithContext(ctx), t.db.WithContext(ctx))
			return err
		})
	})
	return moved, err
}

// unused refuses a database that a controller lives on.
func unused(db *gorm.DB) error {
	living, err := value[int](db, "SELECT COUNT(*) FROM controllers WHERE lease_until > ?", At(time.Now()))
	if err == nil && living > 0 {
		err = fmt.Errorf("a ringdesk runs on it: stop it, and try again %v later", 15*time.Second)
	}
	return err
}

// move copies all rows within the two transactions.
func move(from, to *gorm.DB) ([]Moved, error) {
	if err := errors.Join(noHurry(from), noHurry(to)); err != nil {
		return nil, err
	}
	tables, err := tablesToMove(from)
	if err != nil {
		return nil, err
	}
	if err := vacant(to, tables); err != nil {
		return nil, err
	}
	if err := to.Exec("DELETE FROM rates").Error; err != nil {
		return nil, err
	}
	moved := make([]Moved, len(tables))
	for i, t := range tables {
		if moved[i], err = t.copy(from, to); err != nil {
			return nil, fmt.Errorf("the table %s: %w", t.name, err)
		}
	}
	return moved, errors.Join(fillSearch(to), countOn(to))
}

// noHurry lets a transaction last as long as it takes.
func noHurry(db *gorm.DB) error {
	if !onPostgres(db) {
		return nil
	}
	return errors.Join(db.Exec("SET LOCAL idle_in_transaction_session_timeout = 0").Error, db.Exec("SET LOCAL statement_timeout = 0").Error)
}

// vacant refuses a database that holds more than a new one, which has rates only.
func vacant(db *gorm.DB, tables []movedTable) error {
	for _, t := range tables {
		query := "SELECT COUNT(*) FROM " + quote(t.name)
		if t.name == "rates" {
			query += " WHERE workspace_id <> ''"
		}
		n, err := value[int](db, query)
		if err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("%w: %d rows in the table %s", ErrNotEmpty, n, t.name)
		}
	}
	return nil
}

// countOn lets numbers that the database counts up go on behind those that came.
func countOn(db *gorm.DB) error {
	if !onPostgres(db) {
		return nil // SQLite looks at what is there
	}
	for _, table := range []string{"changes", "revocations"} {
		err := db.Exec("SELECT setval(pg_get_serial_sequence('" + table + "', 'seq'), (SELECT COALESCE(MAX(seq), 0) + 1 FROM " + table + "), FALSE)").Error
		if err != nil {
			return err
		}
	}
	return nil
}

// movedTable is a table with the kinds of its columns: text, number, boolean, bytes.
type movedTable struct {
	name    string
	columns []string
	kinds   []string
}

// rebuilt are columns of the search, which is made anew.
var rebuilt = []string{"contacts.search_doc", "conversations.search_doc", "conversations.search_texts"}

const (
	columnsOnSQLite = `SELECT t.name, c.name, CASE upper(c.type) WHEN 'TEXT' THEN 'text' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'BLOB' THEN 'bytes' ELSE 'number' END
		FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'contact_tokens%'
		AND t.name NOT LIKE 'text_tokens%' AND t.name <> 'migrations' ORDER BY t.name, c.cid`
	referencesOnSQLite = `SELECT DISTINCT t.name, f."table" FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'`

	columnsOnPostgres = `SELECT table_name, column_name, CASE data_type WHEN 'bytea' THEN 'bytes' WHEN 'bigint' THEN 'number' ELSE data_type END
		FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT IN ('contact_tokens', 'text_tokens', 'migrations')
		ORDER BY table_name, ordinal_position`
	referencesOnPostgres = `SELECT DISTINCT a.relname, b.relname FROM pg_constraint c JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid
		WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace`
)

// tablesToMove lists tables so that each comes behind those that it refers to.
func tablesToMove(db *gorm.DB) ([]movedTable, error) {
	columns, references := columnsOnSQLite, referencesOnSQLite
	if onPostgres(db) {
		columns, references = columnsOnPostgres, referencesOnPostgres
	}
	var all []movedTable
	err := each(db, func(rows *sql.Rows) error {
		var table, column, kind string
		if err := rows.Scan(&table, &column, &kind); err != nil || slices.Contains(rebuilt, table+"."+column) {
			return err
		}
		if n := len(all); n == 0 || all[n-1].name != table {
			all = append(all, movedTable{name: table})
		}
		t := &all[len(all)-1]
		t.columns, t.kinds = append(t.columns, column), append(t.kinds, kind)
		return nil
	}, columns)
	if err != nil {
		return nil, err
	}
	needs := map[string][]string{}
	err = each(db, func(rows *sql.Rows) error {
		var table, other string
		err := rows.Scan(&table, &other)
		needs[table] = append(needs[table], other)
		return err
	}, references)
	if err != nil {
		return nil, err
	}
	return inNeed(all, needs), nil
}

func inNeed(all []movedTable, needs map[string][]string) (sorted []movedTable) {
	done := map[string]bool{}
	var visit func(t movedTable)
	visit = func(t movedTable) {
		if done[t.name] {
			return
		}
		done[t.name] = true
		for _, other := range all {
			if slices.Contains(needs[t.name], other.name) {
				visit(other)
			}
		}
		sorted = append(sorted, t)
	}
	for _, t := range all {
		visit(t)
	}
	return sorted
}

// quoted is a table's columns as statements name them.
func (t movedTable) quoted() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = quote(c)
	}
	return strings.Join(names, ", ")
}
