package disk_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"ringdesk/controller/disk"
)

const mounted = "RINGDESK_TEST_DISK"

// onSmallDisk runs the test once more, in a process with a mount namespace of
// its own, where it gets a file system of 16 MiB.
func onSmallDisk(t *testing.T) (dir string, inside bool) {
	t.Helper()
	if dir := os.Getenv(mounted); dir != "" {
		if err := syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=16m"); err != nil {
			t.Fatal(err)
		}
		return dir, true
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.v", "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), mounted+"="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if uid := os.Getuid(); uid != 0 { // an ordinary user may mount in a user namespace only
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v\n%s", err, out)
	}
	return "", false
}

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A disk that fills up is told before it is full, and that it is full, and that
// there is room again; not at every little change.
//
// Covers: SEC-4, OPS-3
func TestWatch(t *testing.T) {
	dir, inside := onSmallDisk(t)
	if !inside {
		return
	}
	fill := func(mib int) { // so much is in use afterwards
		if err := os.WriteFile(filepath.Join(dir, "file"), make([]byte, mib<<20), 0o600); err != nil && !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		var log lockedBuffer
		// A tenth of 16 MiB is less than 4 MiB.
		w := disk.New([]string{"/nowhere/yet", dir}, 4<<20, slog.New(slog.NewTextHandler(&log, nil)), time.Now)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- w.Run(ctx) }()
		for _, c := range []struct {
			used int // MiB
			want error
			logs int // lines in all
		}{{0, nil, 0}, {14, nil, 0}, {15, disk.ErrLow, 1}, {14, nil, 2}, {15, disk.ErrLow, 3}, {16, disk.ErrFull, 4}, {15, disk.ErrLow, 4}, {0, nil, 5}} {
			fill(c.used)
			time.Sleep(11 * time.Second) // in the bubble
			synctest.Wait()
			err := w.Room()
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Errorf("%d MiB used: %v, want %v", c.used, err, c.want)
			}
			if err != nil && (!strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "RINGDESK_KEEP_FREE_MIB")) {
				t.Errorf("it does not say what to do: %v", err)
			}
			if n := strings.Count(log.String(), "\n"); n != c.logs {
				t.Errorf("%d MiB used: %d lines of log, want %d:\n%s", c.used, n, c.logs, log.String())
			}
		}
		fill(16)
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := strings.Count(log.String(), "\n"); n < 10 || n > 13 {
			t.Errorf("an hour later %d lines of log, want one in 10 minutes", n)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
