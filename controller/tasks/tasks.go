// Package tasks does durable work: what must happen after a commit, also after a
// crash, and is tried again until it succeeds or is dead.
//
// A task is a row (models.Task), added in the transaction that asks for the work.
// A kick wakes a worker at once; a timer finds what nobody kicked for. An attempt
// is counted before it is made, under a lease that is renewed while the work goes
// on: after a crash the lease runs out, and the task is due again. The result of an
// attempt is written in one transaction with the task's own end, unless another
// worker has taken the task meanwhile. So work is done at least once, and noted once.
//
// A task whose attempts are used up is dead: Dead lists those, Retry makes them
// due again.
package tasks

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"ringdesk/models"
)

// Kind is one kind of work with its handler.
type Kind struct {
	Name string // models.Task.Kind
	Do   func(context.Context, Attempt) Result
	// Pauses follow the first, second … failed attempt; after one more the task
	// is dead. There is at least one.
	Pauses  []time.Duration
	Timeout time.Duration // of one attempt; 0 means none
	Workers int           // attempts at the same time; 0 means 1
}

// Attempt is one attempt at a task, counted already.
type Attempt struct {
	models.Task
	// Spent says that every attempt before ended without a word, as in a crash,
	// and that none is left: the handler only says what that means.
	Spent bool
}

// Result is what an attempt came to.
type Result struct {
	Err error // nil: it is done
	// Over says with an Err that no attempt can do better. The task is then done,
	// not dead: there is nothing in it for an operator.
	Over bool
	// Endless says with an Err that the attempt does not count as the last, such
	// as one that found the database in trouble.
	Endless bool
	// Note, if set, writes the result in the transaction that ends the attempt;
	// last says that no other follows.
	Note func(tx *models.Tx, last bool) error
}

// What Options mean by 0.
const (
	DefaultLease = 30 * time.Second
	DefaultLook  = 15 * time.Second
)

// Options are what Tasks work with. Store is needed.
type Options struct {
	Store *models.Store
	Log   *slog.Logger
	Now   func() time.Time
	// Lease is how long a task belongs to a worker that gives no sign of life,
	// and so how long work waits after a crash; 0 means DefaultLease.
	Lease time.Duration
	// Look is how often workers look for work that nobody kicked for, such as
	// what another process has added; 0 means DefaultLook.
	Look time.Duration
}

// Tasks does the tasks of its kinds.
type Tasks struct {
	Options
	kinds map[string]*kind
}

// kind is a Kind with the kick of its workers.
type kind struct {
	Kind
	kick chan struct{}
}

// New makes Tasks; Run does them.
func New(o Options, kinds ...Kind) *Tasks {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Lease == 0 {
		o.Lease = DefaultLease
	}
	if o.Look == 0 {
		o.Look = DefaultLook
	}
	t := &Tasks{Options: o, kinds: map[string]*kind{}}
	for _, k := range kinds {
		k.Workers = max(1, k.Workers)
		t.kinds[k.Name] = &kind{Kind: k, kick: make(chan struct{}, 1)}
	}
	return t
}

// Kick says that there may be a new task of a kind. It never blocks.
func (t *Tasks) Kick(name string) {
	if k := t.kinds[name]; k != nil {
		k.wake()
	}
}

// KickAll says that there may be a new task of any kind.
func (t *Tasks) KickAll() {
	for _, k := range t.kinds {
		k.wake()
	}
}

func (k *kind) wake() {
	select {
	case k.kick <- struct{}{}:
	default: // one is on its way
	}
}

// Run does tasks as they come due until ctx ends; it returns nil when the last
// is finished or given back.
func (t *Tasks) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	for _, k := range t.kinds {
		for range k.Workers {
			workers.Go(func() {
				for ctx.Err() == nil {
					k.wait(ctx, t.step(ctx, k))
				}
			})
		}
	}
	workers.Wait()
	return nil
}

// storeRest is the pause after the store has failed.
const storeRest = 2 * time.Second

// step does a due task, if there is one, and tells how long to wait for the next.
func (t *Tasks) step(ctx context.Context, k *kind) time.Duration {
	task, next, err := t.take(ctx, k)
	switch {
	case ctx.Err() != nil:
		return 0
	case errors.Is(err, models.ErrNotFound):
		return next
	case err != nil:
		t.Log.Error("tasks cannot be read", "kind", k.Name, "error", err)
		return storeRest
	}
	k.wake() // there may be one for the next worker as well
	t.attempt(ctx, k, task)
	return 0
}

// take counts an attempt at a due task. None gives ErrNotFound, and how long
// it is until the next.
func (t *Tasks) take(ctx context.Context, k *kind) (task models.Task, next time.Duration, err error) {
	due, err := t.Store.NextTask(ctx, k.Name)
	if err != nil {
		return task, t.Look, err
	}
	now := t.Now()
	if due.After(now) {
		return task, min(t.Look, due.Sub(now)), models.ErrNotFound
	}
	err = t.Store.Tx(ctx, func(tx *models.Tx) error {
		task, err = tx.TakeTask(k.Name, now, now.Add(t.Lease))
		return err
	})
	return task, 0, err
}

func (k *kind) wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-k.kick:
	case <-timer.C:
	}
}
