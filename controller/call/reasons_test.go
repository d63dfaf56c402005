package call

import (
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
)

// reasons are MISS-1's, in its order of precedence.
var reasons = []dialplan.MissedReason{dialplan.BlockedUser, dialplan.UnregisteredNumber, dialplan.InboundRateLimit, dialplan.Workflow,
	dialplan.NotInOperation, dialplan.NoOperator, dialplan.ExceededQueue, dialplan.AbandonedInQueue, dialplan.RingTimeOver, dialplan.ManagerLeft, dialplan.UserLeft}

// All pairs: the first in MISS-1's order counts.
func TestPrecedence_MISS_1(t *testing.T) {
	spec := []dialplan.MissedReason{"blockedUser", "unregisteredNumber", "inboundRateLimit", "workflow", "notInOperation", "noOperator", "exceededQueue",
		"abandonedInQueue", "ringTimeOver", "managerLeft", "userLeft"}
	for i, a := range reasons {
		if a != spec[i] {
			t.Fatalf("reason %d is %s, want %s", i, a, spec[i])
		}
		for j, b := range reasons {
			if got := dialplan.First(a, b); got != spec[min(i, j)] {
				t.Errorf("%s and %s give %s", a, b, got)
			}
		}
	}
}

// hangsUp is the customer hanging up, which is userLeft where nothing else is.
var hangsUp = engine.LegEnded{Leg: "cust", Cause: 16}

// Where two reasons meet in one call, as far as they can: the first counts,
// whichever came first.
func TestReasonsThatMeet_MISS_1(t *testing.T) {
	refused := func(r dialplan.MissedReason) func(*testing.T) *story {
		return func(t *testing.T) *story {
			return planned(t, func(p *dialplan.Plan) { p.Refuse, p.Say = r, []string{"en/x"} }).then(Arrived{})
		}
	}
	queued := func(t *testing.T) *story { return newStory(t).then(Arrived{Busy: true}) }
	cases := []struct {
		name  string
		begin func(*testing.T) *story
		then  func(*story)
		want  dialplan.MissedReason
		by    EndedBy
	}{
		{"rate limit, then the caller leaves", refused(dialplan.InboundRateLimit), func(s *story) { s.then(hangsUp) }, dialplan.InboundRateLimit, ByCustomer},
		{"workflow, then the caller leaves", refused(dialplan.Workflow), func(s *story) { s.then(hangsUp) }, dialplan.Workflow, ByCustomer},
		{"closed, then the caller leaves", refused(dialplan.NotInOperation), func(s *story) { s.then(hangsUp) }, dialplan.NotInOperation, ByCustomer},
		{"nobody there, then the caller leaves", func(t *testing.T) *story {
			return planned(t, func(p *dialplan.Plan) { p.Say = []string{"en/greeting"} }).then(Arrived{}).played().then(Offered{}).state(Greeting)
		}, func(s *story) { s.then(hangsUp) }, dialplan.NoOperator, ByCustomer},
		{"queue full, then the caller leaves", func(t *testing.T) *story {
			return planned(t, func(p *dialplan.Plan) { p.Say = []string{"en/greeting"} }).then(Arrived{}).played().then(Offered{Busy: true, Waiting: 200})
		}, func(s *story) { s.then(hangsUp) }, dialplan.ExceededQueue, ByCustomer},
		{"rang in vain, then the queue is full", func(t *testing.T) *story { return ringing(t, "a").does("a", Decline) },
			func(s *story) { s.then(Offered{Busy: true, Waiting: 200}) }, dialplan.ExceededQueue, BySystem},
		{"rang in vain, then waited too long", func(t *testing.T) *story {
			return ringing(t, "a").does("a", Decline).then(Offered{Busy: true}).state(Queued)
		}, func(s *story) { s.at(s.c.QueueUntil).played() }, dialplan.AbandonedInQueue, BySystem},
		{"waited too long while a phone rang", func(t *testing.T) *story {
			s := queued(t)
			s.now = s.c.QueueUntil.Add(-2e9)
			return s.then(Offered{Candidates: agents("a")}).state(Ringing)
		}, func(s *story) { s.when().played() }, dialplan.AbandonedInQueue, BySystem},
		{"waited too long, then the caller leaves", func(t *testing.T) *story { s := queued(t); return s.at(s.c.QueueUntil) },
			func(s *story) { s.then(hangsUp) }, dialplan.AbandonedInQueue, ByCustomer},
		{"rings, then the caller leaves", func(t *testing.T) *story { return ringing(t, "a") }, func(s *story) { s.then(hangsUp) }, dialplan.UserLeft, ByCustomer},
		{"waits, then the caller leaves", queued, func(s *story) { s.then(hangsUp) }, dialplan.UserLeft, ByCustomer},
		{"rang in vain, music, told so, then the caller leaves", func(t *testing.T) *story {
			s := queued(t).then(Offered{Candidates: agents("a")})
			return s.when().then(Offered{Tried: true}).state(Greeting)
		}, func(s *story) { s.then(hangsUp) }, dialplan.RingTimeOver, ByCustomer},
		{"the agent leaves before the customer could speak", func(t *testing.T) *story {
			return ringing(t, "a").then(engine.LegAnswered{Leg: "leg-a"}).state(Talking)
		}, func(s *story) { s.does("a", Leave).then(hangsUp) }, dialplan.ManagerLeft, ByAgent},
		{"the same by end for all", func(t *testing.T) *story {
			return ringing(t, "a").then(engine.LegAnswered{Leg: "leg-a"})
		}, func(s *story) { s.does("a", EndCall) }, dialplan.ManagerLeft, ByAgent},
		{"the same by a BYE", func(t *testing.T) *story {
			return ringing(t, "a").then(engine.LegAnswered{Leg: "leg-a"})
		}, func(s *story) { s.then(engine.LegEnded{Leg: "leg-a", Cause: 16}) }, dialplan.ManagerLeft, ByAgent},
		{"callback asked, then the caller leaves", func(t *testing.T) *story {
			s := planned(t, withCallback)
			s.c.From = "+821012345678"
			return s.then(Arrived{Busy: true}).presses("1")
		}, func(s *story) { s.then(hangsUp) }, dialplan.Workflow, ByCustomer},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := c.begin(t)
			c.then(s)
			s.t = t
			s.missed(c.want, c.by)
			if s.c.Outcome != WasMissed || !s.c.AnsweredAt.IsZero() {
				t.Errorf("outcome %q, answered at %v", s.c.Outcome, s.c.AnsweredAt)
			}
		})
	}
	// Answered is answered, whatever comes then.
	talking(t, "a").then(hangsUp).ended(Answered, ByCustomer)
	talking(t, "a").then(Do{AgentID: "a", Action: Transfer, Team: "x"}).then(Offered{}).then(hangsUp).ended(Answered, ByCustomer)
	w := talking(t, "a").then(Do{AgentID: "a", Action: Transfer, Team: "x"}).then(Offered{Busy: true})
	w.at(w.c.QueueUntil).ended(Answered, BySystem)
}
