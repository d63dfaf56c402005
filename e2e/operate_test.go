package e2e

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"ringdesk/testkit/ports"
)

// command runs a command of ringdesk on the installation.
func (in *Instance) command(env []string, args ...string) (out string, err error) {
	var said, complained bytes.Buffer
	cmd := exec.Command(in.Bin, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(in.Env, env...), &said, &complained
	if err = cmd.Run(); err != nil {
		err = fmt.Errorf("%w: %s", err, complained.String())
	}
	return said.String(), err
}

// What an operator does to an installation that runs: the doctor finds nothing wrong,
// SIGHUP puts another controller in the place of the first, without another Asterisk,
// also after one that is too old for its database; and a backup that is made meanwhile
// starts as an installation of its own with the same logins.
//
// Covers: SYS-3, OPS-2, OPS-3
func TestOperate(t *testing.T) {
	figures, err := ports.Addr()
	if err != nil {
		t.Fatal(err)
	}
	in := Start(t, Options{Env: []string{"RINGDESK_METRICS=" + figures}})
	healthy(t, in)

	asterisk := engineProcess(t, in)
	another := func() {
		t.Helper()
		before := strings.Count(in.Output(), "ringdesk is up")
		hangUp(t, in)
		Await(t, "another controller", startTime, func() (bool, string) {
			return strings.Count(in.Output(), "ringdesk is up") > before, ""
		})
		Await(t, "it is ready", startTime, func() (bool, string) {
			resp, err := http.Get(in.URL + "/readyz")
			if err != nil {
				return false, err.Error()
			}
			return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK, resp.Status
		})
		if now := engineProcess(t, in); now != asterisk {
			t.Errorf("Asterisk is process %d now, and was %d", now, asterisk)
		}
	}
	another()
	database(t, in, "INSERT INTO migrations (name, at) VALUES ('migrations/9999_later.sql', 1)")
	hangUp(t, in)
	Await(t, "the controller is too old for its database", startTime, func() (bool, string) {
		return strings.Contains(in.Output(), "9999_later.sql") && strings.Contains(in.Output(), "and at once with SIGHUP"), ""
	})
	database(t, in, "DELETE FROM migrations WHERE name = 'migrations/9999_later.sql'")
	another()

	file, words := filepath.Join(t.TempDir(), "backup"), []string{"RINGDESK_BACKUP_PASSPHRASE=four quite random words"}
	if out, err := in.command(words, "backup", file); err != nil || !strings.Contains(out, "(encrypted)") {
		t.Fatalf("the backup: %s, %v", out, err)
	}
	again := filepath.Join(t.TempDir(), "again")
	if out, err := in.command(append(words, "RINGDESK_DATA="+again), "restore", file); err != nil || !strings.Contains(out, "Restored") {
		t.Fatalf("restoring: %s, %v", out, err)
	}
	restored := Start(t, Options{Data: again})
	if restored.Owner != in.Owner || restored.AccessSecret != in.AccessSecret {
		t.Errorf("the demo's logins are %+v, want %+v", restored.Demo, in.Demo)
	}
	if r := restored.API(t).Do("GET", "/agents", nil); r.Status != http.StatusOK {
		t.Errorf("the restored API: %d %s", r.Status, r.Body)
	}
}

// hangUp sends SIGHUP to `ringdesk run`.
func hangUp(t *testing.T, in *Instance) {
	t.Helper()
	if err := in.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
}

// database changes the installation's database behind its back.
func database(t *testing.T, in *Instance, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(in.Data, "ringdesk.db")+"?_pragma=busy_timeout(5000)")
	if err == nil {
		_, err = db.Exec(statement)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// healthy asserts that the doctor finds nothing that must be mended.
func healthy(t *testing.T, in *Instance) {
	t.Helper()
	out, err := in.command(nil, "doctor", "--json")
	var found []struct{ Part, State, Says string }
	if jerr := json.Unmarshal([]byte(out), &found); jerr != nil {
		t.Fatalf("the doctor says %s, %v", out, jerr)
	}
	parts := map[string]bool{}
	for _, f := range found {
		parts[f.Part] = true
		if f.State == "wrong" {
			t.Errorf("%s: %s", f.Part, f.Says)
		}
	}
	for _, want := range []string{"data", "disk", "database", "tasks", "clock", "server", "ports", "browsers", "engine", "trunks", "storage"} {
		if !parts[want] {
			t.Errorf("the doctor says nothing of %s", want)
		}
	}
	if err != nil {
		t.Errorf("the doctor ends with %v", err)
	}
}

// engineProcess is the process of the installation's Asterisk.
func engineProcess(t *testing.T, in *Instance) int {
	t.Helper()
	found, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range found {
		line, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(line, []byte(filepath.Join(in.Data, "asterisk", "etc", "asterisk.conf"))) {
			continue // another process, or one that has ended
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
			return pid
		}
	}
	t.Fatal("there is no Asterisk of this installation")
	return 0
}
