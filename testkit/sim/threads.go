package sim

import (
	"context"
	"iter"
	"slices"
	"time"

	"ringdesk/controller/exchange"
)

// threads are what a controller's work runs on here: coroutines, of which one
// runs at a time until it waits. Whose turn it is next is for the clock and the
// dice alone, so that a seed is one history.
type threads struct {
	w       *world
	parked  []*thread // those that wait, in the order in which they began to
	current *thread   // nil outside of them
	dead    bool      // nothing runs any more but to its end
}

// thread is one piece of work.
type thread struct {
	proceed func() (struct{}, bool) // lets it run until it waits, or ends
	yield   func(struct{}) bool
	turn    *item // when it goes on, if that is known
}

var _ exchange.Runtime = (*threads)(nil)

func (t *threads) Now() time.Time { return t.w.now }

// Limit has nothing to end: what an engine does not answer in time, the wire
// answers.
func (t *threads) Limit(ctx context.Context, _ time.Duration) (context.Context, context.CancelFunc) {
	return ctx, func() {}
}

// Wait has nothing to wait for: bury has let all work end.
func (t *threads) Wait() {}

func (t *threads) Go(work func()) {
	th := &thread{}
	th.proceed, _ = iter.Pull(func(yield func(struct{}) bool) {
		th.yield = yield
		work()
	})
	t.parked = append(t.parked, th)
	t.wake(th, t.w.hesitation())
}

// wake lets a parked thread go on after a while, and not when it was to before.
func (t *threads) wake(th *thread, after time.Duration) {
	if th.turn != nil {
		th.turn.do = nil
	}
	th.turn = t.w.after(after, func() {
		if !t.dead {
			t.resume(th)
		}
	})
}

func (t *threads) resume(th *thread) {
	i := slices.Index(t.parked, th)
	t.parked = slices.Delete(t.parked, i, i+1)
	th.turn = nil
	before := t.current
	t.current = th
	th.proceed()
	t.current = before
}

// park lets the others run until this thread is woken.
func (t *threads) park() {
	th := t.current
	t.parked = append(t.parked, th)
	th.yield(struct{}{})
}

// pause lets time pass for the thread that calls it; outside of threads none
// can.
func (t *threads) pause(d time.Duration) {
	if t.dead || t.current == nil || d <= 0 {
		return
	}
	t.wake(t.current, d)
	t.park()
}

// mostRounds bounds how often threads that must end are resumed.
const mostRounds = 1000

// bury lets all threads of a controller that is closed run to their ends, at
// once and without effect. It says whether they do end.
func (t *threads) bury() bool {
	t.dead = true
	for range mostRounds {
		if len(t.parked) == 0 {
			return true
		}
		for _, th := range slices.Clone(t.parked) {
			t.resume(th)
		}
	}
	return false
}

func (t *threads) Bell() exchange.Bell { return &bell{t: t} }

// bell wakes the one thread that waits at it.
type bell struct {
	t      *threads
	waiter *thread
	rung   bool
}

func (b *bell) Ring() {
	b.rung = true
	if b.waiter != nil && !b.t.dead {
		b.t.wake(b.waiter, b.t.w.hesitation())
		b.waiter = nil
	}
}

func (b *bell) Wait(ctx context.Context, atMost time.Duration) {
	if !b.rung && ctx.Err() == nil {
		b.waiter = b.t.current
		if atMost > 0 && !b.t.dead {
			b.t.wake(b.waiter, atMost)
		}
		b.t.park()
		b.waiter = nil
	}
	b.rung = false
}

// hesitation is how long it takes until somebody who was woken goes on: now and
// then they are slow, so that what they take is late.
func (w *world) hesitation() time.Duration {
	if w.dice.chance(5) {
		return w.dice.between(50*time.Millisecond, time.Second)
	}
	return time.Duration(w.dice.IntN(2000)) * time.Microsecond
}
