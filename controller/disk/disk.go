// Package disk watches the room on the disks that ringdesk writes to, before
// it is gone: new recordings are refused first, so that what is left is for the
// records of calls (SEC-4).
package disk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"syscall"
	"time"
)

const (
	// every is how often the disks are looked at. 150 recorded calls of two write
	// 5 MB/s to 8 kHz tracks, so 50 MB in that time.
	every = 10 * time.Second
	// remind is how often the log says again that a disk is nearly full.
	remind = 10 * time.Minute
	// share is the least part of a disk that is kept free, where it is small.
	share = 10
	// ease is how much more must be free before recordings begin again: a quarter.
	ease = 4
	// nothing is what counts as no room at all, bytes: the database needs some
	// pages for each change.
	nothing = 1 << 20
)

// ErrLow says that a disk is nearly full.
var ErrLow = errors.New("the disk is nearly full")

// ErrFull says that nothing more can be written.
var ErrFull = errors.New("the disk is full")

// ErrHung says that a disk does not answer, such as one of a network.
var ErrHung = errors.New("the disk does not answer")

// Watch knows how much room is left.
type Watch struct {
	folders []string
	keep    uint64 // bytes
	log     *slog.Logger
	now     func() time.Time
	statfs  func(folder string, fs *syscall.Statfs_t) error
	asked   chan error // gets the answer of the disks; nil while none is awaited

	mu     sync.Mutex
	state  error
	told   time.Time
	asking string // the folder whose disk was asked last
}

// New watches the disks of folders, of each of which keep bytes stay free, or a
// tenth where that is less. It has looked once when it returns.
func New(folders []string, keep uint64, log *slog.Logger, now func() time.Time) *Watch {
	w := &Watch{folders: folders, keep: keep, log: log, now: now, statfs: syscall.Statfs}
	w.look(context.Background())
	return w
}

// Run looks again and again until ctx ends.
func (w *Watch) Run(ctx context.Context) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			w.look(ctx)
		}
	}
}

// Room is nil while there is room for new recordings. Otherwise it is an
// ErrLow, an ErrFull or an ErrHung that says where, and what to do.
func (w *Watch) Room() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.state
}

// look asks the disks, and waits for their answer no longer than until the next
// look: a file system that hangs answers never (statfs(2) cannot be ended).
func (w *Watch) look(ctx context.Context) {
	if w.asked == nil {
		w.asked = make(chan error, 1)
		was := w.Room()
		low := was != nil && !errors.Is(was, ErrHung)
		go func(answer chan<- error) { answer <- w.worst(low) }(w.asked)
	}
	select {
	case state := <-w.asked:
		w.asked = nil
		w.become(state)
	case <-time.After(every):
		w.become(w.hung())
	case <-ctx.Done():
	}
}

func (w *Watch) hung() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return fmt.Errorf("%w: %s has not told its room for %v; see whether it is mounted and its server is there", ErrHung, w.asking, every)
}

// become notes and tells the state of the disks.
func (w *Watch) become(state error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	was := w.state
	w.state = state
	worse := func(kind error) bool { return errors.Is(state, kind) && !errors.Is(was, kind) }
	switch {
	case state == nil && was != nil:
		w.log.Info("there is room on the disk again: calls are recorded")
	case state != nil && (was == nil || worse(ErrFull) || worse(ErrHung) || w.now().Sub(w.told) >= remind):
		w.log.Error("calls go on, but are not recorded", "error", state)
		w.told = w.now()
	}
}

// worst is the state of the fullest disk; low says that it was low before.
func (w *Watch) worst(low bool) error {
	var worst error
	for _, folder := range w.folders {
		var fs syscall.Statfs_t
		w.mu.Lock()
		w.asking = folder
		w.mu.Unlock()
		if err := w.statfs(folder, &fs); err != nil {
			if !errors.Is(err, syscall.ENOENT) { // it is made later
				w.log.Warn("the room on the disk cannot be told", "folder", folder, "error", err)
			}
			continue
		}
		block := uint64(fs.Bsize) // its type differs between architectures
		free, wanted := fs.Bavail*block, min(w.keep, fs.Blocks*block/share)
		if low {
			wanted += wanted / ease
		}
		kind := ErrLow
		switch {
		case free >= wanted && free >= nothing:
			continue
		case free < nothing:
			kind = ErrFull
		}
		if worst == nil || kind == ErrFull {
			worst = fmt.Errorf("%w: %d MiB are free where %s is, and %d MiB should be; remove what is not needed there, or set RINGDESK_KEEP_FREE_MIB", kind, free>>20, folder, wanted>>20)
		}
	}
	return worst
}
