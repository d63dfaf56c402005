package call

import (
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
)

func TestSupervision_CALL_7(t *testing.T) {
	sup := func(a Action) Do {
		return Do{AgentID: "sup", Action: a, Supervisor: true, Candidate: colleague("sup")}
	}
	base := func(t *testing.T) *story { return planned(t, monitored).talked("a") }

	base(t).refuses(Do{AgentID: "sup", Action: Listen, Candidate: colleague("sup")}, "Only supervisors can listen to a colleague's call.")
	talking(t, "a").refuses(sup(Listen), "The announcement of this number does not tell callers that somebody may listen, so nobody may.")
	planned(t, monitored).then(Arrived{Candidates: agents("a")}).refuses(sup(Barge), "Nobody talks in this call at the moment.")
	base(t).refuses(Do{AgentID: "a", Action: Whisper, Supervisor: true}, "You take part in this call already.")
	base(t).refuses(Do{AgentID: "sup", Action: Listen, Supervisor: true, Why: "leave it first"}, "leave it first")

	s := base(t).then(sup(Listen)).party("sup", PartyJoined).wants("Occupy{acc-sup}", "dial ph-sup", "journal supervisor.listen")
	s.then(engine.LegAnswered{Leg: "leg-sup"}).wants("Monitor{leg-sup leg-a false}").state(Talking) // in no recording
	s.then(Do{AgentID: "sup", Action: Whisper, Supervisor: true}).wants("journal supervisor.whisper", "Monitor{leg-sup leg-a true}")
	s.fork().then(Do{AgentID: "sup", Action: Barge, Supervisor: true}).
		wants("journal supervisor.barge", "Join{call leg-sup}", "TrackOpened p-sup-1", "Record{p-sup-1 leg-sup call/p-sup-1 0s}").
		does("sup", PutHold).has("HoldLeg{call cust}").does("a", Leave).state(Talking) // now they take part
	s.fork().does("sup", Unlisten).wants("journal agent.left", "hangup leg-sup 16", "Free{acc-sup}").state(Talking)
	s.fork().then(engine.LegEnded{Leg: "leg-sup", Cause: engine.CauseAbsent}).party("sup", PartyLeft).state(Talking).lacks("journal call.alone")
	s.fork().then(Away{AccountID: "acc-sup"}).party("sup", PartyLeft)
	s.fork().then(WentTo{AccountID: "acc-sup"}).party("sup", PartyLeft)
	s.fork().does("a", Leave).ended(Answered, ByAgent).party("sup", PartyLeft).has("hangup leg-sup 16", "Free{acc-sup}").lacks("WrapUp…")
	s.fork().then(Failed{Command: Monitor{Leg: "leg-sup", Target: "leg-a"}, Kind: engine.KindRefused}).party("sup", PartyLeft).state(Talking)
	s.fork().then(Do{AgentID: "a", Action: Transfer, Target: "b", Candidate: colleague("b")}).party("sup", PartyLeft).state(Ringing)
}

// A supervisor hears the agent who was named, then whoever is left, and the
// agent's new phone after a reload.
func TestSupervisorsFollow_CALL_7_IN_12(t *testing.T) {
	s := planned(t, monitored).talked("a").invited("a", "b").
		then(Do{AgentID: "sup", Action: Whisper, Target: "b", Supervisor: true, Candidate: colleague("sup")}).
		then(engine.LegAnswered{Leg: "leg-sup"}).wants("Monitor{leg-sup leg-b true}")
	s.fork().does("b", Leave).has("Monitor{leg-sup leg-a true}")
	s.fork().does("a", Leave).lacks("Monitor…")
	again := agents("b")
	again[0].Leg, again[0].PartyID, again[0].Phone = "leg-b2", "p-b2", "ph-b2"
	s.then(Offered{Candidates: again}).then(engine.LegAnswered{Leg: "leg-b2"}).has("Monitor{leg-sup leg-b2 true}")
	// The only agent is lost for good: there is nothing to hear.
	l := planned(t, monitored).talked("a").supervises("sup", Listen).then(Away{AccountID: "acc-a"})
	for range 20 {
		if l.c.State != Queued {
			l.when()
		}
	}
	l.state(Queued).party("sup", PartyLeft)
	// A supervisor at the tenth place: those who listen take none.
	full := planned(t, monitored).talked("a").invited("a", "b", "c", "d", "e", "f", "g", "h")
	full.supervises("s1", Listen).supervises("s2", Whisper)
	full.then(Do{AgentID: "s1", Action: Barge, Supervisor: true}).has("Join{call leg-s1}")
	full.refuses(Do{AgentID: "s2", Action: Barge, Supervisor: true}, "This call has 10 participants already: somebody must leave before another can be invited.")
}

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
	if got := s.now.Sub(away); got < returnLimit || got > returnLimit+seekPause {
		t.Errorf("queued after %v", got)
	}
	if s.c.Rank >= rankOf(start, 9) {
		t.Errorf("rank %d is not the head", s.c.Rank)
	}
	s.then(Offered{Candidates: again}).state(Ringing).then(engine.LegAnswered{Leg: "leg-a2"}).state(Talking)
	if j := s.entry("call.answered"); j["again"] != true {
		t.Errorf("answered %v", j)
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
