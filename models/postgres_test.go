package models

import (
	"errors"
	"testing"

	"ringdesk/testkit/postgres"
)

// Every test of this package holds on PostgreSQL, too.
//
// Covers: OPS-5
func TestOnPostgres_OPS_5(t *testing.T) { postgres.RunAll(t) }

// place is where a test opens a store, on SQLite or PostgreSQL.
func place(tb testing.TB) string {
	tb.Helper()
	return postgres.Place(tb, func(place string) error {
		s, err := Open(place)
		if err != nil {
			return err
		}
		return errors.Join(s.Close())
	})
}
