package asterisk

import (
	"context"
	"strconv"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/lease"
)

// leaseRequests is how many limits are set at the same time.
const leaseRequests = 8

// unlimited says whether a leg shall have no time limit.
func (l *leg) unlimited() bool { return l.joining || l.room != "" }

// limits are the legs as the keeper of time limits sees them.
type limits struct{ *Adapter }

var _ lease.Legs = limits{}

// EachLimit implements lease.Legs.
func (a limits) EachLimit(f func(engine.LegID, *lease.Limit, bool)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, l := range a.legs {
		if l.inbound {
			f(id, &l.limit, l.unlimited())
		}
	}
}

// WithLimit implements lease.Legs.
func (a limits) WithLimit(id engine.LegID, f func(*lease.Limit, bool)) {
	a.with(id, func(l *leg) { f(&l.limit, l.unlimited()) })
}

// SetLimit implements lease.Legs.
func (a limits) SetLimit(ctx context.Context, id engine.LegID, off bool) error {
	seconds := "0"
	if !off {
		seconds = strconv.FormatFloat(a.opt.Lease.Seconds(), 'f', 3, 64)
	}
	return a.setVariable(ctx, string(id), "TIMEOUT(absolute)", seconds)
}
