package logkeep_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringdesk/controller/logkeep"
)

// A log begins anew when it is full, older ones stay beside it, and it is continued
// after a restart.
//
// Covers: OPS-4, SEC-4
func TestWriter(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ringdesk.log")
	line := func(n int) string { return fmt.Sprintf("line %03d %s\n", n, strings.Repeat("x", 87)) } // 100 bytes
	for n := range 55 {
		w, err := logkeep.NewWriter(path, 1000, 3)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(line(n))); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("late\n")); err == nil {
			t.Error("a closed log is written")
		}
	}
	for name, first := range map[string]int{"": 50, ".1": 40, ".2": 30, ".3": 20} {
		text, err := os.ReadFile(path + name)
		if err != nil || !strings.HasPrefix(string(text), line(first)) || len(text) > 1000 {
			t.Errorf("%s begins with %.8q, %v; want line %d", name, text, err, first)
		}
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) != 4 {
		t.Errorf("%d files, %v", len(all), err)
	}
	if _, err := logkeep.NewWriter(filepath.Join(dir, "nowhere", "log"), 1000, 3); err == nil {
		t.Error("a log in a folder that is not there is opened")
	}
}
