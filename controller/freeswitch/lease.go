package freeswitch

import (
	"context"
	"fmt"
	"sync"
	"time"

	"ringdesk/controller/engine"
)

// A caller who waits must not wait for a controller that is gone for good. So
// the dialplan lets every call from outside in with a time limit, at whose end
// the caller hears the fallback announcement. While the leg waits, the adapter
// renews the limit; before it joins a room, the limit is taken off, and it is off
// on hold, too: a talk goes on without a controller. A leg that is parked again
// is limited again.

// defaultLease is how long a caller waits without a controller: with the time
// between two looks and the announcement's beginning under 30 s.
const defaultLease = 25 * time.Second

// leaseRequests is how many limits are set at the same time.
const leaseRequests = 2

// fallbackExtension is where a caller is sent whose time is over.
const fallbackExtension = "fallback XML fallback"

// limit is what is known of a leg's time limit in FreeSWITCH.
type limit struct {
	off    bool      // taken off, confirmed
	due    time.Time // when it must be renewed
	asking bool      // a request is under way
}

// unlimited says whether a leg shall have no time limit.
func (l *leg) unlimited() bool { return l.joining || l.room != "" }

// wakeLeases makes the keeper look at once.
func (a *Adapter) wakeLeases() {
	select {
	case a.leases <- struct{}{}:
	default:
	}
}

// keepLeases renews time limits and takes them off while the link is up.
func (a *Adapter) keepLeases(ctx context.Context) {
	t := time.NewTicker(a.opt.Lease / 12)
	defer t.Stop()
	slots := make(chan struct{}, leaseRequests)
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		for _, id := range a.dueLeases(time.Now()) {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				a.setLimit(ctx, id)
			})
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		case <-a.leases:
		}
	}
}

// dueLeases gives the legs whose limit must be set, and marks them.
func (a *Adapter) dueLeases(now time.Time) []engine.LegID {
	a.mu.Lock()
	defer a.mu.Unlock()
	var due []engine.LegID
	for id, l := range a.legs {
		if !l.inbound || l.limit.asking {
			continue
		}
		if off := l.unlimited(); off && !l.limit.off || !off && (l.limit.off || !now.Before(l.limit.due)) {
			l.limit.asking = true
			due = append(due, id)
		}
	}
	return due
}

// setLimit sets or takes off one leg's limit. What fails is due again.
func (a *Adapter) setLimit(ctx context.Context, id engine.LegID) {
	off := false
	a.with(id, func(l *leg) { off = l.unlimited() })
	err := a.dropLimit(ctx, id)
	if err == nil && !off {
		seconds := int(a.opt.Lease / time.Second)
		_, err = a.commands.API(ctx, fmt.Sprintf("sched_transfer +%d %s %s", max(1, seconds), id, fallbackExtension))
	}
	changed := false
	a.with(id, func(l *leg) {
		l.limit.asking = false
		if err == nil {
			l.limit.off, l.limit.due = off, time.Now().Add(a.opt.Lease/3)
		}
		changed = l.unlimited() != off
	})
	if changed {
		a.wakeLeases()
	}
}

// unlimit takes a leg's limit off before it joins a room.
func (a *Adapter) unlimit(ctx context.Context, id engine.LegID) error {
	limited := false
	a.with(id, func(l *leg) { limited = l.inbound && (!l.limit.off || l.limit.asking) })
	if !limited {
		return nil
	}
	err := a.dropLimit(ctx, id)
	if err == nil {
		a.with(id, func(l *leg) { l.limit.off = !l.limit.asking })
	}
	return err
}

// dropLimit removes what is scheduled for a leg. FreeSWITCH groups it by the
// leg's id.
func (a *Adapter) dropLimit(ctx context.Context, id engine.LegID) error {
	_, err := a.commands.API(ctx, "sched_del "+string(id))
	return err
}
