package call

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ringdesk/models"
)

// AgentsChanged says that the agents or phones of a workspace are different:
// somebody may have become free, or have a new phone.
func (x *Exchange) AgentsChanged(string) { kick(x.phonesKick) }

// BrowserLost says that an account's browser has gone (IN-12): whoever talks
// there is awaited, with music for the customer, and what rings there goes on
// to the next.
func (x *Exchange) BrowserLost(account string) {
	for _, r := range x.runners() {
		for _, a := range r.view.Load().Agents {
			if a.AccountID == account && (a.State == PartyJoined || a.State == PartyRinging) {
				r.put(Away{AccountID: account})
				break
			}
		}
	}
}

func kick(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // one is on its way
	}
}

// roundInterval is how often waiting calls look for agents though nothing has told
// them to: a wrap-up or "do not disturb" may have run out.
const roundInterval = time.Second

// lookInterval is how often a waiting call looks for agents although nobody is
// free: everybody may have gone home (IN-6).
const lookInterval = 15 * time.Second

// dispatch offers the waiting calls, in their order, to agents who became free,
// and lets talks find agents who came back.
func (x *Exchange) dispatch() {
	defer x.done.Done()
	tick := time.NewTicker(roundInterval)
	defer tick.Stop()
	for {
		talks := false
		select {
		case <-x.freeKick:
		case <-tick.C:
			x.endOverdue()
		case <-x.phonesKick:
			talks = true
		case <-x.ctx.Done():
			return
		}
		x.offerRound(talks)
	}
}

// endOverdue ends wrap-ups and "do not disturb" that have run out, so that the
// screens hear of it. Looking is cheap, and mostly in vain.
func (x *Exchange) endOverdue() {
	now := x.Now()
	overdue, err := x.Store.Overdue(x.ctx, now)
	if err == nil && overdue {
		err = x.Store.Tx(x.ctx, func(tx *models.Tx) error { return tx.EndOverdue(now) })
	}
	if err != nil && x.ctx.Err() == nil {
		x.Log.Error("statuses that have run out cannot be ended", "error", err)
	}
}

// offerRound lets the calls look for agents, in their order.
func (x *Exchange) offerRound(talks bool) {
	anyone := map[string]bool{}  // by workspace, each asked once
	var phones map[string]string // by account; read once a round
	if talks {
		phones = x.phones()
	}
	for _, r := range x.wanting(phones) {
		idle, c := x.Now().Sub(r.looked()) < lookInterval, r.view.Load()
		if idle && c.Waits() && !c.misses(phones) && !x.mayFind(c.WorkspaceID, anyone) {
			continue
		}
		ask := lookForAgents{done: make(chan struct{})}
		r.put(ask)
		select {
		case <-ask.done:
			delete(anyone, c.WorkspaceID)
		case <-r.ended:
		case <-x.ctx.Done():
			return
		}
	}
}

// wanting lists the calls that wait for an agent, in the order of waiting, and
// those in which somebody may be at another phone.
func (x *Exchange) wanting(phones map[string]string) []*runner {
	rs := slices.DeleteFunc(x.runners(), func(r *runner) bool {
		c := r.view.Load()
		return !c.Waits() && !c.misses(phones)
	})
	slices.SortFunc(rs, func(a, b *runner) int {
		c, d := a.view.Load(), b.view.Load()
		return cmp.Or(cmp.Compare(c.Rank, d.Rank), strings.Compare(c.ID, d.ID))
	})
	return rs
}

// phones gives the phone of every account.
func (x *Exchange) phones() map[string]string {
	all, err := x.Store.Phones(x.ctx)
	if err != nil {
		x.Log.Error("phones cannot be read", "error", err)
	}
	phones := make(map[string]string, len(all))
	for _, p := range all {
		phones[p.AccountID] = p.ID
	}
	return phones
}

// misses says whether somebody who talks or whose phone rings may be at another
// phone now, or is awaited. Without phones nobody is known to be.
func (c *Call) misses(phones map[string]string) bool {
	return len(phones) > 0 && (c.State == Talking || c.State == Ringing) && slices.ContainsFunc(c.Agents, func(a Agent) bool {
		return (a.State == PartyJoined || a.State == PartyRinging) && (a.Gone || !a.AwaySince.IsZero() || phones[a.AccountID] != a.Phone)
	})
}

// mayFind says whether a call of the workspace may find a free agent. Reading
// that is cheap: a look in vain would hold up the one writer of the store.
func (x *Exchange) mayFind(workspace string, known map[string]bool) bool {
	free, ok := known[workspace]
	if !ok {
		var err error
		free, err = x.Store.AgentFree(x.ctx, workspace, x.Now())
		free = free || err != nil // looking will tell
		known[workspace] = free
	}
	return free
}

// locate finds out how many calls wait before this one, and about how long it
// takes until they are answered.
func (r *runner) locate() {
	c := r.view.Load()
	if c.State != Queued {
		return
	}
	ahead, err := r.x.Store.AheadInQueue(r.x.ctx, c.WorkspaceID, c.Team(), c.Rank, c.ID)
	if err != nil {
		r.x.Log.Error("a call's place in the queue cannot be read", "call", c.ID, "error", err)
		return
	}
	talk, agents, err := r.x.Store.QueuePace(r.x.ctx, c.WorkspaceID, c.Team(), r.x.Now())
	if err != nil {
		r.x.Log.Error("the queue's pace cannot be read", "call", c.ID, "error", err)
		return
	}
	in := Located{Ahead: ahead}
	if agents > 0 {
		in.Wait = time.Duration(ahead+1) * talk / time.Duration(agents)
	}
	r.step(in)
}

// follow tells other calls what a saved step means for them.
func (x *Exchange) follow(v *saving) {
	for _, l := range v.left {
		x.mu.Lock()
		r := x.calls[l.call]
		x.mu.Unlock()
		if r != nil {
			r.put(WentTo{AccountID: l.account})
		}
	}
	for _, c := range v.made {
		x.start(c, false).put(lookForAgents{})
	}
}

// tellApart makes live calls agree on who is where, after a crash between two
// of their steps: an account is in the call that has its claim (IN-9).
func (x *Exchange) tellApart() error {
	claims, err := x.Store.Claims(x.ctx)
	if err != nil {
		return err
	}
	in := map[string]models.Claim{}
	for _, c := range claims {
		in[c.AccountID] = c
	}
	for _, r := range x.runners() {
		c := r.view.Load()
		for _, a := range c.Agents {
			if claim, ok := in[a.AccountID]; ok && a.State == PartyJoined && claim.CallID != c.ID {
				r.put(WentTo{AccountID: a.AccountID})
			}
		}
	}
	return nil
}
