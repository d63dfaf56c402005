package sim

import (
	"reflect"
	"slices"
	"time"

	"ringdesk/controller/call"
)

// mostParticipants are the customer and nine agents (CALL-3).
const mostParticipants = 10

// observe checks a step, and lets people go on after it.
func (w *world) observe(r *runner, prev *call.Call, effects []call.Effect) {
	c := &r.c
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
	w.seen.step(w, prev, c, effects)
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

// checkOffers: an agent has at most one live offer (IN-2, IN-9).
func (w *world) checkOffers(prev, c *call.Call) {
	for i := range prev.Agents {
		if a := &prev.Agents[i]; rings(a) {
			w.offers[a.AccountID]--
		}
	}
	for i := range c.Agents {
		if a := &c.Agents[i]; rings(a) {
			w.offers[a.AccountID]++
			if n := w.offers[a.AccountID]; n > 1 {
				w.fail(c.ID, "the phones of %s ring for %d offers at once", a.AccountID, n)
			}
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
	if !journalled(effects, "call.answered") {
		return
	}
	for i := range c.Agents {
		if a := &c.Agents[i]; a.State == call.PartyRinging {
			w.fail(c.ID, "%s still rings after a colleague has answered", a.AgentID)
		}
	}
}

func journalled(effects []call.Effect, typ string) bool {
	return slices.ContainsFunc(effects, func(e call.Effect) bool {
		j, ok := e.(call.Journal)
		return ok && j.Type == typ
	})
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
	ended := 0
	for _, e := range effects {
		if j, ok := e.(call.Journal); ok && j.Type == "call.ended" {
			ended++
		}
	}
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
func (w *world) checkDeadline(r *runner) {
	if d := r.c.Deadline(); !d.IsZero() && !d.After(w.now) {
		w.fail(r.c.ID, "in state %s its deadline %s has passed, and time did nothing", r.c.State, d.Sub(w.began))
	}
}

// checkOrder: no agent is offered to a call while an earlier one could have
// them (IN-6). Agents who only have a new phone are not offered anew.
func (w *world) checkOrder(id string, c *call.Call, found []call.Candidate) {
	for _, cand := range found {
		a := w.desk.byID[cand.AgentID]
		if cand.Silent || slices.ContainsFunc(c.Agents, func(o call.Agent) bool {
			return o.AgentID == a.ID && (o.State == call.PartyRinging || o.State == call.PartyJoined)
		}) {
			continue
		}
		for _, r := range w.desk.live[c.WorkspaceID] {
			if o := &r.c; o.ID != id && o.State == call.Queued && o.Rank != 0 && c.Rank != 0 && before(o, c.Rank, id) && w.couldTake(o, a) {
				w.fail(id, "%s is offered to it, though call %s came earlier and could have them", a.ID, o.ID)
			}
		}
	}
}

// couldTake says whether a call that waits could surely be offered an agent it
// has never been offered to, but for whether the agent is free.
func (w *world) couldTake(c *call.Call, a *agent) bool {
	s := w.desk.state(a)
	if !w.desk.takes(a) || s.DNDNow(w.now) || c.Plan.Automatic && s.WrapUpNow(w.now) || !c.Plan.Automatic && !a.NotifyUnassigned {
		return false
	}
	if team := c.Team(); team != "" && !slices.Contains(a.teams, team) {
		return false
	}
	has := s.SkillLevels()
	for skill, level := range c.Plan.Skills {
		if has[skill] < level {
			return false
		}
	}
	return !slices.ContainsFunc(c.Agents, func(o call.Agent) bool { return o.AgentID == a.ID })
}

// check looks at the calls that something has happened to.
func (w *world) check() {
	for _, r := range w.touched {
		if w.bad == nil && r.settled() {
			w.checkSound(r)
		}
	}
	w.touched = w.touched[:0]
}

// settled says whether nothing is under way for the call.
func (r *runner) settled() bool {
	w := r.x.w
	return !r.ended && !r.x.dead && !r.blind && !r.busy && len(r.inbox) == 0 && len(r.outbox) == 0 && w.linked && r.x.up && r.c.WorkspaceID != ""
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
	if c.State == call.Ended && prev.State != call.Ended && !c.AnsweredAt.IsZero() {
		ts := append(w.desk.talks[c.WorkspaceID], c.EndedAt.Sub(c.AnsweredAt))
		w.desk.talks[c.WorkspaceID] = ts[max(0, len(ts)-50):]
	}
}

// auditInterval is how often what lasts is looked at.
const auditInterval = 2 * time.Second
