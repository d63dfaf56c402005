package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Files that are pushed are in force once they are right, and come back by pull; a mistake, a
// base that somebody has passed and a folder that rules leave the flows as they are.
//
// Covers: DP-1, DP-2
func TestDialplanPushAndPull_DP_1(t *testing.T) {
	s := office(t)
	dir := filepath.Join(t.TempDir(), "flows")
	pull := func(c pullCmd) error {
		_, err := output(t, func() error { return c.Run(s) })
		return err
	}
	if err := pull(pullCmd{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "827076660001.hcl")
	settings, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(settings), `flow "+827076660001"`) {
		t.Fatalf("before any version: %v\n%s", err, settings)
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	push := func(c pushCmd, says string) error {
		t.Helper()
		c.Dir = dir
		out, err := output(t, func() error { return c.Run(s) })
		if !strings.Contains(out, says) {
			t.Errorf("pushing says %q (%v), not %q", out, err, says)
		}
		return err
	}
	if err := push(pushCmd{Message: "first"}, "Version 1 is in force"); err != nil {
		t.Fatal(err)
	}
	if err := push(pushCmd{}, "has these files already"); err != nil {
		t.Fatal(err)
	}
	write(strings.Replace(rightFlow, `"b" }`, `"없음" }`, 1))
	if err := push(pushCmd{}, file+":6:20: error:"); err == nil || errors.As(err, new(usageError)) {
		t.Errorf("a mistake: %v", err)
	}
	write(rightFlow)
	if err := push(pushCmd{Base: new(0)}, ""); !errors.As(err, new(usageError)) || !strings.Contains(err.Error(), "Version 1 is in force, published by") {
		t.Errorf("a stale base: %v", err)
	}
	if err := push(pushCmd{Base: new(1)}, "Version 2 is in force"); err != nil {
		t.Fatal(err)
	}
	if out, err := output(t, func() error { return showCmd{Number: "070-7666-0001"}.Run(s) }); err != nil || out != rightFlow {
		t.Errorf("the flow in force: %v\n%s", err, out)
	}
	if err := pull(pullCmd{Dir: dir, Version: 1}); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != string(settings) {
		t.Errorf("version 1: %v\n%s", err, text)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "other.hcl"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := pull(pullCmd{Dir: other}); !errors.As(err, new(usageError)) || !strings.Contains(err.Error(), "other.hcl") {
		t.Errorf("into a folder with other flows: %v", err)
	}
	if err := pull(pullCmd{Dir: dir, Version: 9}); !errors.As(err, new(usageError)) {
		t.Errorf("a version that there is not: %v", err)
	}
	out, err := output(t, func() error { return simulateCmd{Files: []string{dir}, Replay: 20}.Run(s) })
	if err != nil || !strings.Contains(out, "0 of the last 0 calls go another way.") {
		t.Errorf("replayed: %v\n%s", err, out)
	}
	for name, c := range map[string]simulateCmd{"nobody calls": {}, "replayed alone": {Files: []string{dir}, Replay: 20, against: against{Alone: true}}} {
		if _, err := output(t, func() error { return c.Run(s) }); !errors.As(err, new(usageError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.Flows.Dir = "/etc/flows"
	if err := push(pushCmd{}, ""); !errors.As(err, new(usageError)) || !strings.Contains(err.Error(), "/etc/flows") {
		t.Errorf("beside a folder that rules: %v", err)
	}
}
