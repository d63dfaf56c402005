package exchange

import (
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/controller/metrics"
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
	x.Counts.Refused.Of(metrics.Overload).Inc()
	a := x.admission
	a.mu.Lock()
	a.refused[ev.Trunk]++
	begin := !a.noting
	a.noting = true
	a.mu.Unlock()
	x.Runtime.Go(func() {
		if err := x.hangupSurely(ev.Leg, engine.CauseCongestion); err != nil && engine.KindOf(err) != engine.KindGone {
			x.Log.Warn("a call past the rate cannot be turned away", "leg", ev.Leg, "error", err)
		}
	})
	if begin {
		x.Runtime.Go(x.noteOverload)
	}
}

// noteOverload writes down how many calls were refused, once a second while
// there are any.
func (x *Exchange) noteOverload() {
	for {
		stopping := !x.pause(noteInterval)
		a := x.admission
		a.mu.Lock()
		refused := maps.Clone(a.refused)
		clear(a.refused)
		a.noting = len(refused) > 0 && !stopping
		a.mu.Unlock()
		for _, trunk := range slices.Sorted(maps.Keys(refused)) {
			x.Log.Warn("calls refused: too many at once", "trunk", trunk, "calls", refused[trunk])
			x.noteRefused(x.NewID(), journal.CallRefused{Calls: refused[trunk], Reason: "overload", Trunk: trunk})
		}
		if len(refused) == 0 || stopping {
			return
		}
	}
}
