package converter_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/converter"
)

// program makes a stand-in for converter.
func program(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/bash\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// Every limit stands before the first byte of input is read.
//
// Covers: SEC-4
func TestStart_LimitsBeforeInput(t *testing.T) {
	tell := program(t, `read -r line; [[ $line == sound ]] || exit 2
echo data $(ulimit -d) cpu $(ulimit -t) file $(ulimit -f) open $(ulimit -n) core $(ulimit -c) nice $(nice) oom $(</proc/self/oom_score_adj) >&2; exit 3`)
	own, err := exec.Command("nice").Output()
	if err != nil {
		t.Fatal(err)
	}
	nice, err := strconv.Atoi(strings.TrimSpace(string(own)))
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("data 131072 cpu 7 file 2048 open 64 core 0 nice %d oom 1000", min(19, nice+10)) // KiB, s, KiB
	for name, written := range map[string]bool{"given input": false, "written input": true} {
		t.Run(name, func(t *testing.T) {
			job := converter.Job{Program: tell, CPU: 7 * time.Second, Output: 2 << 20}
			if !written {
				job.Stdin = strings.NewReader("sound\n")
			}
			p, err := job.Start(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if written {
				if _, err := p.Stdin.Write([]byte("sound\n")); err != nil {
					t.Error(err)
				}
			}
			var failed *converter.Error
			if err := p.Wait(); !errors.As(err, &failed) || failed.Said != want || errors.Is(err, converter.ErrLimit) {
				t.Errorf("%v, want that it says %q", err, want)
			}
		})
	}
}

// What goes over a limit ends, and is told from what only fails.
//
// Covers: SEC-4
func TestStart_OverTheLimit(t *testing.T) {
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for name, c := range map[string]struct {
		body string
		over bool
	}{
		"disk":  {"exec head -c 2000000 /dev/zero", true},
		"time":  {"while :; do :; done", true},
		"fails": {"exit 1", false},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := converter.Job{Program: program(t, c.body), Stdin: strings.NewReader(""), Stdout: out, CPU: time.Second, Output: 1 << 20}.Start(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Wait(); err == nil || errors.Is(err, converter.ErrLimit) != c.over {
				t.Errorf("over the limit %v: %v", c.over, err)
			}
			if info, err := out.Stat(); err != nil || info.Size() > 1<<20 {
				t.Errorf("it wrote %d bytes, %v", info.Size(), err)
			}
		})
	}
}

// Of endless complaints the first and the last are kept.
//
// Covers: SEC-4
func TestWait_KeepsLittleOfWhatIsSaid(t *testing.T) {
	p, err := converter.Job{Program: program(t, `echo first >&2; for i in {1..20000}; do echo again $i; done >&2; echo last >&2; exit 1`),
		Stdin: bytes.NewReader(nil), CPU: 10 * time.Second, Output: 1 << 20}.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var failed *converter.Error
	err = p.Wait()
	if !errors.As(err, &failed) || !strings.HasPrefix(failed.Said, "first | again 1 |") || !strings.HasSuffix(failed.Said, "| last") || len(failed.Said) > 8000 {
		t.Errorf("%v", err)
	}
}
