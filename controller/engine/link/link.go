// Package link is what the links to the engines have in common: when a lost link
// is made anew, and how the events of a link and those of the adapter's own
// making are given in one order, by one goroutine.
package link

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"ringdesk/controller/engine"
)

// Timing is how long a link waits for what.
type Timing struct {
	CommandTimeout time.Duration // of one command; default and maximum engine.CommandTimeout
	PingInterval   time.Duration // between probes of the link; default 2 s
	PingTimeout    time.Duration // for a probe's answer; default 2.5 s
	QueueLimit     int           // events that may wait for a slow handler before the link is given up; default 20,000
	BackoffFirst   time.Duration // before the second attempt to connect, doubling; default 50 ms
	BackoffLast    time.Duration // longest time between attempts; default 1 s
}

// Defaults sets what is 0.
func (t *Timing) Defaults() {
	if t.CommandTimeout <= 0 || t.CommandTimeout > engine.CommandTimeout {
		t.CommandTimeout = engine.CommandTimeout
	}
	t.PingInterval = cmp.Or(t.PingInterval, 2*time.Second)
	t.PingTimeout = cmp.Or(t.PingTimeout, 2500*time.Millisecond)
	t.QueueLimit = cmp.Or(t.QueueLimit, 20_000)
	t.BackoffFirst = cmp.Or(t.BackoffFirst, 50*time.Millisecond)
	t.BackoffLast = cmp.Or(t.BackoffLast, time.Second)
}

// Keep runs one session after another until ctx ends, with growing pauses while
// none comes up. A session lives from one connection to its loss, and says
// whether it gave LinkUp. final gives the error that retrying cannot mend, or nil.
func (t Timing) Keep(ctx context.Context, handle func(engine.Event), session func(context.Context) (up bool, err error), final func(error) error) error {
	backoff := t.BackoffFirst
	for {
		up, err := session(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if up {
			handle(engine.LinkDown{At: time.Now(), Cause: err.Error()})
			backoff = t.BackoffFirst
		}
		if err := final(err); err != nil {
			return err
		}
		Wait(ctx, backoff)
		backoff = min(2*backoff, t.BackoffLast)
	}
}

// Made holds the events that an engine does not send but that the port promises.
// Any goroutine may emit; only the session gives them.
type Made struct {
	mu     sync.Mutex
	events []engine.Event
	ready  chan struct{} // room for one
}

// NewMade makes an empty Made.
func NewMade() *Made { return &Made{ready: make(chan struct{}, 1)} }

// Emit queues an event. It is dropped when the link is down, as the snapshot of
// LinkUp says the same. The adapter's own lock may be held.
func (m *Made) Emit(e engine.Event) {
	m.mu.Lock()
	m.events = append(m.events, e)
	m.mu.Unlock()
	select {
	case m.ready <- struct{}{}:
	default:
	}
}

// Take empties the queue and gives what was in it.
func (m *Made) Take() []engine.Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	events := m.events
	m.events = nil
	return events
}

// Pump gives the events of a link (queue) and those of our own making (made) as
// they come, until the link's reader closes the queue. ctx is the link's; its
// cause says why it ended. After one of the causes in stale nothing more is
// given: what is queued is old, or not all of it.
func Pump[E any](ctx context.Context, queue <-chan E, made *Made, stale []error, translate func(E), give func(engine.Event)) error {
	for {
		select {
		case e, open := <-queue:
			cause := context.Cause(ctx)
			if !open || slices.ContainsFunc(stale, func(s error) bool { return errors.Is(cause, s) }) {
				return cause
			}
			translate(e)
		case <-made.ready:
			for _, e := range made.Take() {
				give(e)
			}
		}
	}
}

// Wait sleeps unless ctx ends first.
func Wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
