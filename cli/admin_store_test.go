package cli

import (
	"strings"
	"testing"

	"ringdesk/configs"
	"ringdesk/models"
	"ringdesk/testkit/postgres"
)

// The command copies the database and tells what; where it cannot, it says why, and
// tells no password.
//
// Covers: OPS-5
func TestMigrateStore_OPS_5(t *testing.T) {
	server := postgres.Start(t)
	server.SQL("postgres", "CREATE DATABASE ringdesk")
	s := configs.Default()
	s.Storage.Data = t.TempDir()
	store, err := models.Open(s.Database())
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	at := server.URL("ringdesk")
	for _, tc := range []struct{ from, to, want string }{
		{"file.db", at, "write sqlite, or a URL"},
		{"sqlite", "postgres://desk:sesame@db/x", "leave the password out"},
		{"sqlite", "postgres://desk@127.0.0.1:1/x?sslmode=disable", "cannot be reached"},
		{"sqlite", at, ""},
	} {
		err := migrateStoreCmd{From: tc.from, To: tc.to}.Run(s)
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "sesame")) {
			t.Errorf("%s to %s: %v, want %q", tc.from, tc.to, err, tc.want)
		}
	}
}
