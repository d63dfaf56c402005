// Package database gives tests of whole packages a database of their own: a SQLite
// file or, when the package's tests run on PostgreSQL (testkit/postgres, RunAll), one
// of that server.
package database

import (
	"testing"

	"ringdesk/models"
	"ringdesk/testkit/postgres"
)

// Place is where models.Open finds it.
func Place(tb testing.TB) string {
	tb.Helper()
	return postgres.Place(tb, func(place string) error {
		s, err := models.Open(place)
		if err != nil {
			return err
		}
		return s.Close()
	})
}
