package cli

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"ringdesk/configs"
	"ringdesk/models"
	"ringdesk/testkit/postgres"
)

// A program that is older than its database is refused before it does anything, with
// what to do, and is not started again.
//
// Covers: OPS-2, OPS-3, OPS-5
func TestOlderProgram_OPS_2_OPS_3_OPS_5(t *testing.T) {
	server := postgres.Start(t)
	server.SQL("postgres", "CREATE DATABASE ringdesk")
	const later = "INSERT INTO migrations (name, at) VALUES ('migrations/9999_later.sql', 1)"
	for name, database := range map[string]string{"SQLite": configs.SQLite, "PostgreSQL": server.URL("ringdesk")} {
		t.Run(name, func(t *testing.T) {
			s := configs.Default()
			s.Storage.Data, s.Storage.Database, s.Web.Address, s.Metrics.Address = t.TempDir(), database, "127.0.0.1:0", configs.Off
			store, err := models.Open(s.Database())
			if err == nil {
				err = store.Close()
			}
			if err == nil && !s.OnPostgres() {
				err = execSQLite(s.Database(), later)
			}
			if err != nil {
				t.Fatal(err)
			}
			if s.OnPostgres() {
				server.SQL("ringdesk", later)
			}
			serving := s
			serving.Engine.SIPSocket, serving.Recordings.Folder = "ws://127.0.0.1:1/ws", t.TempDir()
			serving.Asterisk.ARIURL = "http://127.0.0.1:1"
			for command, run := range map[string]func() error{
				"run":   func() error { return runCmd{}.Run(s, &commands{}) },
				"serve": func() error { return serveCmd{}.Run(serving, "test") },
				"admin": func() error { return ownerLinkCmd{}.Run(s) },
			} {
				_, err := output(t, run)
				if !errors.As(err, new(usageError)) || !errors.Is(err, models.ErrNewer) || !strings.Contains(err.Error(), "start that version") {
					t.Errorf("%s: %v", command, err)
				}
			}
			if found := lookAtDatabase(t.Context(), s); len(found) != 1 || found[0].State != wrong || !strings.Contains(found[0].Says, "9999_later.sql") {
				t.Errorf("doctor: %+v", found)
			}
			if left, err := filepath.Glob(filepath.Join(s.Storage.Data, "asterisk*")); err != nil || len(left) > 0 {
				t.Errorf("it made %v, %v", left, err)
			}
		})
	}
}

func execSQLite(file, statement string) error {
	db, err := sql.Open("sqlite", file)
	if err == nil {
		_, err = db.Exec(statement)
		err = errors.Join(err, db.Close())
	}
	return err
}
