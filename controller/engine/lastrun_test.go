package engine_test

import (
	"path/filepath"
	"testing"

	"ringdesk/controller/engine"
)

// An engine that was started anew is known to be so by the controller of before
// and, where there is a file, by a new one, once.
//
// Covers: SYS-3
func TestLastRun_SYS_3(t *testing.T) {
	folder := t.TempDir()
	for name, tc := range map[string]struct {
		file  string
		tells bool // a new controller
	}{"no file": {"", false}, "a file": {filepath.Join(folder, "run"), true}, "no such folder": {filepath.Join(folder, "none", "run"), false}} {
		t.Run(name, func(t *testing.T) {
			for i, c := range []struct {
				runs []string // that one controller sees
				want []bool
			}{
				{[]string{"1", "1", "2", "2"}, []bool{false, false, true, false}},
				{[]string{"2", "2"}, []bool{false, false}},
				{[]string{"3", "3"}, []bool{tc.tells, false}},
			} {
				l := engine.LastRun{File: tc.file}
				for j, run := range c.runs {
					if got := l.Restarted(run); got != c.want[j] {
						t.Errorf("controller %d, run %s: restarted %v, want %v", i, run, got, c.want[j])
					}
				}
			}
		})
	}
}
