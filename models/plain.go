package models

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"maps"
	"math/bits"
	"reflect"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// What each step of a call reads and writes goes straight to the connection and
// its compiled statements. gorm's callbacks took more of the processor than SQLite
// did (docs/decisions/0024-plain-statements.md). Its schemas still say what the
// columns of a type are.

// exec runs a statement and tells how many rows it was about. A broken unique key
// gives ErrConflict.
func exec(db *gorm.DB, statement string, args ...any) (int64, error) {
	res, err := db.Statement.ConnPool.ExecContext(db.Statement.Context, statement, args...)
	if err != nil {
		return 0, conflict(db, err)
	}
	return res.RowsAffected()
}

// execFound is exec for a statement that has to be about a row: none gives ErrNotFound.
func execFound(db *gorm.DB, statement string, args ...any) error {
	n, err := exec(db, statement, args...)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return err
}

// each hands the rows of a query to scan, one after the other.
func each(db *gorm.DB, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := db.Statement.ConnPool.QueryContext(db.Statement.Context, query, args...)
	if err != nil {
		return conflict(db, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return conflict(db, rows.Err())
}

// value reads the first column of a query's first row; no row gives ErrNotFound.
func value[T any](db *gorm.DB, query string, args ...any) (v T, err error) {
	return v, first(db, []any{&v}, query, args...)
}

// first reads a query's first row; no row gives ErrNotFound. It asks for rows and takes
// one, since GORM answers a question for one row that cannot be put, such as after the
// database has gone, with a row that panics when it is read.
func first(db *gorm.DB, into []any, query string, args ...any) error {
	rows, err := db.Statement.ConnPool.QueryContext(db.Statement.Context, query, args...)
	if err != nil {
		return conflict(db, err)
	}
	defer rows.Close()
	if !rows.Next() {
		return cmp.Or(conflict(db, rows.Err()), ErrNotFound)
	}
	if err := rows.Scan(into...); err != nil {
		return err
	}
	return rows.Close()
}

// values reads the first column of a query's rows.
func values[T any](db *gorm.DB, query string, args ...any) (vs []T, err error) {
	err = each(db, func(rows *sql.Rows) error {
		var v T
		err := rows.Scan(&v)
		vs = append(vs, v)
		return err
	}, query, args...)
	return vs, err
}

// setColumns changes rows of a table; condition goes on after WHERE.
func setColumns(db *gorm.DB, table string, to columns, condition string, args ...any) (int64, error) {
	if len(to) == 0 {
		return 0, nil
	}
	var text strings.Builder
	text.WriteString("UPDATE " + table + " SET ")
	all := make([]any, 0, len(to)+len(args))
	for i, column := range slices.Sorted(maps.Keys(to)) {
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteString(column + " = ?")
		all = append(all, to[column])
	}
	return exec(db, text.String()+" WHERE "+condition, append(all, args...)...)
}

// table is what the rows of a type are called in statements.
type table struct {
	columns []*schema.Field // but for those that the database counts up
	insert  string          // as far as the values
	row     string          // the values of one row
	read    string          // as far as the condition
}

var tables sync.Map // by reflect.Type

func tableOf[T any](db *gorm.DB) (*table, error) {
	kind := reflect.TypeFor[T]()
	if known, ok := tables.Load(kind); ok {
		return known.(*table), nil
	}
	stmt := &gorm.Statement{DB: db}
	if err := stmt.Parse(new(T)); err != nil {
		return nil, err
	}
	var t table
	var written []string
	for _, f := range stmt.Schema.Fields {
		if f.DBName != "" && !f.AutoIncrement {
			t.columns = append(t.columns, f)
			written = append(written, quote(f.DBName))
		}
	}
	names, in := strings.Join(written, ", "), quote(stmt.Schema.Table)
	t.insert = "INSERT INTO " + in + " (" + names + ") VALUES "
	t.row = "(" + strings.TrimSuffix(strings.Repeat("?, ", len(written)), ", ") + ")"
	t.read = "SELECT " + names + " FROM " + in + " WHERE "
	tables.Store(kind, &t)
	return &t, nil
}

// quote writes a name as every database reads it.
func quote(name string) string { return `"` + name + `"` }

// insertion is the statement that inserts rows, with what it says.
func insertion[T any](db *gorm.DB, rows []T) (statement string, args []any, err error) {
	t, err := tableOf[T](db)
	if err != nil {
		return "", nil, err
	}
	args = make([]any, 0, len(rows)*len(t.columns))
	for i := range rows {
		row := reflect.ValueOf(&rows[i]).Elem()
		for _, f := range t.columns {
			args = append(args, f.ReflectValueOf(context.Background(), row).Interface())
		}
	}
	return t.insert + t.row + strings.Repeat(", "+t.row, len(rows)-1), args, nil
}

// insert writes new rows; a broken unique key gives ErrConflict.
func insert[T any](db *gorm.DB, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	statement, args, err := insertion(db, rows)
	if err != nil {
		return err
	}
	_, err = exec(db, statement, args...)
	return err
}

// create is insert for one row.
func create[T any](db *gorm.DB, row *T) error { return insert(db, []T{*row}) }

// find reads the first row for which the condition holds; none gives ErrNotFound.
func find[T any](db *gorm.DB, condition string, args ...any) (row T, err error) {
	t, err := tableOf[T](db)
	if err != nil {
		return row, err
	}
	into := make([]any, len(t.columns))
	for i, f := range t.columns {
		into[i] = f.ReflectValueOf(context.Background(), reflect.ValueOf(&row).Elem()).Addr().Interface()
	}
	return row, first(db, into, t.read+condition+" LIMIT 1", args...)
}

// list reads the rows for which the condition holds, in the order that it may go on with.
func list[T any](db *gorm.DB, condition string, args ...any) (all []T, err error) {
	t, err := tableOf[T](db)
	if err != nil {
		return nil, err
	}
	into := make([]any, len(t.columns))
	err = each(db, func(rows *sql.Rows) error {
		var row T
		for i, f := range t.columns {
			into[i] = f.ReflectValueOf(context.Background(), reflect.ValueOf(&row).Elem()).Addr().Interface()
		}
		err := rows.Scan(into...)
		all = append(all, row)
		return err
	}, t.read+condition, args...)
	return all, err
}

// among gives what ids have to stand in for a statement's list: the last one again until they are a power
// of two, so that lists of all lengths are a few statements to compile.
func among(ids []string) (list string, args []any) {
	n := roundedUp(len(ids))
	args = make([]any, n)
	for i := range args {
		args[i] = ids[min(i, len(ids)-1)]
	}
	return "(" + strings.TrimSuffix(strings.Repeat("?, ", n), ", ") + ")", args
}

// roundedUp gives the next power of two.
func roundedUp(n int) int { return 1 << bits.Len(uint(n-1)) }

// conflict makes ErrConflict of a broken unique key.
func conflict(db *gorm.DB, err error) error {
	if t, ok := db.Dialector.(gorm.ErrorTranslator); ok && err != nil && errors.Is(t.Translate(err), gorm.ErrDuplicatedKey) {
		return ErrConflict
	}
	return err
}
