package models

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Time is a moment as the database keeps it: microseconds since 1970 in a
// BIGINT, which sorts and compares the same in every database. The zero Time
// is NULL.
type Time struct{ time.Time }

// At cuts a moment down to what the database keeps.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Truncate(time.Microsecond)}
}

// Value implements driver.Valuer.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UnixMicro(), nil
}

// Scan implements sql.Scanner.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = Time{}
	case int64:
		*t = Time{time.UnixMicro(v).UTC()}
	default:
		return fmt.Errorf("models: a time must be an integer, not %T", src)
	}
	return nil
}

// moment is the time as the database keeps it, also of the zero Time: before all
// others.
func (t Time) moment() int64 {
	if t.IsZero() {
		return -1 << 62
	}
	return t.UnixMicro()
}

// GormDataType names the column type to GORM.
func (Time) GormDataType() string { return "bigint" }

// Ptr gives nil for the zero Time, as the API wants it.
func (t Time) Ptr() *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t.Time
}
