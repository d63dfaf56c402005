package postgres

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// at is the environment's word for the server that tests use in place of SQLite: the
// URL of a database, less its name.
const at = "RINGDESK_TEST_POSTGRES"

// only is the environment's word for the tests that RunAll and Run run instead.
const only = "RINGDESK_TEST_POSTGRES_RUN"

// On says that the tests of this process use PostgreSQL.
func On() bool { return os.Getenv(at) != "" }

// SQLiteOnly skips a test that is about SQLite.
func SQLiteOnly(tb testing.TB) {
	tb.Helper()
	if On() {
		tb.Skip("about SQLite")
	}
}

// RunAll runs all tests of the package once more, on PostgreSQL.
func RunAll(t *testing.T) {
	t.Helper()
	Run(t, ".")
}

// Run runs the package's tests whose names match a regular expression once more, on
// PostgreSQL.
func Run(t *testing.T, names string) {
	t.Helper()
	if On() {
		return
	}
	s := Start(t)
	names = cmp.Or(os.Getenv(only), names)
	ctx, cancel := context.WithTimeout(t.Context(), 9*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, os.Args[0], "-test.run="+names, "-test.count=1", "-test.timeout=8m")
	c.Env = append(os.Environ(), at+"="+strings.Replace(s.URL("DATABASE"), "/DATABASE?", "/%s?", 1))
	out, err := c.CombinedOutput()
	if err != nil {
		t.Errorf("on PostgreSQL: %v\n%s", err, out)
	}
}

var (
	template sync.Once
	broken   error

	mu    sync.Mutex
	made  int
	clean []string // databases that tests have left, as they were when they were made
)

// Place is where a test opens a store of its own, with all migrations: a file, or a
// database of the server. migrate makes the database that those of all tests are copies of.
func Place(tb testing.TB, migrate func(place string) error) string {
	tb.Helper()
	if !On() {
		return sqlite(tb, migrate)
	}
	template.Do(func() {
		if _, broken = runSQL(placeOf("postgres"), "CREATE DATABASE template_ringdesk"); broken == nil {
			broken = migrate(placeOf("template_ringdesk"))
		}
		if broken == nil {
			_, broken = runSQL(placeOf("template_ringdesk"), "CREATE SCHEMA kept; CREATE TABLE kept.rates AS SELECT * FROM rates")
		}
	})
	if broken != nil {
		tb.Fatal(broken)
	}
	name := taken()
	if name == "" {
		name = fresh(tb)
	}
	tb.Cleanup(func() {
		if _, err := runSQL(placeOf(name), emptied); err != nil {
			tb.Error(err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		clean = append(clean, name)
	})
	return placeOf(name)
}

func taken() (name string) {
	mu.Lock()
	defer mu.Unlock()
	if n := len(clean); n > 0 {
		name, clean = clean[n-1], clean[:n-1]
	}
	return name
}

func fresh(tb testing.TB) string {
	tb.Helper()
	mu.Lock()
	defer mu.Unlock()
	made++
	name := fmt.Sprintf("test%d", made)
	if _, err := runSQL(placeOf("postgres"), "CREATE DATABASE "+name+" TEMPLATE template_ringdesk"); err != nil {
		tb.Fatal(err)
	}
	return name
}

// emptied makes a database what the template is, ten times as fast as a new copy.
const emptied = `SET session_replication_role = replica;
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations' LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
  FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
    PERFORM setval(name, 1, false);
  END LOOP;
END $$;
INSERT INTO rates SELECT * FROM kept.rates;`

func placeOf(database string) string {
	return strings.Replace(os.Getenv(at), "/%s?", "/"+database+"?", 1)
}
