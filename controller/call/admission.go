package call

import (
	"context"
	"maps"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"ringdesk/controller/engine"
	"ringdesk/models"
)

// admission refuses new calls past a rate, at once and without a look into the
// store, so that those that were admitted keep their speed. A carrier that gets
// 503 takes another route or tries again (RFC 3261, section 21.5.4).
type admission struct {
	limit *rate.Limiter // nil admits everything

	mu      sync.Mutex
	refused map[string]int // by trunk, since they were written down
	noting  bool
}

func newAdmission(perSecond int) *admission {
	a := &admission{refused: map[string]int{}}
	if perSecond > 0 {
		a.limit = rate.NewLimiter(rate.Limit(perSecond), perSecond)
	}
	return a
}

func (a *admission) admits(now time.Time) bool { return a.limit == nil || a.limit.AllowN(now, 1) }

// noteInterval is how often it is written down how many calls were refused.
const noteInterval = time.Second

// overloaded turns away a call past the rate.
func (x *Exchange) overloaded(ev engine.LegArrived) {
	a := x.admission
	a.mu.Lock()
	a.refused[ev.Trunk]++
	begin := !a.noting
	a.noting = true
	a.mu.Unlock()
	x.done.Add(1)
	go func() {
		defer x.done.Done()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(x.ctx), engine.CommandTimeout)
		defer cancel()
		if err := x.Engine.Hangup(ctx, ev.Leg, engine.CauseCongestion); err != nil && engine.KindOf(err) != engine.KindGone {
			x.Log.Warn("a call past the rate cannot be turned away", "leg", ev.Leg, "error", err)
		}
	}()
	if begin {
		x.done.Add(1)
		go x.noteOverload()
	}
}

// noteOverload writes down how many calls were refused, once a second while
// there are any.
func (x *Exchange) noteOverload() {
	defer x.done.Done()
	for {
		stopping := false
		select {
		case <-time.After(noteInterval):
		case <-x.ctx.Done():
			stopping = true
		}
		a := x.admission
		a.mu.Lock()
		refused := maps.Clone(a.refused)
		clear(a.refused)
		a.noting = len(refused) > 0 && !stopping
		a.mu.Unlock()
		for trunk, n := range refused {
			x.Log.Warn("calls refused: too many at once", "trunk", trunk, "calls", n)
			x.noteRefused(models.NewID(), map[string]any{"trunk": trunk, "calls": n, "reason": "overload"})
		}
		if len(refused) == 0 || stopping {
			return
		}
	}
}
