package call

import (
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
)

func automatic(p *dialplan.Plan) { p.Automatic = true }

// What the plan says first: a greeting, why nobody can be had, or nothing.
func TestPlans_MISS_1_IN_6(t *testing.T) {
	plan := func(refuse dialplan.MissedReason, say ...string) *story {
		return planned(t, func(p *dialplan.Plan) { p.Refuse, p.Say = refuse, say }).then(Arrived{})
	}
	plan("blockedUser").missed(dialplan.BlockedUser, BySystem).wants("journal call.created", "hangup cust 21", "journal call.ended")
	plan("inboundRateLimit").missed(dialplan.InboundRateLimit, BySystem).has("hangup cust 42")
	s := plan("notInOperation", "en/closed").state(Greeting).wants("journal call.created", "Answer{cust}", "Play{call-1 cust [en/closed] false}")
	s.fork().then(engine.LegEnded{Leg: "cust"}).missed(dialplan.NotInOperation, ByCustomer) // it comes before userLeft
	s.fork().then(engine.PlaybackEnded{Playback: "other"}).wants().state(Greeting)
	s.fork().then(engine.PlaybackEnded{Playback: "call-1", Failed: "no such file"}).missed(dialplan.NotInOperation, BySystem).has("journal prompt.failed")
	s.fork().then(Failed{Command: Play{ID: "call-1"}, Kind: engine.KindRefused}).missed(dialplan.NotInOperation, BySystem)
	s.fork().when().missed(dialplan.NotInOperation, BySystem) // the engine says nothing of its end
	s.played().missed(dialplan.NotInOperation, BySystem).has("hangup cust 16")

	g := plan("", "en/greeting").state(Greeting).has("Play{call-1 cust [en/greeting] false}").lacks("Seek{}")
	g.fork().then(engine.LegEnded{Leg: "cust"}).missed(dialplan.UserLeft, ByCustomer)
	g.played().state(Queued).has("Seek{}")
	g.fork().then(Offered{Candidates: agents("a")}).state(Ringing).lacks("Ring{cust}", "Answer{cust}")
	g.fork().then(Offered{Busy: true, Waiting: 199}).state(Queued).has("journal call.queued", "Music{cust true}")
	full := g.fork().then(Offered{Busy: true, Waiting: 200}).state(Greeting).has("Play{call-2 cust [en/queue-full] false}")
	full.played().missed(dialplan.ExceededQueue, BySystem)
	g.fork().then(Offered{}).state(Greeting).has("Play{call-2 cust [en/unavailable] false}").played().missed(dialplan.NoOperator, BySystem)
	g.at(g.now.Add(SeekPause)).has("Seek{}") // the look was lost

	// Agents who were claimed for a call that has begun are freed.
	newStory(t).then(Arrived{Busy: true}).then(Arrived{Candidates: agents("a")}).wants("Free{acc-a}")
}

// One after the other, each with their own ring time, never two at once.
func TestAutomatic_IN_4(t *testing.T) {
	cs := agents("a", "b")
	cs[0].RingSeconds = 7
	s := planned(t, automatic).then(Arrived{Candidates: cs[:1]}).state(Ringing).has("dial ph-a", "Ring{cust}")
	s.fork().then(engine.LegAnswered{Leg: "leg-a"}).state(Talking)
	s.fork().does("a", Decline).wants("journal agent.declined", "hangup leg-a 21", "Free{acc-a}", "Seek{}").state(Ringing)
	s.fork().then(engine.LegEnded{Leg: "leg-a", Cause: engine.CauseBusy}).party("a", PartyDeclined).has("Seek{}")
	s.fork().then(engine.LegEnded{Leg: "leg-a", Cause: engine.CauseNoAnswer}).party("a", PartyMissed).has("Seek{}")
	if got := s.c.Deadline().Sub(s.now); got != 7*time.Second {
		t.Errorf("the first rings for %v, want their own 7 s", got)
	}
	s.when().party("a", PartyMissed).wants("journal agent.missed", "hangup leg-a 19", "Free{acc-a}", "Seek{}").state(Ringing)
	s.then(Offered{Candidates: cs[1:]}).state(Ringing).wants("journal agent.offered", "dial ph-b")
	if got := s.c.Deadline().Sub(s.now); got != 20*time.Second {
		t.Errorf("the second rings for %v, want the plan's 20 s", got)
	}
	s.when().then(Offered{Tried: true}).missed(dialplan.RingTimeOver, BySystem)
}

func TestLevels_IN_4(t *testing.T) {
	s := planned(t, func(p *dialplan.Plan) {
		p.Automatic = true
		p.Overflow = []dialplan.Level{{Team: "one", Rounds: 2}, {Team: "two", Rounds: 1}, {Rounds: 1}}
	})
	s.then(Arrived{}).wants("journal call.created", "journal call.level", "Seek{}")
	if s.c.Team() != "two" {
		t.Errorf("asks team %q", s.c.Team())
	}
	s.then(Offered{Candidates: agents("a")}).state(Ringing).does("a", Decline).then(Offered{Tried: true}).state(Ringing).has("journal call.level", "Seek{}")
	if s.c.Team() != "" || s.c.Offers != 1 {
		t.Errorf("asks team %q, %d offers forgotten", s.c.Team(), s.c.Offers)
	}
	s.fork().then(Offered{}).missed(dialplan.RingTimeOver, BySystem)
	s.then(Offered{Busy: true}).state(Queued) // at the last level
	s.then(Offered{Candidates: agents("b")}).then(engine.LegAnswered{Leg: "leg-b"}).state(Talking)
	planned(t, func(p *dialplan.Plan) { p.Overflow = []dialplan.Level{{Team: "one"}, {Team: "two"}} }).
		then(Arrived{}).then(Offered{}).missed(dialplan.NoOperator, BySystem)
}

func TestAssignedByHand_IN_3_IN_9(t *testing.T) {
	to := Do{AgentID: "boss", Action: Assign, Target: "b", Candidate: colleague("b")}
	newStory(t).then(Arrived{Busy: true}).then(to).state(Ringing).wants("journal call.assigned", "journal agent.offered", "dial ph-b")
	s := ringing(t, "a", "c").then(to).state(Ringing).party("a", PartyTaken).party("c", PartyTaken).party("b", PartyRinging).
		has("hangup leg-a 26", "hangup leg-c 26", "Free{acc-a}", "Free{acc-c}", "dial ph-b").lacks("Seek{}")
	if by := entry[journal.AgentOffered](s).InvitedBy; by != "boss" {
		t.Errorf("assigned by %v", by)
	}
	s.refuses(to, "This colleague's phone rings already.")
	s.fork().does("b", Decline).has("Seek{}").state(Ringing)
	moved := agents("b")
	moved[0].Leg, moved[0].PartyID, moved[0].Phone = "leg-b2", "p-b2", "ph-b2" // the page was reloaded
	m := s.fork().then(Offered{Candidates: moved}).party("b", PartyRinging).has("hangup leg-b 16", "dial ph-b2")
	if a, _ := m.c.Agent("b"); a.InvitedBy != "boss" || !m.c.RingsOne() {
		t.Errorf("after the reload: %+v", a)
	}
	s.then(engine.LegAnswered{Leg: "leg-b"}).state(Talking)
	s.refuses(to, "Only a call that waits or rings can be assigned: invite the colleague, or transfer the call.")
	newStory(t).then(Arrived{Busy: true}).refuses(Do{AgentID: "boss", Action: Assign, Target: "b", Why: cannot("b has no seat")}, "b has no seat")

	// Who does not want to be disturbed is assigned without ringing.
	quiet := *colleague("q")
	quiet.Silent = true
	q := newStory(t).then(Arrived{Busy: true}).then(Do{AgentID: "boss", Action: Assign, Target: "q", Candidate: &quiet}).state(Ringing).
		wants("journal call.assigned", "journal agent.offered")
	q.when().party("q", PartyMissed).wants("journal agent.missed", "Free{acc-q}", "Seek{}").then(Offered{Tried: true}).state(Greeting).
		played().missed(dialplan.RingTimeOver, BySystem)
	one := planned(t, automatic).then(Arrived{Candidates: []Candidate{quiet}}).state(Ringing).wants("journal call.created", "journal agent.offered", "Ring{cust}")
	one.when().then(Offered{Tried: true}).missed(dialplan.RingTimeOver, BySystem).lacks("hangup leg-q…")
}
