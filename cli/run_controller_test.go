package cli

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A controller that hangs is killed, and is gone when the next is started: it
// would find the port and the data folder taken, and end the engine with it.
//
// Covers: SYS-3
func TestStopChildAwaitsTheKill_SYS_3(t *testing.T) {
	for name, script := range map[string]string{"goes": "echo ready; read x", "hangs": "trap '' TERM; echo ready; read x"} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
			stdin, err := cmd.StdinPipe() // held open, so that it waits
			if err != nil {
				t.Fatal(err)
			}
			defer stdin.Close()
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if line, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
				t.Fatal(line, err)
			}
			exited := make(chan error, 1)
			go func() { exited <- cmd.Wait() }()
			if err := stopChild(cmd, exited, 100*time.Millisecond); err != nil {
				t.Error(err)
			}
			if cmd.ProcessState == nil {
				t.Error("the process is still there")
			}
		})
	}
}

// A controller that refuses its settings after an upgrade ends neither the engine nor its
// calls: it is tried again, after a while and at once with SIGHUP. So is a program that is not
// there. Only the first one's refusal ends the run: there are no calls yet.
//
// Covers: SYS-3, OPS-2
func TestRefusedSettings_SYS_3_OPS_2(t *testing.T) {
	const up, refuses, missing = "exec sleep 600", "exit 78", ""
	for name, tt := range map[string]struct {
		controllers []string // what one after the other does
		refusal     time.Duration
		ends        bool // by itself
	}{
		"the first":          {[]string{refuses}, time.Hour, true},
		"mended, and SIGHUP": {[]string{up, refuses, missing, up}, time.Hour, false},
		"mended":             {[]string{up, refuses, refuses, missing, up}, time.Millisecond, false},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			again := make(chan os.Signal, 1)
			left, refusals := tt.controllers, 0
			v := supervisor{engine: beside{name: "the engine"}, again: again, refusal: tt.refusal}
			v.command = func() *exec.Cmd {
				script := left[0]
				left = left[1:]
				switch {
				case len(left) == 0 && !tt.ends:
					cancel()
				case script == up:
					again <- syscall.SIGHUP
				case script == missing:
					return exec.Command(filepath.Join(t.TempDir(), "ringdesk"))
				}
				return exec.Command("sh", "-c", script)
			}
			v.say = func(line string, _ ...any) {
				if strings.Contains(line, "It is tried again") {
					refusals++
					if tt.refusal > time.Second {
						again <- syscall.SIGHUP
					}
				}
			}
			err := v.run(ctx)
			if len(left) > 0 || tt.ends != errors.As(err, new(usageError)) || tt.ends != errors.Is(err, errRefused) || !tt.ends && (err != nil || refusals != len(tt.controllers)-2) {
				t.Errorf("it ended with %v after %d refusals, and did not start %q", err, refusals, left)
			}
		})
	}
}
