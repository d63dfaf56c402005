package sim

import (
	"fmt"
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/models"
)

// How long something may be wrong before it is a violation: commands of a call
// take their time, and run out of it.
const (
	claimsWrong    = 8 * time.Second
	silenceBound   = 25 * time.Second // for one who waits, with two commands that time out
	offersNobody   = 15 * time.Second
	deadlinePassed = 3 * time.Second
)

// audit looks at what must not last. Complaints that do become violations.
func (w *world) audit() {
	live := 0
	now := map[string]bool{}
	complain := func(id string, bound time.Duration, format string, args ...any) {
		text := id + fmt.Sprintf(format, args...)
		now[text] = true
		since, known := w.complaints[text]
		if !known {
			w.complaints[text] = w.now
		} else if w.now.Sub(since) > bound {
			w.fail(id, "for %s: %s", w.now.Sub(since), text[len(id):])
		}
	}
	for _, b := range w.businesses {
		live += len(w.desk.live[b.ID])
	}
	if w.ctl != nil && w.ctl.up && w.linked {
		w.auditClaims(complain)
		w.auditWaiting(complain)
		w.auditCalls(complain)
	}
	for text := range w.complaints {
		if !now[text] {
			delete(w.complaints, text)
		}
	}
	if live > 0 || !w.closing() {
		w.after(auditInterval, w.audit)
	}
}

type complain func(id string, bound time.Duration, format string, args ...any)

// auditClaims: claims and participants are the same, whichever way one looks.
func (w *world) auditClaims(complain complain) {
	for _, b := range w.businesses {
		for _, r := range w.desk.live[b.ID] {
			for i := range r.c.Agents {
				a := &r.c.Agents[i]
				claim := w.desk.claims[a.AccountID]
				switch {
				case rings(a) && (claim == nil || claim.OfferCall != r.c.ID && (claim.CallID != r.c.ID || claim.InCall)):
					complain(r.c.ID, claimsWrong, "%s rings, and the claim is %+v", a.AgentID, claim)
				case a.State == call.PartyJoined && (claim == nil || claim.CallID != r.c.ID || !claim.InCall):
					complain(r.c.ID, claimsWrong, "%s has joined, and the claim is %+v", a.AgentID, claim)
				}
			}
		}
	}
	for _, acc := range w.desk.accounts {
		claim := w.desk.claims[acc.id]
		if claim == nil {
			continue
		}
		if !w.takesPart(claim.CallID, acc.id) {
			complain(claim.CallID, claimsWrong, "%s is claimed for a call that they have no part in", acc.id)
		}
		if claim.OfferCall != "" && !w.takesPart(claim.OfferCall, acc.id) {
			complain(claim.OfferCall, claimsWrong, "%s is claimed for a second call that does not ring them", acc.id)
		}
	}
}

func (w *world) takesPart(id, account string) bool {
	r := w.desk.rows[id]
	return r != nil && r.live && slices.ContainsFunc(r.c.Agents, func(a call.Agent) bool {
		return a.AccountID == account && (a.State == call.PartyRinging || a.State == call.PartyJoined)
	})
}

// auditWaiting: the first who waits for a team is offered an agent who is free
// (IN-4, IN-6).
func (w *world) auditWaiting(complain complain) {
	for _, b := range w.businesses {
		waiting, _ := w.desk.WaitingBefore(b.ID, 1<<62, "")
		for i, wait := range waiting {
			c := &w.desk.rows[wait.CallID].c
			for _, a := range w.desk.agents[b.ID] {
				earlier := slices.ContainsFunc(waiting[:i], func(e models.Waiting) bool {
					return e.TeamID == "" || slices.Contains(a.teams, e.TeamID)
				})
				if !earlier && w.desk.claims[a.account.id] == nil && w.couldTake(c, a) {
					complain(c.ID, offersNobody, "it waits, and %s is free", a.ID)
				}
			}
		}
	}
}

// auditCalls: no deadline passes unhandled; one who waits is not left in
// silence (IN-6).
func (w *world) auditCalls(complain complain) {
	for _, r := range w.ctl.order {
		if d := r.c.Deadline(); !r.blind && !d.IsZero() && d.Before(w.now) {
			complain(r.c.ID, deadlinePassed, "its deadline has passed in state %s", r.c.State)
		}
		if line := w.line(r.c.Customer.Leg); line != nil && r.c.Waits() && r.c.Customer.Answered && len(line.Hears()) == 0 {
			complain(r.c.ID, silenceBound, "the customer waits in silence")
		}
	}
}

// finalCheck: at the end of the day nothing is left: no leg, room, recording,
// call, claim, and no task but to mix what was recorded (END-6).
func (w *world) finalCheck() {
	if w.ctl == nil || !w.ctl.up {
		w.fail("", "the controller is not up at the end of the day")
		return
	}
	for _, r := range w.ctl.order {
		w.fail(r.c.ID, "left behind in state %s, with deadline %s and legs %v", r.c.State, r.c.Deadline(), r.c.Legs())
	}
	for _, acc := range w.desk.accounts {
		if c := w.desk.claims[acc.id]; c != nil {
			w.fail(c.CallID, "%s is still claimed", acc.id)
		}
	}
	if err := w.sw.Idle(); err != nil {
		var up []engine.LegID
		for leg := range w.lines {
			if w.line(leg) != nil {
				up = append(up, leg)
			}
		}
		slices.Sort(up)
		w.fail("", "%s; legs that are up: %v", err, up)
	}
	if n := len(w.desk.outbound); n > 0 {
		w.fail("", "%d outbound calls use caps for ever", n)
	}
	if n := len(w.desk.tracks); n > 0 {
		w.fail("", "%d tracks are not closed", n)
	}
	w.seen.compare(w)
}
