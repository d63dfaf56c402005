package call

import (
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
)

// Browsers that are lost, and what the customer hears meanwhile.
func TestBrowserLost_IN_12(t *testing.T) {
	s := talking(t, "a").then(Away{AccountID: "acc-a"}).state(Talking).party("a", PartyJoined).
		wants("journal agent.away", "journal call.alone", "HoldLeg{call cust}")
	s.then(Away{AccountID: "acc-a"}).wants()
	s.then(engine.LegEnded{Leg: "leg-a", Cause: 16}).wants().state(Talking) // their BYE comes late
	away := s.c.Agents[0].AwaySince
	s.fork().then(engine.LegEnded{Leg: "cust"}).ended(Answered, ByCustomer).party("a", PartyLeft)
	s.fork().does("a", Leave).ended(Answered, ByAgent)
	s.fork().does("a", PutHold).does("a", Release).lacks("UnholdLeg…") // there is nobody to talk to
	again := agents("a")
	again[0].Leg, again[0].PartyID, again[0].Phone = "leg-a2", "p-a2", "ph-a2"
	s.fork().then(Offered{Candidates: again}).then(engine.LegAnswered{Leg: "leg-a2"}).state(Talking).
		has("journal agent.returned", "Join{call leg-a2}", "journal call.together", "UnholdLeg{call cust}")
	// A colleague who comes in is company.
	inv := talking(t, "a").then(Do{AgentID: "a", Action: Invite, Target: "b", Candidate: colleague("b")}).then(Away{AccountID: "acc-a"})
	inv.then(engine.LegAnswered{Leg: "leg-b"}).has("Join{call leg-b}", "journal call.together", "UnholdLeg{call cust}")
	// After 20 s: the head of the queue.
	for s.c.State == Talking {
		s.when()
	}
	s.state(Queued).party("a", PartyLeft).has("journal call.requeued", "Free{acc-a}", "HoldLeg{call cust}", "Seek{}")
	if got := s.now.Sub(away); got < returnLimit || got > returnLimit+SeekPause {
		t.Errorf("queued after %v", got)
	}
	if s.c.Rank >= RankOf(start, 9) {
		t.Errorf("rank %d is not the head", s.c.Rank)
	}
	s.then(Offered{Candidates: again}).state(Ringing).then(engine.LegAnswered{Leg: "leg-a2"}).state(Talking)
	if e := entry[journal.CallAnswered](s); e.First() {
		t.Errorf("answered %+v", e)
	}

	two := talking(t, "a").invited("a", "b").then(Away{AccountID: "acc-a"}).lacks("HoldLeg…").state(Talking)
	for two.c.Agents[0].State == PartyJoined {
		two.when()
	}
	two.state(Talking).party("a", PartyLeft).lacks("journal call.requeued")

	// On hold when the agent is lost: hold goes on for who comes back, and the
	// other way round.
	h := talking(t, "a").does("a", PutHold).then(Away{AccountID: "acc-a"}).then(Offered{Candidates: again}).then(engine.LegAnswered{Leg: "leg-a2"})
	h.lacks("UnholdLeg…").does("a", Release).has("UnholdLeg{call cust}")
	// A talk in which an invited colleague rings when the last one is lost for good.
	r := planned(t, func(p *dialplan.Plan) { p.RingSeconds = 60 }).talked("a").
		then(Do{AgentID: "a", Action: Invite, Target: "b", Candidate: colleague("b")}).then(Away{AccountID: "acc-a"})
	for r.c.State == Talking {
		r.when()
	}
	r.state(Queued).party("b", PartyMissed).has("hangup leg-b 16", "Free{acc-b}", "Seek{}")
	ringing(t, "a").then(Away{AccountID: "acc-a"}).state(Ringing).party("a", PartyMissed).has("hangup leg-a 16", "Free{acc-a}")
}

// An agent whose new phone cannot be reached at once is awaited, and the
// customer with them.
func TestAutoAnswerFails_IN_12(t *testing.T) {
	again := agents("a")
	again[0].Leg, again[0].PartyID, again[0].Phone = "leg-a2", "p-a2", "ph-a2"
	s := talking(t, "a").then(Offered{Candidates: again}).wants("journal agent.moved", "hangup leg-a 16", "journal agent.away", "journal call.alone",
		"HoldLeg{call cust}", "dial ph-a2")
	s.then(engine.LegEnded{Leg: "leg-a"}).then(engine.LegEnded{Leg: "leg-a2", Cause: engine.CauseAbsent}).state(Talking).party("a", PartyJoined)
	s.now = s.c.Deadline()
	s.then(Tick{}).wants("Seek{}")
	third := agents("a")
	third[0].Leg, third[0].PartyID, third[0].Phone = "leg-a3", "p-a3", "ph-a2"
	back := *s
	back.then(Offered{Candidates: third}).then(engine.LegAnswered{Leg: "leg-a3"}).state(Talking).
		wants("journal agent.returned", "Join{call leg-a3}", "TrackOpened p-a3-1", "Record{p-a3-1 leg-a3 call/p-a3-1 0s}",
			"journal call.together", "UnholdLeg{call cust}")
	for s.c.State == Talking && s.now.Before(start.Add(time.Minute)) {
		s.now = s.c.Deadline()
		s.then(Tick{})
	}
	s.state(Queued).party("a", PartyLeft) // at its head
	if waited := s.now.Sub(start); waited < returnLimit || waited > returnLimit+10*time.Second || s.c.Rank >= RankOf(start, 9) {
		t.Errorf("queued after %v with rank %d", waited, s.c.Rank)
	}
}
