package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// copied is a table whose rows are copied, and the columns that get a value of their own in
// each copy: ids, and what leads to them.
type copied struct {
	table string
	own   []string
}

// copyApart is how much later each copy of a row has happened, in µs.
const copyApart = 7_000_000

// copyRows makes copies of all rows of some tables. Nobody else may have the database open.
func copyRows(ctx context.Context, file string, copies int, tables []copied) (err error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=foreign_keys(0)&_pragma=cache_size(-1000000)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	for _, t := range tables {
		indexes, err := textsOf(ctx, db, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", t.table)
		if err == nil {
			err = t.copyWithout(ctx, db, indexes, copies)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", t.table, err)
		}
	}
	_, err = db.ExecContext(ctx, "ANALYZE")
	return err
}

// copyWithout leaves indexes out meanwhile: to make one of a million rows takes a fraction
// of what as many additions do.
func (t copied) copyWithout(ctx context.Context, db *sql.DB, indexes []string, copies int) error {
	names, err := textsOf(ctx, db, "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", t.table)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := db.ExecContext(ctx, `DROP INDEX "`+name+`"`); err != nil {
			return err
		}
	}
	if err := t.copy(ctx, db, copies); err != nil {
		return err
	}
	for _, index := range indexes {
		if _, err := db.ExecContext(ctx, index); err != nil {
			return err
		}
	}
	return nil
}

func (t copied) copy(ctx context.Context, db *sql.DB, copies int) error {
	columns, err := textsOf(ctx, db, "SELECT name FROM pragma_table_info(?)", t.table)
	if err != nil {
		return err
	}
	chosen := make([]string, len(columns))
	for i, c := range columns {
		chosen[i] = t.value(c)
	}
	insert := `INSERT INTO "` + t.table + `" SELECT ` + strings.Join(chosen, ", ") + " FROM played"
	if _, err := db.ExecContext(ctx, `CREATE TEMP TABLE played AS SELECT * FROM "`+t.table+`"`); err != nil {
		return err
	}
	for k := 1; k <= copies; k++ {
		if _, err := db.ExecContext(ctx, insert, k); err != nil {
			return err
		}
	}
	_, err = db.ExecContext(ctx, "DROP TABLE played")
	return err
}

// value is what a column has in copy ?1.
func (t copied) value(column string) string {
	name := `"` + column + `"`
	switch {
	case slices.Contains(t.own, column):
		return fmt.Sprintf("CASE WHEN %[1]s = '' THEN '' ELSE %[1]s || '.' || ?1 END", name)
	case t.table == "calls" && column == "data": // the state of a call that is over: two fifths of all that there is of it
		return "'{}'"
	case column == "search_doc": // the index of words has no copies
		return "NULL"
	case column == "at" || strings.HasSuffix(column, "_at"):
		return fmt.Sprintf("%s + ?1 * %d", name, copyApart)
	}
	return name
}

// textsOf reads a query's first column.
func textsOf(ctx context.Context, db *sql.DB, query, about string) (texts []string, err error) {
	rows, err := db.QueryContext(ctx, query, about)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, rows.Err()
}
