package freeswitch

import (
	"context"
	"fmt"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/lease"
)

// leaseRequests is how many limits are set at the same time.
const leaseRequests = 2

// fallbackExtension is where a caller is sent whose time is over.
const fallbackExtension = "fallback XML fallback"

// timeLimit is the limit of a leg from outside, and whether it shall have none.
func (l *leg) timeLimit() (*lease.Limit, bool) {
	if !l.inbound {
		return nil, false
	}
	return &l.limit, l.joining || l.leaving || l.room != ""
}

// setLimit gives a leg the limit anew, or takes it off.
func (a *Adapter) setLimit(ctx context.Context, id engine.LegID, off bool) error {
	err := a.dropLimit(ctx, id)
	if err == nil && !off {
		seconds := int(a.opt.Lease / time.Second)
		_, err = a.commands.API(ctx, fmt.Sprintf("sched_transfer +%d %s %s", max(1, seconds), id, fallbackExtension))
	}
	return err
}

// unlimit takes a leg's limit off before it joins a room.
func (a *Adapter) unlimit(ctx context.Context, id engine.LegID) error {
	limited := false
	a.with(id, func(l *leg) { limited = l.inbound && !l.limit.Off() })
	if !limited {
		return nil
	}
	err := a.dropLimit(ctx, id)
	if err == nil {
		a.with(id, func(l *leg) { l.limit.TakenOff() })
	}
	return err
}

// dropLimit removes what is scheduled for a leg. FreeSWITCH groups it by the
// leg's id.
func (a *Adapter) dropLimit(ctx context.Context, id engine.LegID) error {
	_, err := a.commands.API(ctx, "sched_del "+string(id))
	return err
}
