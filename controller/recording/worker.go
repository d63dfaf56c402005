package recording

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"ringdesk/models"
)

// TaskKind is the kind of the tasks that ask for a mix. Their subject is the
// recording's id.
const TaskKind = "mix"

const (
	// heartbeats are how many signs of life a lease sees: all but one may be lost.
	heartbeats = 3
	// lookAgain finds tasks whose kick was lost or came to another process.
	lookAgain = time.Minute
	// storeRest is the pause after the store has failed.
	storeRest = 2 * time.Second
	// parting is the time for giving a task back at the end.
	parting = 5 * time.Second
)

// What Options mean by 0.
const (
	DefaultLimit   = time.Hour // END-1
	DefaultTimeout = 15 * time.Minute
	DefaultLease   = 30 * time.Second
)

// Options are a Worker's settings. Store and Folder are needed.
type Options struct {
	Store   *models.Store
	Folder  string // where the tracks are, and the recordings go
	FFmpeg  string // the program's name or path; "" means ffmpeg
	Log     *slog.Logger
	Now     func() time.Time
	Workers int           // mixes at the same time; 0 means 1
	Limit   time.Duration // longest recording; 0 means DefaultLimit
	Timeout time.Duration // for one mix; 0 means DefaultTimeout
	// Lease is how long a task belongs to a worker that gives no sign of life,
	// and so how long a recording waits after a crash; 0 means DefaultLease.
	Lease time.Duration
}

// Worker mixes recordings.
type Worker struct {
	opt  Options
	kick chan struct{}
}

// New makes a Worker.
func New(opt Options) *Worker {
	if opt.FFmpeg == "" {
		opt.FFmpeg = "ffmpeg"
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Limit == 0 {
		opt.Limit = DefaultLimit
	}
	if opt.Timeout == 0 {
		opt.Timeout = DefaultTimeout
	}
	if opt.Lease == 0 {
		opt.Lease = DefaultLease
	}
	opt.Workers = max(1, opt.Workers)
	return &Worker{opt: opt, kick: make(chan struct{}, 1)}
}

// Kick says that there may be a new task. It never blocks.
func (w *Worker) Kick() {
	select {
	case w.kick <- struct{}{}:
	default:
	}
}

// Run does tasks as they come due until ctx ends; it returns nil when the last
// is finished or given back.
func (w *Worker) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	for range w.opt.Workers {
		wg.Go(func() {
			for ctx.Err() == nil {
				w.wait(ctx, w.step(ctx))
			}
		})
	}
	wg.Wait()
	return nil
}

// step does a due task, if there is one, and tells how long to wait for the next.
func (w *Worker) step(ctx context.Context) time.Duration {
	task, next, err := w.take(ctx)
	switch {
	case ctx.Err() != nil:
		return 0
	case errors.Is(err, models.ErrNotFound):
		return next
	case err != nil:
		w.opt.Log.Error("tasks for recordings cannot be read", "error", err)
		return storeRest
	}
	w.Kick() // there may be one for the next worker as well
	w.attempt(ctx, task)
	return 0
}

// take counts an attempt at a due task. None gives ErrNotFound, and how long
// it is until the next.
func (w *Worker) take(ctx context.Context) (task models.Task, next time.Duration, err error) {
	due, err := w.opt.Store.NextTask(ctx, TaskKind)
	if err != nil {
		return task, lookAgain, err
	}
	now := w.opt.Now()
	if due.After(now) {
		return task, min(lookAgain, due.Sub(now)), models.ErrNotFound
	}
	err = w.opt.Store.Tx(ctx, func(tx *models.Tx) error {
		task, err = tx.TakeTask(TaskKind, now, now.Add(w.opt.Lease))
		return err
	})
	return task, 0, err
}

func (w *Worker) wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-w.kick:
	case <-timer.C:
	}
}
