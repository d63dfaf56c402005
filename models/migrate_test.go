package models

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"ringdesk/testkit/postgres"
)

// Stored settings have the names of today, and nothing else of them is changed.
func TestStoredSettingsAreRenamed(t *testing.T) {
	postgres.SQLiteOnly(t)
	const renamed = "migrations/0014_turn_away.sql"
	cases := []struct{ old, want string }{
		{`{}`, `{}`},
		{``, ``},
		{`{"turn":true}`, `{"turnAway":true}`},
		{`{"turn": false, "rounds":2}`, `{"rounds":2,"turnAway":false}`},
		{`{"skills":{"turn":3},"greeting":"turn"}`, `{"skills":{"turn":3},"greeting":"turn"}`},
	}
	file := place(t)
	for _, c := range cases {
		s, err := Open(file)
		must(t, err)
		ws, _, _ := workspace(t, s, 0)
		must(t, s.Tx(t.Context(), func(tx *Tx) error {
			return tx.AddTeam(Team{ID: NewID(), WorkspaceID: ws.ID, Name: "Care", CreatedAt: At(now)})
		}))
		for _, table := range []string{"workspaces", "teams", "numbers"} {
			must(t, s.write.Exec("UPDATE "+table+" SET settings = ?", c.old).Error)
		}
		must(t, s.write.Exec("DELETE FROM migrations WHERE name = ?", renamed).Error)
		must(t, s.Close())
		s, err = Open(file)
		must(t, err)
		for _, table := range []string{"workspaces", "teams", "numbers"} {
			var got []string
			must(t, s.read.Raw("SELECT DISTINCT settings FROM "+table).Scan(&got).Error)
			if !slices.Equal(got, []string{c.want}) {
				t.Errorf("%s of %s: %q, want %s", c.old, table, got, c.want)
			}
		}
		must(t, s.Close())
	}
}

// Migrations run in the order of their names, so no two may have one number:
// which came first would be told by their words.
func TestMigrationsHaveNumbersOfTheirOwn(t *testing.T) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(names) < 10 {
		t.Fatal(names, err)
	}
	had := map[string]string{}
	for _, name := range names {
		number, words, found := strings.Cut(path.Base(name), "_")
		if len(number) != 4 || !found || words == ".sql" {
			t.Errorf("%s: the name is NNNN_words.sql", name)
		}
		if other := had[number]; other != "" {
			t.Errorf("%s and %s have one number", other, name)
		}
		had[number] = name
	}
	for name := range fills {
		if had[strings.Split(path.Base(name), "_")[0]] != name {
			t.Errorf("%s is filled, and is no migration", name)
		}
	}
}
