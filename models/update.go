package models

import (
	"errors"

	"gorm.io/gorm"
)

// columns is what an update changes: each column's new value. It is an alias,
// since gorm knows a plain map only.
type columns = map[string]any

// put sets a column to what an update says about it, if it says anything.
func put[T any](set columns, column string, v *T) {
	if v != nil {
		set[column] = *v
	}
}

// putRef is put for a column that refers to another row: "" makes it NULL.
func putRef(set columns, column string, id *string) {
	switch {
	case id == nil:
	case *id == "":
		set[column] = nil
	default:
		set[column] = *id
	}
}

// putTime is put for a moment: the zero Time leaves the column as it is.
func putTime(set columns, column string, at Time) {
	if !at.IsZero() {
		set[column] = at
	}
}

// gone gives the error of a change; one that found nothing to change gives
// ErrNotFound.
func gone(res *gorm.DB) error {
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	return res.Error
}

// update writes those fields of u that are not nil over a row. u is a struct of
// pointers whose fields are named as the row's; rows are those of a model.
func update[T comparable](rows *gorm.DB, u T) error {
	var nothing T
	if u == nothing {
		return nil
	}
	err := gone(rows.Updates(u))
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = ErrConflict
	}
	return err
}
