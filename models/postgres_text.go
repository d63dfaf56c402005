package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"
)

// numbered writes statements as PostgreSQL reads them: $1 for the first ?, and no
// text that it refuses.
type numbered struct{ to gorm.ConnPool }

func (n numbered) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return n.to.PrepareContext(ctx, numberedMarks(query))
}

// ExecContext implements gorm.ConnPool.
func (n numbered) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return n.to.ExecContext(ctx, numberedMarks(query), clean(args)...)
}

// QueryContext implements gorm.ConnPool.
func (n numbered) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return n.to.QueryContext(ctx, numberedMarks(query), clean(args)...)
}

// QueryRowContext implements gorm.ConnPool.
func (n numbered) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return n.to.QueryRowContext(ctx, numberedMarks(query), clean(args)...)
}

// numberedMarks makes $1, $2 … of the question marks that stand in no quotes.
func numberedMarks(query string) string {
	if !strings.Contains(query, "?") {
		return query
	}
	var b strings.Builder
	b.Grow(len(query) + 16)
	marks, quote := 0, byte(0)
	for i := range len(query) {
		c := query[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '?':
			marks++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(marks))
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// clean replaces what no text of PostgreSQL may hold, and a carrier may send: bytes
// that are not UTF-8, and NUL.
func clean(args []any) []any {
	cleaned := args
	for i, arg := range args {
		text, ok := asText(arg)
		if !ok || utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 {
			continue
		}
		if &cleaned[0] == &args[0] {
			cleaned = append([]any(nil), args...)
		}
		cleaned[i] = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "\ufffd")
	}
	return cleaned
}

func asText(arg any) (string, bool) {
	switch v := arg.(type) {
	case string:
		return v, true
	case *string:
		if v == nil {
			return "", false
		}
		return *v, true
	case nil, int64, int, bool, []byte, driver.Valuer:
		return "", false
	}
	if v := reflect.ValueOf(arg); v.Kind() == reflect.String {
		return v.String(), true
	}
	return "", false
}
