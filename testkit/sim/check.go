package sim

import (
	"reflect"
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/journal"
	"ringdesk/models"
)

// mostParticipants are the customer and nine agents (CALL-3).
const mostParticipants = 10

// observe checks a step, and lets people go on after it.
func (w *world) observe(prev, c *call.Call, effects []call.Effect, saved bool) {
	if w.opt.Trace != nil {
		w.trace(c.ID, "   => %s agents %s", c.State, shortly(c))
	}
	if c.Seq > mostEntries {
		w.fail(c.ID, "%d journal entries: something goes round and round", c.Seq)
	}
	w.checkOffers(prev, c)
	w.checkWinner(prev, c, effects)
	w.checkParticipants(c)
	w.checkEnd(prev, c, effects)
	went := false // to another call, which they may even have left by now
	if last := w.latest[c.ID]; last != nil {
		switch last.in.(type) {
		case call.Tick:
			w.checkDeadline(c, last.at)
		case call.WentTo:
			went = true
		}
		delete(w.latest, c.ID)
	}
	if saved && !went {
		w.checkIdle(prev, c)
	}
	w.people(prev, c)
}

func shortly(c *call.Call) (text string) {
	for _, a := range c.Agents {
		text += " " + a.AgentID + ":" + string(a.State)
		if a.Gone {
			text += "(gone)"
		}
	}
	return text
}

// rings says whether a phone of the agent rings for the call.
func rings(a *call.Agent) bool { return a.State == call.PartyRinging && !a.Gone }

// checkOffers counts the live offers that an agent has: at most one, but for the
// moment that a runner takes to know what it has saved (IN-2, IN-9).
func (w *world) checkOffers(prev, c *call.Call) {
	for i := range prev.Agents {
		if a := &prev.Agents[i]; rings(a) {
			w.offers[a.AccountID]--
		}
	}
	for i := range c.Agents {
		if a := &c.Agents[i]; rings(a) {
			w.offers[a.AccountID]++
		}
	}
}

// mostEntries is more than any call should write into its journal.
const mostEntries = 2000

// checkWinner: of those who ring, one step lets at most one win; the others of
// the same offer stop (IN-11).
func (w *world) checkWinner(prev, c *call.Call, effects []call.Effect) {
	won := 0
	for i := range prev.Agents {
		if prev.Agents[i].State == call.PartyRinging && c.Agents[i].State == call.PartyJoined {
			won++
		}
	}
	if won > 1 && prev.State != call.Talking { // into a talk several can come, who were invited
		w.fail(c.ID, "%d agents have won it at once", won)
	}
	if journalled[journal.CallAnswered](effects) == 0 {
		return
	}
	for i := range c.Agents {
		if a := &c.Agents[i]; a.State == call.PartyRinging {
			w.fail(c.ID, "%s still rings after a colleague has answered", a.AgentID)
		}
	}
}

// journalled counts the entries of one type.
func journalled[E journal.Entry](effects []call.Effect) (n int) {
	for _, e := range effects {
		if j, ok := e.(call.Journal); ok {
			if _, ok := j.Entry.(E); ok {
				n++
			}
		}
	}
	return n
}

// checkParticipants: at most ten take part, nobody twice (CALL-3); whoever
// calls a customer back is there.
func (w *world) checkParticipants(c *call.Call) {
	n := 1
	here := map[string]bool{}
	for i := range c.Agents {
		a := &c.Agents[i]
		if a.State != call.PartyRinging && a.State != call.PartyJoined {
			continue
		}
		if here[a.AgentID] {
			w.fail(c.ID, "%s takes part twice", a.AgentID)
		}
		here[a.AgentID] = true
		if a.Role == call.Speaker && (a.State == call.PartyJoined || c.State == call.Talking) { // all may ring, one wins
			n++
		}
	}
	if n > mostParticipants {
		w.fail(c.ID, "%d participants", n)
	}
	if c.Out == nil || c.Out.Callback == nil {
		return
	}
	switch {
	case c.State == call.Dialing && n == 1:
		w.fail(c.ID, "a customer is called back, but no agent is there")
	case c.Out.Callback.Rank == 0:
		w.fail(c.ID, "a customer who is to be called back has lost their place")
	}
}

// checkEnd: a call ends once, with one class; every missed inbound call has one
// reason (MISS-1); its phases add up to its length; nothing goes on after it.
func (w *world) checkEnd(prev, c *call.Call, effects []call.Effect) {
	ended := journalled[journal.CallEnded](effects)
	switch {
	case prev.State.Over() && (ended > 0 || c.State != prev.State || c.MissedReason != prev.MissedReason || c.Outcome != prev.Outcome ||
		!c.EndedAt.Equal(prev.EndedAt) || c.EndedBy != prev.EndedBy || !reflect.DeepEqual(c.Spent, prev.Spent)):
		w.fail(c.ID, "it had ended, and changed again")
	case prev.State.Over():
	case c.State.Over() != (ended == 1):
		w.fail(c.ID, "in state %s it has ended %d times", c.State, ended)
	case c.State.Over():
		w.checkClass(c)
		w.checkLength(c)
	}
}

func (w *world) checkClass(c *call.Call) {
	missed := c.State == call.Missed
	switch {
	case missed != (c.MissedReason != "") || missed != (c.Outcome == call.WasMissed) || missed && c.Direction != "inbound":
		w.fail(c.ID, "ended as %s, outcome %q, reason %q, %s", c.State, c.Outcome, c.MissedReason, c.Direction)
	case (c.Outcome == call.Answered) == c.AnsweredAt.IsZero():
		w.fail(c.ID, "ended with outcome %q, answered at %s", c.Outcome, c.AnsweredAt)
	case !slices.Contains([]call.Outcome{call.Answered, call.WasMissed, call.WasBusy, call.NoAnswer, call.Rejected, call.Unreachable,
		call.Cancelled, call.Failure}, c.Outcome):
		w.fail(c.ID, "ended with outcome %q", c.Outcome)
	case c.Direction == "inbound" && c.Outcome != call.Answered && c.Outcome != call.WasMissed:
		w.fail(c.ID, "an inbound call ended with outcome %q", c.Outcome)
	case c.EndedBy == "":
		w.fail(c.ID, "nobody has ended it")
	case c.Rank != 0 || c.Hold != nil || c.Help != nil || c.Prompt != nil || c.Pending != "" || !c.AloneSince.IsZero():
		w.fail(c.ID, "it has ended, and something of it goes on: %+v", c)
	}
	for i := range c.Agents {
		if s := c.Agents[i].State; s == call.PartyRinging || s == call.PartyJoined {
			w.fail(c.ID, "it has ended, and %s is %s", c.Agents[i].AgentID, s)
		}
	}
}

func (w *world) checkLength(c *call.Call) {
	var sum int64
	for _, ms := range c.Spent {
		sum += ms
	}
	if length := c.EndedAt.Sub(c.StartedAt).Milliseconds(); sum != length || sum < 0 {
		w.fail(c.ID, "its phases are %d ms, its length is %d ms: %v", sum, length, c.Spent)
	}
}

// checkDeadline: when time has done its work, the next deadline lies in the
// future.
func (w *world) checkDeadline(c *call.Call, at time.Time) {
	if d := c.Deadline(); !d.IsZero() && !d.After(at) {
		w.fail(c.ID, "in state %s its deadline %s has passed, and time did nothing", c.State, d.Sub(w.began))
	}
}

// checkOrder: no agent is offered to a call while an earlier one could have
// them (IN-6). Agents who only have a new phone are not offered anew.
func (w *world) checkOrder(c *call.Call, found []call.Candidate) {
	tx := w.store.View()
	earlier, _ := tx.WaitingBefore(c.WorkspaceID, c.Rank, c.ID) // memory does not fail
	for _, cand := range found {
		if c.Rank == 0 || cand.Silent || slices.ContainsFunc(c.Agents, func(o call.Agent) bool {
			return o.AgentID == cand.AgentID && (o.State == call.PartyRinging || o.State == call.PartyJoined)
		}) {
			continue
		}
		a, err := tx.AgentState(c.WorkspaceID, cand.AgentID)
		for _, e := range earlier {
			if v := w.views[e.CallID]; err == nil && v != nil && v.c.State == call.Queued && w.couldTake(&v.c, a) {
				w.fail(c.ID, "%s is offered to it, though call %s came earlier and could have them", a.ID, e.CallID)
			}
		}
	}
}

// couldTake says whether a call that waits could surely be offered an agent it
// has never been offered to, but for whether the agent is free.
func (w *world) couldTake(c *call.Call, a models.AgentState) bool {
	if !a.Seat || !a.TakesPhone || a.Status != "available" || a.PhoneID == "" || !a.Online(w.now) || a.DNDNow(w.now) ||
		c.Plan.Automatic && a.WrapUpNow(w.now) || !c.Plan.Automatic && !a.NotifyUnassigned {
		return false
	}
	if team := c.Team(); team != "" && !slices.Contains(a.Teams, team) {
		return false
	}
	has := a.SkillLevels()
	for skill, level := range c.Plan.Skills {
		if has[skill] < level {
			return false
		}
	}
	return !slices.ContainsFunc(c.Agents, func(o call.Agent) bool { return o.AgentID == a.ID })
}

// checkIdle: idle since a talk are those who have left it for no other, and no
// others (IN-4). The other call may be over before this one hears of it.
func (w *world) checkIdle(prev, c *call.Call) {
	for i := range prev.Agents {
		a := &prev.Agents[i]
		if a.State != call.PartyJoined || c.Present(a.AgentID) >= 0 {
			continue
		}
		claim, claimed, _ := w.store.View().ClaimOf(a.AccountID)
		if claimed && claim.InCall || w.went[wentTo{a.AccountID, c.ID}] || w.full || w.idle[a.AccountID].Equal(w.savedAt[c.ID]) {
			continue
		}
		w.fail(c.ID, "%s has left a talk, and is idle since %s", a.AgentID, w.idle[a.AccountID])
	}
}

// check looks at the calls that something has happened to.
func (w *world) check() {
	for _, id := range w.touched {
		if v := w.views[id]; w.bad == nil && v != nil && w.settled(v) {
			w.checkSound(v)
			w.checkRow(v)
		}
	}
	w.touched = w.touched[:0]
}

// settled says whether nothing is under way for the call.
func (w *world) settled(v *view) bool {
	return w.ctl != nil && w.linked && w.ctl.up() && !v.blind && v.c.WorkspaceID != "" && w.ctl.Settled(v.c.ID)
}

// checkRow: what the store has of a call is what its runner has.
func (w *world) checkRow(v *view) {
	row := w.store.Call(v.c.ID)
	switch {
	case w.full || w.now.Sub(w.emptied) < savedLate:
	case row == nil:
		w.fail(v.c.ID, "the store does not know it")
	case row.Version != v.c.Version:
		w.fail(v.c.ID, "the store has version %d of it, and it is at %d", row.Version, v.c.Version)
	case row.State != string(v.c.State) || row.MissedReason != string(v.c.MissedReason) || row.Outcome != string(v.c.Outcome) || row.TeamID != v.c.Team() ||
		row.QueueRank != v.c.Rank || row.AnsweredAt != models.At(v.c.AnsweredAt) || row.EndedAt != models.At(v.c.EndedAt) || row.Live == v.c.Drained():
		w.fail(v.c.ID, "the store has another state of it: %s %s %s %s %d %s %s %v, not %s", row.State, row.MissedReason, row.Outcome, row.TeamID, row.QueueRank,
			row.AnsweredAt, row.EndedAt, row.Live, encode(&v.c))
	}
}

// savedLate is how long what could not be saved may take, once it can.
const savedLate = 4 * time.Second

// checkStore: after every transaction, nobody is claimed by a call that is not
// live.
func (w *world) checkStore() {
	if c, dead := w.store.StaleClaim(); dead {
		w.fail(c.CallID, "%s is claimed by %s and %q, which are not both live", c.AccountID, c.CallID, c.OfferCall)
	}
}

// people lets the customer and the agents of a call go on after a step.
func (w *world) people(prev, c *call.Call) {
	if c.State != prev.State || c.Customer.Leg != prev.Customer.Leg {
		w.patience(c)
		if prev.State == "" && w.dice.chance(party) {
			w.parties[c.ID] = true
		}
		if c.State == call.Missed {
			w.missed = append(w.missed, c.ID)
			w.missed = w.missed[max(0, len(w.missed)-20):]
		}
	}
	for i := range c.Agents {
		a := c.Agents[i]
		if a.State == call.PartyJoined && (i >= len(prev.Agents) || prev.Agents[i].State != call.PartyJoined) {
			w.actsIn(c.ID, a)
		}
	}
}

// auditInterval is how often what lasts is looked at.
const auditInterval = 2 * time.Second
