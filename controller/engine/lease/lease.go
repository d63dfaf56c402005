// Package lease keeps time limits on callers who wait: they must not wait for a
// controller that is gone for good.
//
// An engine's dialplan lets every call from outside in with a time limit, at
// whose end the caller hears the fallback announcement. While the leg waits, the
// limit is renewed; when it joins a room, the limit is taken off, and it is off
// on hold, too: a talk goes on without a controller. A leg that is parked again
// is limited again.
package lease

import (
	"context"
	"sync"
	"time"

	"ringdesk/controller/engine"
)

// Default is how long a caller waits without a controller: with the time between
// two looks and the announcement's beginning under 30 s.
const Default = 25 * time.Second

// Limit is what is known of one leg's time limit in the engine. The zero Limit
// is one of which nothing is known. The lock of the legs guards it.
type Limit struct {
	off    bool      // taken off, confirmed
	due    time.Time // when it must be renewed
	asking bool      // a request is under way
}

// Off says whether the limit has been taken off, and no request may set it
// again.
func (l *Limit) Off() bool { return l.off && !l.asking }

// TakenOff notes that somebody else than the keeper took it off. A request of
// the keeper's that is under way may have set it again.
func (l *Limit) TakenOff() { l.off = !l.asking }

// Legs are the legs that may wait.
type Legs interface {
	// EachLimit calls f for each inbound leg under the legs' lock; off says whether
	// the leg shall have no limit.
	EachLimit(f func(id engine.LegID, l *Limit, off bool))
	// WithLimit calls f for one leg, if it is there still.
	WithLimit(id engine.LegID, f func(l *Limit, off bool))
	// SetLimit gives a leg the limit in the engine anew, or takes it off.
	SetLimit(ctx context.Context, id engine.LegID, off bool) error
}

// Keeper renews limits and takes them off.
type Keeper struct {
	legs     Legs
	lease    time.Duration
	requests int
	wake     chan struct{} // room for one
}

// New makes a Keeper of limits of the length lease, which makes so many requests
// at the same time.
func New(legs Legs, lease time.Duration, requests int) *Keeper {
	return &Keeper{legs: legs, lease: lease, requests: requests, wake: make(chan struct{}, 1)}
}

// Arrived is the limit of a leg that the dialplan has just let in.
func (k *Keeper) Arrived() Limit { return Limit{due: time.Now().Add(k.lease / 3)} }

// Rest lets the keeper leave a limit alone for a while, and then for as long as after a
// renewal.
func (k *Keeper) Rest(l *Limit, while time.Duration) { l.due = time.Now().Add(while + k.lease/3) }

// Wake makes the keeper look at once: a leg has begun or ceased to wait.
func (k *Keeper) Wake() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// Run keeps the limits until ctx ends.
func (k *Keeper) Run(ctx context.Context) {
	t := time.NewTicker(k.lease / 12)
	defer t.Stop()
	slots := make(chan struct{}, k.requests)
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		for _, id := range k.due(time.Now()) {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				k.set(ctx, id)
			})
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		case <-k.wake:
		}
	}
}

// due gives the legs whose limit must be set or taken off, and marks them.
func (k *Keeper) due(now time.Time) []engine.LegID {
	var due []engine.LegID
	k.legs.EachLimit(func(id engine.LegID, l *Limit, off bool) {
		if l.asking {
			return
		}
		if off && !l.off || !off && (l.off || !now.Before(l.due)) {
			l.asking = true
			due = append(due, id)
		}
	})
	return due
}

// set sets or takes off one leg's limit. A limit that could not be set is due again.
func (k *Keeper) set(ctx context.Context, id engine.LegID) {
	off := false
	k.legs.WithLimit(id, func(_ *Limit, want bool) { off = want })
	err := k.legs.SetLimit(ctx, id, off)
	changed := false
	k.legs.WithLimit(id, func(l *Limit, want bool) {
		l.asking = false
		if err == nil {
			l.off, l.due = off, time.Now().Add(k.lease/3)
		}
		changed = want != off
	})
	if changed {
		k.Wake()
	}
}
