package call

import (
	"slices"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
)

func automatic(p *dialplan.Plan) { p.Automatic = true }

// What the plan says first: a greeting, why nobody can be had, or nothing.
func TestPlans_MISS_1_IN_6(t *testing.T) {
	plan := func(refuse string, say ...string) *story {
		return planned(t, func(p *dialplan.Plan) { p.Refuse, p.Say = refuse, say }).then(Arrived{})
	}
	plan("blockedUser").missed(BlockedUser, BySystem).wants("journal call.created", "hangup cust 21", "journal call.ended")
	plan("inboundRateLimit").missed(InboundRateLimit, BySystem).has("hangup cust 42")
	s := plan("notInOperation", "en/closed").state(Greeting).wants("journal call.created", "Answer{cust}", "Play{call-1 cust [en/closed] false}")
	s.fork().then(engine.LegEnded{Leg: "cust"}).missed(NotInOperation, ByCustomer) // it comes before userLeft
	s.fork().then(engine.PlaybackEnded{Playback: "other"}).wants().state(Greeting)
	s.fork().then(engine.PlaybackEnded{Playback: "call-1", Failed: "no such file"}).missed(NotInOperation, BySystem).has("journal prompt.failed")
	s.fork().then(Failed{Command: Play{ID: "call-1"}, Kind: engine.KindRefused}).missed(NotInOperation, BySystem)
	s.fork().when().missed(NotInOperation, BySystem) // the engine says nothing of its end
	s.played().missed(NotInOperation, BySystem).has("hangup cust 16")

	g := plan("", "en/greeting").state(Greeting).has("Play{call-1 cust [en/greeting] false}").lacks("Seek{}")
	g.fork().then(engine.LegEnded{Leg: "cust"}).missed(UserLeft, ByCustomer)
	g.played().state(Queued).has("Seek{}")
	g.fork().then(Offered{Candidates: agents("a")}).state(Ringing).lacks("Ring{cust}", "Answer{cust}")
	g.fork().then(Offered{Busy: true, Waiting: 199}).state(Queued).has("journal call.queued", "Music{cust true}")
	full := g.fork().then(Offered{Busy: true, Waiting: 200}).state(Greeting).has("Play{call-2 cust [en/queue-full] false}")
	full.played().missed(ExceededQueue, BySystem)
	g.fork().then(Offered{}).state(Greeting).has("Play{call-2 cust [en/unavailable] false}").played().missed(NoOperator, BySystem)
	g.at(g.now.Add(seekPause)).has("Seek{}") // the look was lost

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
	s.when().then(Offered{Tried: true}).missed(RingTimeOver, BySystem)
}

func TestLevels_IN_4(t *testing.T) {
	s := planned(t, func(p *dialplan.Plan) {
		p.Automatic = true
		p.Levels = []dialplan.Level{{Team: "one", Rounds: 2}, {Team: "two", Rounds: 1}, {Rounds: 1}}
	})
	s.then(Arrived{}).wants("journal call.created", "journal call.level", "Seek{}")
	if s.c.Team() != "two" {
		t.Errorf("asks team %q", s.c.Team())
	}
	s.then(Offered{Candidates: agents("a")}).state(Ringing).does("a", Decline).then(Offered{Tried: true}).state(Ringing).has("journal call.level", "Seek{}")
	if s.c.Team() != "" || s.c.Offers != 1 {
		t.Errorf("asks team %q, %d offers forgotten", s.c.Team(), s.c.Offers)
	}
	s.fork().then(Offered{}).missed(RingTimeOver, BySystem)
	s.then(Offered{Busy: true}).state(Queued) // at the last level
	s.then(Offered{Candidates: agents("b")}).then(engine.LegAnswered{Leg: "leg-b"}).state(Talking)
	planned(t, func(p *dialplan.Plan) { p.Levels = []dialplan.Level{{Team: "one"}, {Team: "two"}} }).
		then(Arrived{}).then(Offered{}).missed(NoOperator, BySystem)
}

// The moment decides when the queue is left: the first of its ends.
func TestQueue_IN_6(t *testing.T) {
	s := planned(t, func(p *dialplan.Plan) { p.AnnounceSeconds, p.QueueSeconds = 30, 100 }).then(Arrived{Busy: true}).state(Queued)
	if s.c.Rank != rankOf(s.now, 0) {
		t.Errorf("rank %d", s.c.Rank)
	}
	s.when().wants("Locate{}")
	s.then(Located{Ahead: 3, Wait: 2 * time.Minute}).wants("journal queue.announced", "Play{call-1 cust [en/queue-position-before en/number-4 "+
		"en/queue-position-after en/wait-before en/number-2 en/wait-after] false}")
	s.fork().then(Located{Ahead: 2}).wants() // one announcement at a time
	s.fork().then(Offered{Candidates: agents("a")}).then(engine.LegAnswered{Leg: "leg-a"}).has("StopPlay{call-1}")
	s.played().wants("Music{cust true}").state(Queued)
	if next := s.c.Deadline(); !next.Equal(s.c.AnnounceAt) || next.Sub(s.now) > 30*time.Second {
		t.Errorf("the next announcement at %v", next)
	}
	s.then(Offered{Busy: true}).state(Queued)
	if n := s.c.QueuedAt; !n.Equal(start.Add(time.Second)) {
		t.Errorf("waits since %v", n)
	}
	s.at(s.c.QueueUntil).state(Greeting).has("Play{call-2 cust [en/unavailable] false}").played().missed(AbandonedInQueue, BySystem)

	if n := newStory(t).then(Arrived{Busy: true}); !n.c.Deadline().Equal(n.c.QueueUntil) { // no announcements
		t.Errorf("deadline %v", n.c.Deadline())
	}
	for waiting, want := range map[int]State{0: Queued, 199: Queued, 200: Missed, 201: Missed} {
		newStory(t).then(Arrived{Busy: true, Waiting: waiting}).state(want)
	}
	newStory(t).then(Arrived{Busy: true, Waiting: 200}).missed(ExceededQueue, BySystem).has("hangup cust 17").lacks("Answer…")
	planned(t, func(p *dialplan.Plan) { p.QueueCalls = 0 }).then(Arrived{Busy: true}).missed(ExceededQueue, BySystem)
	// Ringing agents, the queue is not full: it does not matter.
	newStory(t).then(Arrived{Candidates: agents("a"), Waiting: 200}).state(Ringing)
}

// Priority goes before the moment, and whoever lost their agent before all.
func TestRank_IN_6_IN_12(t *testing.T) {
	later := start.Add(2 * time.Hour)
	ranks := []int64{rankOf(later, headPriority), rankOf(later, 9), rankOf(start, 5), rankOf(later, 5), rankOf(start, 0), rankOf(start.Add(time.Microsecond), 0)}
	if !slices.IsSorted(ranks) {
		t.Errorf("ranks %d are out of order", ranks)
	}
	if rankOf(start, headPriority) == 0 {
		t.Error("rank 0 means that it does not wait")
	}
	s := planned(t, func(p *dialplan.Plan) { p.Priority = 3 }).then(Arrived{Busy: true})
	if s.c.Rank != rankOf(s.now, 3) {
		t.Errorf("rank %d", s.c.Rank)
	}
}

func TestAssignedByHand_IN_3_IN_9(t *testing.T) {
	to := Do{AgentID: "boss", Action: Assign, Target: "b", Candidate: colleague("b")}
	newStory(t).then(Arrived{Busy: true}).then(to).state(Ringing).wants("journal call.assigned", "journal agent.offered", "dial ph-b")
	s := ringing(t, "a", "c").then(to).state(Ringing).party("a", PartyTaken).party("c", PartyTaken).party("b", PartyRinging).
		has("hangup leg-a 26", "hangup leg-c 26", "Free{acc-a}", "Free{acc-c}", "dial ph-b").lacks("Seek{}")
	if by := s.entry("agent.offered")["invitedBy"]; by != "boss" {
		t.Errorf("assigned by %v", by)
	}
	s.refuses(to, "This colleague's phone rings already.")
	s.fork().does("b", Decline).has("Seek{}").state(Ringing)
	moved := agents("b")
	moved[0].Leg, moved[0].PartyID, moved[0].Phone = "leg-b2", "p-b2", "ph-b2" // the page was reloaded
	m := s.fork().then(Offered{Candidates: moved}).party("b", PartyRinging).has("hangup leg-b 16", "dial ph-b2")
	if a, _ := m.c.Agent("b"); a.InvitedBy != "boss" || !m.c.ringsOne() {
		t.Errorf("after the reload: %+v", a)
	}
	s.then(engine.LegAnswered{Leg: "leg-b"}).state(Talking)
	s.refuses(to, "Only a call that waits or rings can be assigned: invite the colleague, or transfer the call.")
	newStory(t).then(Arrived{Busy: true}).refuses(Do{AgentID: "boss", Action: Assign, Target: "b", Why: "b has no seat"}, "b has no seat")

	// Who does not want to be disturbed is assigned without ringing.
	quiet := *colleague("q")
	quiet.Silent = true
	q := newStory(t).then(Arrived{Busy: true}).then(Do{AgentID: "boss", Action: Assign, Target: "q", Candidate: &quiet}).state(Ringing).
		wants("journal call.assigned", "journal agent.offered")
	q.when().party("q", PartyMissed).wants("journal agent.missed", "Free{acc-q}", "Seek{}").then(Offered{Tried: true}).state(Greeting).
		played().missed(RingTimeOver, BySystem)
	one := planned(t, automatic).then(Arrived{Candidates: []Candidate{quiet}}).state(Ringing).wants("journal call.created", "journal agent.offered", "Ring{cust}")
	one.when().then(Offered{Tried: true}).missed(RingTimeOver, BySystem).lacks("hangup leg-q…")
}
