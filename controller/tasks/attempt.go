package tasks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ringdesk/models"
)

const (
	// heartbeats are how many signs of life a lease sees: all but one may be lost.
	heartbeats = 3
	// parting is the time for noting a result, or giving a task back, at the end.
	parting = 5 * time.Second
)

// errLost ends an attempt whose task has gone to another worker.
var errLost = errors.New("tasks: another worker has taken the task")

// attempt makes one, and notes what it came to.
func (t *Tasks) attempt(ctx context.Context, k *kind, task models.Task) {
	work, stop := ctx, context.CancelFunc(func() {})
	if k.Timeout > 0 {
		work, stop = context.WithTimeout(ctx, k.Timeout)
	}
	work, lose := context.WithCancelCause(work)
	held := make(chan struct{})
	go func() {
		defer close(held)
		t.hold(work, task, lose)
	}()
	a := Attempt{Task: task, Spent: task.Attempts > len(k.Pauses)+1}
	res := k.do(work, a)
	lost := errors.Is(context.Cause(work), errLost)
	lose(nil)
	stop()
	<-held
	if lost {
		t.Log.Warn("work was given up: another worker has taken it", "kind", k.Name, "subject", task.Subject)
		return
	}
	// What came out is noted even when we are told to stop meanwhile.
	note, done := context.WithTimeout(context.WithoutCancel(ctx), parting)
	defer done()
	var err error
	if ctx.Err() != nil && res.Err != nil {
		err = t.Store.Tx(note, func(tx *models.Tx) error { return tx.HoldTask(task, t.Now()) })
	} else {
		err = t.settle(note, k, a, res)
	}
	switch {
	case errors.Is(err, models.ErrConflict):
		t.Log.Warn("work came too late: another worker has taken it", "kind", k.Name, "subject", task.Subject)
	case err != nil:
		t.Log.Error("what work came to cannot be noted; it will be done again", "kind", k.Name, "subject", task.Subject, "error", err)
	}
}

// do calls the handler; a panic is a failure like others.
func (k *kind) do(ctx context.Context, a Attempt) (res Result) {
	defer func() {
		if p := recover(); p != nil {
			res = Result{Err: fmt.Errorf("tasks: %s panicked: %v", k.Name, p)}
		}
	}()
	return k.Do(ctx, a)
}

// hold renews the task's lease until ctx ends.
func (t *Tasks) hold(ctx context.Context, task models.Task, lose context.CancelCauseFunc) {
	tick := time.NewTicker(t.Lease / heartbeats)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := t.Store.Tx(ctx, func(tx *models.Tx) error { return tx.HoldTask(task, t.Now().Add(t.Lease)) })
		switch {
		case errors.Is(err, models.ErrConflict):
			lose(errLost)
			return
		case err != nil && ctx.Err() == nil:
			t.Log.Warn("the lease of a task cannot be renewed", "kind", task.Kind, "subject", task.Subject, "error", err)
		}
	}
}

// settle notes in one transaction what an attempt came to, unless the task has
// gone to somebody else.
func (t *Tasks) settle(ctx context.Context, k *kind, a Attempt, res Result) error {
	pause := k.pause(a, res)
	t.report(a, res, pause)
	now := t.Now()
	return t.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := tx.HoldTask(a.Task, now.Add(t.Lease)); err != nil {
			return err
		}
		if res.Note != nil {
			if err := res.Note(tx, pause == 0); err != nil {
				return err
			}
		}
		switch {
		case res.Err == nil || res.Over:
			return tx.FinishTask(a.ID, now)
		case pause > 0:
			return tx.RetryTask(a.ID, now.Add(pause), res.Err.Error())
		default:
			return tx.BuryTask(a.ID, now, res.Err.Error())
		}
	})
}

// pause is how long to wait before the next attempt; 0 means that there is none.
func (k *kind) pause(a Attempt, res Result) time.Duration {
	last := len(k.Pauses) - 1
	switch {
	case res.Err == nil || res.Over:
		return 0
	case a.Attempts-1 <= last || res.Endless:
		return k.Pauses[min(a.Attempts-1, last)]
	default:
		return 0
	}
}

func (t *Tasks) report(a Attempt, res Result, pause time.Duration) {
	log := t.Log.With("kind", a.Kind, "subject", a.Subject, "attempt", a.Attempts)
	switch {
	case res.Err == nil:
		log.Debug("a task is done")
	case res.Over:
		log.Warn("a task is over: no attempt can do better", "error", res.Err)
	case pause > 0:
		log.Warn("a task failed and will be tried again", "in", pause, "error", res.Err)
	default:
		log.Error("a task failed and has no attempt left: see ringdesk admin tasks", "task", a.ID, "error", res.Err)
	}
}
