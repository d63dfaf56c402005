package disk

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// A file system that does not answer, such as a network's whose server is gone,
// holds nobody up: Room answers at once, a look in vain counts as no room for
// recordings, and whoever ends the watch need not wait.
//
// Covers: SEC-4, SYS-3
func TestHungFileSystem_SEC_4(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := t.TempDir()
		w := New([]string{folder}, 0, slog.New(slog.DiscardHandler), time.Now)
		answers := make(chan struct{})
		w.statfs = func(path string, fs *syscall.Statfs_t) error {
			<-answers
			return syscall.Statfs(path, fs)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- w.Run(ctx) }()
		room := func(after time.Duration) error {
			time.Sleep(after)
			synctest.Wait()
			begun := time.Now()
			err := w.Room()
			if took := time.Since(begun); took != 0 {
				t.Errorf("Room took %v", took)
			}
			return err
		}
		if err := room(every + time.Second); err != nil { // it is being looked
			t.Errorf("at first: %v", err)
		}
		for _, after := range []time.Duration{every, time.Hour} {
			if err := room(after); !errors.Is(err, ErrHung) || !strings.Contains(err.Error(), folder) {
				t.Errorf("%v later: %v", after, err)
			}
		}
		answers <- struct{}{}
		if err := room(every); err != nil {
			t.Errorf("when it answers again: %v", err)
		}
		time.Sleep(every + time.Second) // it hangs again
		begun := time.Now()
		stop()
		if err := <-done; err != nil || time.Since(begun) != 0 {
			t.Errorf("Run ended %v later, with %v", time.Since(begun), err)
		}
		close(answers)
	})
}
