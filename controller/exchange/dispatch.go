package exchange

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/queues"
	"ringdesk/models"
)

// kicks are what the dispatcher has been told since it last looked.
type kicks struct {
	bell Bell

	mu           sync.Mutex
	free, phones bool
}

// agentFree says that an agent may have become free.
func (k *kicks) agentFree() { k.note(&k.free) }

// phonesChanged says so, and that somebody may have a new phone.
func (k *kicks) phonesChanged() { k.note(&k.phones) }

func (k *kicks) note(what *bool) {
	k.mu.Lock()
	*what = true
	k.mu.Unlock()
	k.bell.Ring()
}

func (k *kicks) take() (free, phones bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	free, phones = k.free, k.phones
	k.free, k.phones = false, false
	return free, phones
}

// AgentsChanged says that the agents or phones of a workspace are different:
// somebody may have become free, or have a new phone.
func (x *Exchange) AgentsChanged(string) { x.kicks.phonesChanged() }

// BrowserLost says that an account's browser has gone (IN-12): an agent in a talk
// is awaited, with music for the customer, and a call that rings there goes on to
// the next agent.
func (x *Exchange) BrowserLost(account string) {
	for _, r := range x.runners() {
		for _, a := range r.view.Load().Agents {
			if a.AccountID == account && (a.State == call.PartyJoined || a.State == call.PartyRinging) {
				r.put(call.Away{AccountID: account})
				break
			}
		}
	}
}

// Revoke ends the legs of a phone whose session has ended, or of an agent who
// was removed or suspended (SEC-5). Each call looks itself whether it is
// concerned, as one that is being offered now might not show it yet. It says
// whether that is saved; otherwise a kill may lose it, and it must be asked again.
func (x *Exchange) Revoke(phone, agent string) bool {
	var asks []revoking
	for _, r := range x.runners() {
		ask := revoking{Revoked: call.Revoked{Phone: phone, AgentID: agent}, saved: newReply[bool](x.Runtime)}
		if r.put(ask) {
			asks = append(asks, ask)
		}
	}
	all := true
	for _, ask := range asks {
		saved, answered := ask.saved.wait(context.Background())
		all = all && (saved || !answered) // without an answer nothing is left of the call
	}
	return all && x.ctx.Err() == nil
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
	next := x.now().Add(roundInterval)
	for {
		x.kicks.bell.Wait(x.ctx, max(next.Sub(x.now()), shortestWait))
		if x.ctx.Err() != nil {
			return
		}
		free, phones := x.kicks.take()
		if now := x.now(); !now.Before(next) {
			x.endOverdue()
			free, next = true, now.Add(roundInterval)
		}
		if free || phones {
			x.offerRound(phones)
		}
	}
}

// endOverdue ends wrap-ups and "do not disturb" that have run out, so that the
// screens hear of it. Looking is cheap, and mostly in vain.
func (x *Exchange) endOverdue() {
	now := x.now()
	overdue, err := x.Store.Overdue(x.ctx, now)
	if err == nil && overdue {
		err = x.Store.Tx(x.ctx, func(tx Tx) error { return tx.EndOverdue(now) })
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
		idle, c := x.now().Sub(r.looked()) < lookInterval, r.view.Load()
		if idle && c.Waits() && !misses(c, phones) && !x.mayFind(c.WorkspaceID, anyone) {
			continue
		}
		ask := lookForAgents{done: newReply[struct{}](x.Runtime)}
		if !r.put(ask) {
			continue
		}
		if _, looked := ask.done.wait(x.ctx); looked {
			delete(anyone, c.WorkspaceID)
		}
		if x.ctx.Err() != nil {
			return
		}
	}
}

// wanting lists the calls that wait for an agent, in the order of waiting, and
// those in which somebody may be at another phone.
func (x *Exchange) wanting(phones map[string]string) []*runner {
	rs := slices.DeleteFunc(x.runners(), func(r *runner) bool {
		c := r.view.Load()
		return !c.Waits() && !misses(c, phones)
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
func misses(c *call.Call, phones map[string]string) bool {
	return len(phones) > 0 && (c.State == call.Talking || c.State == call.Ringing) && slices.ContainsFunc(c.Agents, func(a call.Agent) bool {
		return (a.State == call.PartyJoined || a.State == call.PartyRinging) && (a.Gone || !a.AwaySince.IsZero() || phones[a.AccountID] != a.Phone)
	})
}

// mayFind says whether a call of the workspace may find a free agent. Reading
// that is cheap: a look in vain would hold up the one writer of the store.
func (x *Exchange) mayFind(workspace string, known map[string]bool) bool {
	free, ok := known[workspace]
	if !ok {
		var err error
		free, err = x.Store.AgentFree(x.ctx, workspace, x.now())
		free = free || err != nil // looking will tell
		known[workspace] = free
	}
	return free
}

// locate finds out how many calls wait before this one, and about how long it
// takes until they are answered.
func (r *runner) locate() {
	c := r.view.Load()
	if c.State != call.Queued {
		return
	}
	ahead, err := r.x.Store.AheadInQueue(r.x.ctx, c.WorkspaceID, c.Team(), c.Rank, c.ID)
	if err != nil {
		r.x.Log.Error("a call's place in the queue cannot be read", "call", c.ID, "error", err)
		return
	}
	talk, agents, err := r.x.Store.QueuePace(r.x.ctx, c.WorkspaceID, c.Team(), r.x.now())
	if err != nil {
		r.x.Log.Error("the queue's pace cannot be read", "call", c.ID, "error", err)
		return
	}
	r.step(call.Located{Ahead: ahead, Wait: queues.Wait(ahead, talk, agents)})
}

// follow tells other calls what a saved step means for them.
func (x *Exchange) follow(v *saving) {
	for _, l := range v.left {
		switch r := x.runnerOfCall(l.call); {
		case r != nil:
			r.put(call.WentTo{AccountID: l.account})
		case x.Others != nil:
			x.Others.WentTo(l.call, l.account)
		}
	}
	if v.forward != nil {
		if r := x.runnerOfCall(v.c.ID); r != nil {
			r.put(*v.forward)
		}
	}
	for _, m := range v.made {
		r := newRunner(x, m.call)
		r.parties, r.sides = m.sides, m.sides
		x.launch(r)
		x.stepped(&call.Call{ID: m.call.ID}, &m.call, m.effects, true)
		r.put(lookForAgents{})
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
			if claim, ok := in[a.AccountID]; ok && a.State == call.PartyJoined && claim.CallID != c.ID {
				r.put(call.WentTo{AccountID: a.AccountID})
			}
		}
	}
	return nil
}
