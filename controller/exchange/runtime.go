package exchange

import (
	"context"
	"sync"
	"time"
)

// Runtime is what the work of an Exchange runs on: goroutines and the system's
// clock in earnest, one thread and virtual time in a simulation. The Exchange
// starts no goroutine, reads no clock and waits at no channel but through it.
type Runtime interface {
	Now() time.Time
	// Go runs work beside the caller.
	Go(work func())
	// Wait returns when all work has ended.
	Wait()
	// Bell makes something to wait at.
	Bell() Bell
	// Limit ends a context after d.
	Limit(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc)
}

// Bell lets one piece of work wait for the others.
type Bell interface {
	// Ring ends the wait under way, or else the next one. It never blocks.
	Ring()
	// Wait returns when the bell has been rung, when ctx has ended, or after
	// atMost, unless that is 0. It may return for no reason: the waiter looks for
	// itself what has changed.
	Wait(ctx context.Context, atMost time.Duration)
}

// goroutines is the Runtime of a running controller.
type goroutines struct{ working sync.WaitGroup }

func (*goroutines) Now() time.Time   { return time.Now() }
func (g *goroutines) Go(work func()) { g.working.Go(work) }
func (g *goroutines) Wait()          { g.working.Wait() }
func (*goroutines) Bell() Bell       { return &bell{rung: make(chan struct{}, 1)} }

func (*goroutines) Limit(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, d)
}

// bell is a Bell for one goroutine that waits.
type bell struct {
	rung  chan struct{} // has room for one
	timer *time.Timer   // nil before the first wait with an end; the waiter's own
}

func (b *bell) Ring() {
	select {
	case b.rung <- struct{}{}:
	default: // it has been rung already
	}
}

func (b *bell) Wait(ctx context.Context, atMost time.Duration) {
	var over <-chan time.Time
	switch {
	case atMost <= 0:
	case b.timer == nil:
		b.timer = time.NewTimer(atMost)
		over = b.timer.C
	default:
		b.timer.Reset(atMost)
		over = b.timer.C
	}
	select {
	case <-b.rung:
	case <-over:
	case <-ctx.Done():
	}
	if over != nil {
		b.timer.Stop()
	}
}
