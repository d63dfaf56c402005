package call

import (
	"testing"

	"ringdesk/controller/engine"
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
	base(t).refuses(Do{AgentID: "sup", Action: Listen, Supervisor: true, Why: cannot("leave it first")}, "leave it first")

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

// A supervisor who barges in counts once their phone has answered.
// Covers: CALL-7, IN-12.
func TestBargeIsHeardWhenAnswered_CALL_7(t *testing.T) {
	s := talking(t, "a")
	s.c.Plan.Monitored = true
	s.then(Do{AgentID: "boss", Action: Barge, Supervisor: true, Candidate: &agents("boss")[0]}).does("a", Leave).state(Talking).
		has("HoldLeg{call cust}")
	s.then(engine.LegAnswered{Leg: "leg-boss"}).has("Join{call leg-boss}", "UnholdLeg{call cust}")
}
