package models

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"ringdesk/testkit/postgres"
)

// held gives the sums of all that a database holds, by table.
func held(t *testing.T, place string) map[string]Moved {
	t.Helper()
	all := map[string]Moved{}
	must(t, lookInto(place, func(db *gorm.DB) error {
		tables, err := tablesToMove(db)
		if err != nil {
			return err
		}
		for _, table := range tables {
			var s sums
			if err := table.each(db, func(values []any) error { s.add(values); return nil }); err != nil {
				return err
			}
			all[table.name] = Moved{Table: table.name, Rows: s.rows, Sum: s.text()}
		}
		return nil
	}))
	return all
}

// A copy of a PostgreSQL is of one moment, however much is written meanwhile, and
// another database that is made of it holds the same, found and counted on.
//
// Covers: OPS-2, OPS-5
func TestCopyOfPostgres_OPS_2_OPS_5(t *testing.T) {
	const before = 500 // calls, so many that reading them takes a while
	server := postgres.Start(t)
	for _, name := range []string{"first", "second", "nothing"} {
		server.SQL("postgres", "CREATE DATABASE "+name)
	}
	first, second, file := server.URL("first"), server.URL("second"), filepath.Join(t.TempDir(), "copy.db")
	s := openAt(t, first)
	ws, num, _ := workspace(t, s, 2)
	add := func(from, to int) error {
		return s.Tx(context.Background(), func(tx *Tx) (err error) {
			for i := from; i < to; i++ {
				err = errors.Join(err, addCallOf(tx, ws, num, fmt.Sprintf("call-%d", i), "somebody"))
			}
			return err
		})
	}
	must(t, add(0, before))
	writing, stop := make(chan error), make(chan struct{})
	go func() {
		for i := before; ; i++ {
			select {
			case <-stop:
				writing <- s.Tx(context.Background(), func(tx *Tx) error { return tx.RenewController("somebody", now.AddDate(50, 0, 0)) })
				return
			default:
				if err := add(i, i+1); err != nil {
					writing <- err
					return
				}
			}
		}
	}()
	contents, err := CopyPostgres(t.Context(), first, file)
	close(stop)
	must(t, errors.Join(err, <-writing))
	newer, err := contents.Newer()
	if n := contents.Rows["calls"]; err != nil || newer != "" || n < before || contents.Rows["conversations"] != n || contents.Rows["contacts"] != n {
		t.Errorf("%+v, %v: calls come with their conversation and contact", contents, err)
	}
	copied := held(t, file)
	must(t, VacantPostgres(t.Context(), second))
	must(t, LoadPostgres(t.Context(), file, second))
	if again := held(t, second); !maps.Equal(copied, again) || len(again) < 30 {
		t.Errorf("loaded\n%v, want\n%v", again, copied)
	}
	for _, err := range []error{VacantPostgres(t.Context(), second), LoadPostgres(t.Context(), file, second)} {
		if !errors.Is(err, ErrNotEmpty) {
			t.Errorf("one that is not empty: %v", err)
		}
	}
	if _, err := CopyPostgres(t.Context(), server.URL("nothing"), filepath.Join(t.TempDir(), "none.db")); err == nil || !strings.Contains(err.Error(), "no database of ringdesk") {
		t.Errorf("of nothing: %v", err)
	}
	// A copy has the schema of its database, and is moved to today's when it is loaded.
	server.SQL("second", "DELETE FROM migrations WHERE name = 'migrations/0034_join_muted.sql'; ALTER TABLE agents DROP COLUMN join_muted")
	older := filepath.Join(t.TempDir(), "older.db")
	contents, err = CopyPostgres(t.Context(), second, older)
	if err != nil || slices.Contains(contents.Schema, "migrations/0034_join_muted.sql") || contents.Rows["calls"] < before {
		t.Errorf("of an older one: %+v, %v", contents, err)
	}
	must(t, LoadPostgres(t.Context(), older, server.URL("nothing")))
	if n := server.SQL("nothing", "SELECT COUNT(*) FROM migrations WHERE name = 'migrations/0034_join_muted.sql'"); n != "1" {
		t.Errorf("of an older one: %s", n)
	}
	server.SQL("second", "INSERT INTO migrations VALUES ('migrations/9999_later.sql', 1)")
	if _, err := CopyPostgres(t.Context(), second, filepath.Join(t.TempDir(), "newer.db")); !errors.Is(err, ErrNewer) {
		t.Errorf("of a newer one: %v", err)
	}
}

// A database that a newer ringdesk has changed is refused, with what to do.
//
// Covers: OPS-2
func TestNewerDatabase_OPS_2(t *testing.T) {
	at := place(t)
	must(t, CheckVersion(t.Context(), at))
	t.Cleanup(func() { // the next test may have the same database of the server
		if postgres.On() {
			_, pool, err := connectPostgres(context.Background(), at, 1, nil)
			must(t, err)
			_, err = pool.Exec("DELETE FROM migrations WHERE name = 'migrations/9999_later.sql'")
			must(t, errors.Join(err, pool.Close()))
		}
	})
	s, err := Open(at)
	must(t, err)
	must(t, s.write.Exec("INSERT INTO migrations VALUES ('migrations/9999_later.sql', 1)").Error)
	must(t, s.Close())
	_, err = Open(at)
	for _, err := range []error{err, CheckVersion(t.Context(), at)} {
		if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "9999_later.sql is not known to this one): start that version") {
			t.Errorf("got %v", err)
		}
	}
}
