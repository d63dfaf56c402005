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
	offersTwice    = 3 * time.Second
	silenceBound   = 25 * time.Second // for one who waits, with two commands that time out
	offersNobody   = 15 * time.Second
	deadlinePassed = 3 * time.Second
)

// audit looks at what must not last. Complaints that do become violations.
func (w *world) audit() {
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
	if w.ctl != nil && w.ctl.up() && w.linked && !w.full {
		w.auditOffers(complain)
		w.auditClaims(complain)
		w.auditWaiting(complain)
		w.auditCalls(complain)
	}
	for text := range w.complaints {
		if !now[text] {
			delete(w.complaints, text)
		}
	}
	w.after(auditInterval, w.audit)
}

type complain func(id string, bound time.Duration, format string, args ...any)

// auditOffers: an agent has at most one live offer (IN-2, IN-9).
func (w *world) auditOffers(complain complain) {
	for account, n := range w.offers {
		if n > 1 {
			complain("", offersTwice, "the phones of %s ring for %d offers at once", account, n)
		}
	}
}

// auditClaims: claims and participants are the same, whichever way one looks.
func (w *world) auditClaims(complain complain) {
	tx := w.store.View()
	for _, v := range w.live() {
		for i := range v.c.Agents {
			a := &v.c.Agents[i]
			claim, there, _ := tx.ClaimOf(a.AccountID) // memory does not fail
			switch {
			case rings(a) && (!there || claim.OfferCall != v.c.ID && (claim.CallID != v.c.ID || claim.InCall)):
				complain(v.c.ID, claimsWrong, "%s rings, and the claim is %+v", a.AgentID, claim)
			case a.State == call.PartyJoined && (!there || claim.CallID != v.c.ID || !claim.InCall):
				complain(v.c.ID, claimsWrong, "%s has joined, and the claim is %+v", a.AgentID, claim)
			}
		}
	}
	claims, _ := w.store.Claims(w.ctx)
	for _, claim := range claims {
		if !w.takesPart(claim.CallID, claim.AccountID) {
			complain(claim.CallID, claimsWrong, "%s is claimed for a call that they have no part in", claim.AccountID)
		}
		if claim.OfferCall != "" && !w.takesPart(claim.OfferCall, claim.AccountID) {
			complain(claim.OfferCall, claimsWrong, "%s is claimed for a second call that does not ring them", claim.AccountID)
		}
	}
}

func (w *world) takesPart(id, account string) bool {
	v := w.views[id]
	return v != nil && slices.ContainsFunc(v.c.Agents, func(a call.Agent) bool {
		return a.AccountID == account && (a.State == call.PartyRinging || a.State == call.PartyJoined)
	})
}

// auditWaiting: the first who waits for a team is offered an agent who is free
// (IN-4, IN-6).
func (w *world) auditWaiting(complain complain) {
	tx := w.store.View()
	for _, b := range w.businesses {
		waiting, _ := tx.WaitingBefore(b.ID, 1<<62, "")
		for i, wait := range waiting {
			v := w.views[wait.CallID]
			if v == nil {
				continue
			}
			for _, m := range b.agents {
				a := w.state(m)
				earlier := slices.ContainsFunc(waiting[:i], func(e models.Waiting) bool {
					return e.TeamID == "" || slices.Contains(a.Teams, e.TeamID)
				})
				if !earlier && a.ClaimCall == "" && w.couldTake(&v.c, a) {
					complain(v.c.ID, offersNobody, "it waits, and %s is free", a.ID)
				}
			}
		}
	}
}

// auditCalls: no deadline passes unhandled; one who waits is not left in
// silence (IN-6).
func (w *world) auditCalls(complain complain) {
	for _, v := range w.live() {
		if d := v.c.Deadline(); !v.blind && !d.IsZero() && d.Before(w.now) {
			complain(v.c.ID, deadlinePassed, "its deadline has passed in state %s", v.c.State)
		}
		if line := w.line(v.c.Customer.Leg); line != nil && v.c.Waits() && v.c.Customer.Answered && len(line.Hears()) == 0 {
			complain(v.c.ID, silenceBound, "the customer waits in silence")
		}
	}
}

// finalCheck: at the end of the day nothing is left: no leg, room, recording,
// call, claim, and no task but to mix what was recorded (END-6).
func (w *world) finalCheck() {
	if w.ctl == nil || !w.ctl.up() {
		w.fail("", "the controller is not up at the end of the day")
		return
	}
	for _, v := range w.live() {
		w.fail(v.c.ID, "left behind in state %s, with deadline %s and legs %v", v.c.State, v.c.Deadline(), v.c.Legs())
	}
	if n := w.ctl.Live(); n > 0 {
		w.fail("", "%d calls are left behind", n)
	}
	claims, _ := w.store.Claims(w.ctx)
	for _, c := range claims {
		w.fail(c.CallID, "%s is still claimed", c.AccountID)
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
	if n := w.store.OpenOutbound(); n > 0 {
		w.fail("", "%d outbound calls use caps for ever", n)
	}
	if n := w.store.OpenTracks(); n > 0 {
		w.fail("", "%d tracks are not closed", n)
	}
	for _, id := range w.store.CallIDs() {
		r := w.store.Recording(id)
		if r != nil && (r.State != "processing" || !w.store.HasTask("mix", r.ID)) {
			w.fail(id, "its recording is left in state %s", r.State)
		}
	}
	w.seen.compare(w)
}
