package asterisk

import (
	"context"
	"strconv"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/lease"
)

// leaseRequests is how many limits are set at the same time.
const leaseRequests = 8

// timeLimit is the limit of a leg from outside, and whether it shall have none.
func (l *leg) timeLimit() (*lease.Limit, bool) {
	if !l.inbound {
		return nil, false
	}
	return &l.limit, l.joining || l.leaving || l.room != ""
}

// setLimit gives a leg the limit anew, or takes it off.
func (a *Adapter) setLimit(ctx context.Context, id engine.LegID, off bool) error {
	seconds := "0"
	if !off {
		seconds = strconv.FormatFloat(a.opt.Lease.Seconds(), 'f', 3, 64)
	}
	return a.setVariable(ctx, string(id), "TIMEOUT(absolute)", seconds)
}
