package models

import (
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// parametersAtOnce is how many parameters one statement writes rows with: well below what
// a database takes.
const parametersAtOnce = 8000

// copy writes a table's rows, reads them again, and compares.
func (t movedTable) copy(from, to *gorm.DB) (Moved, error) {
	var wrote, read sums
	var some []any
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(t.columns)), ", ") + ")"
	write := func() error {
		if len(some) == 0 {
			return nil
		}
		n := len(some) / len(t.columns)
		_, err := exec(to, "INSERT INTO "+quote(t.name)+" ("+t.quoted()+") VALUES "+row+strings.Repeat(", "+row, n-1), some...)
		some = some[:0]
		return err
	}
	err := t.each(from, func(values []any) error {
		wrote.add(values)
		if some = append(some, values...); len(some)+len(values) > parametersAtOnce {
			return write()
		}
		return nil
	})
	if err == nil {
		err = write()
	}
	if err == nil {
		err = t.each(to, func(values []any) error { read.add(values); return nil })
	}
	if err == nil && wrote != read {
		err = fmt.Errorf("%d rows were read (%s), and %d are there now (%s)", wrote.rows, wrote.text(), read.rows, read.text())
	}
	return Moved{Table: t.name, Rows: wrote.rows, Sum: wrote.text()}, err
}

// each gives a table's rows in whatever order.
func (t movedTable) each(db *gorm.DB, do func(values []any) error) error {
	raw, into := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i := range raw {
		into[i] = &raw[i]
	}
	return each(db, func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		values := make([]any, len(raw))
		for i, v := range raw {
			var err error
			if values[i], err = asKind(t.kinds[i], v); err != nil {
				return fmt.Errorf("%s: %w", t.columns[i], err)
			}
		}
		return do(clean(values))
	}, "SELECT "+t.quoted()+" FROM "+quote(t.name))
}

// asKind gives a value as every database takes it.
func asKind(kind string, v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case bool:
		return v, nil
	case int64:
		switch kind {
		case "boolean":
			return v != 0, nil
		case "text":
			return fmt.Sprint(v), nil
		}
		return v, nil
	case string:
		if kind == "bytes" {
			return []byte(v), nil
		}
		return v, nil
	case []byte:
		if kind == "text" {
			return string(v), nil
		}
		return append([]byte(nil), v...), nil
	default:
		return nil, fmt.Errorf("a value of the type %T cannot be moved", v)
	}
}

// sums tells rows apart without their order: the sum of the beginnings of each one's
// SHA-256.
type sums struct {
	rows      int
	high, low uint64
}

func (s *sums) add(values []any) {
	h := sha256.New()
	for _, v := range values {
		text := fmt.Sprintf("%T %v", v, v)
		if b, ok := v.([]byte); ok {
			text = "bytes " + string(b)
		}
		_ = binary.Write(h, binary.BigEndian, int64(len(text))) // a hash fails never
		_, _ = h.Write([]byte(text))
	}
	of := h.Sum(nil)
	s.rows++
	s.high += binary.BigEndian.Uint64(of)
	s.low += binary.BigEndian.Uint64(of[8:])
}

func (s *sums) text() string { return fmt.Sprintf("%016x%016x", s.high, s.low) }
