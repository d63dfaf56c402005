package call

import (
	"strings"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/dialplan"
)

func monitored(p *dialplan.Plan) { p.Monitored = true }

// Nine agents and the customer are ten; those who ring count, supervisors who
// only listen do not.
func TestInvite_CALL_3(t *testing.T) {
	s := planned(t, monitored).talked("a").invited("a", "b", "c", "d", "e", "f", "g", "h")
	s.supervises("sup", Listen).party("sup", PartyJoined)
	s.then(Do{AgentID: "h", Action: Invite, Target: "i", Candidate: colleague("i")}).
		wants("journal agent.offered", "dial ph-i").party("i", PartyRinging)
	if by := entry[journal.AgentOffered](s).InvitedBy; by != "h" {
		t.Errorf("invited by %v, want h", by)
	}
	full := "This call has 10 participants already: somebody must leave before another can be invited."
	s.refuses(Do{AgentID: "a", Action: Invite, Target: "j", Candidate: colleague("j")}, full)
	s.refuses(Do{AgentID: "sup", Action: Barge, Supervisor: true}, full)
	s.then(engine.LegAnswered{Leg: "leg-i"}).party("i", PartyJoined).
		wants("journal agent.joined", "Occupy{acc-i}", "Join{call leg-i}", "TrackOpened p-i-1", "Record{p-i-1 leg-i call/p-i-1 0s}")
	s.refuses(Do{AgentID: "a", Action: Invite, Target: "j", Candidate: colleague("j")}, full)
	s.does("b", Leave).then(Do{AgentID: "a", Action: Invite, Target: "j", Candidate: colleague("j")}).party("j", PartyRinging)
}

func TestInvitationsEnd_CALL_3(t *testing.T) {
	invite := Do{AgentID: "a", Action: Invite, Target: "b", Candidate: colleague("b")}
	cases := []struct {
		name  string
		do    func(*story)
		as    PartyState
		cause string
	}{
		{"declined on the screen", func(s *story) { s.does("b", Decline) }, PartyDeclined, "hangup leg-b 21"},
		{"declined by the phone", func(s *story) { s.then(engine.LegEnded{Leg: "leg-b", Cause: engine.CauseRejected}) }, PartyDeclined, ""},
		{"taken back", func(s *story) { s.then(Do{AgentID: "a", Action: CancelInvite, Target: "b"}) }, PartyMissed, "hangup leg-b 16"},
		{"rang too long", func(s *story) { s.when() }, PartyMissed, "hangup leg-b 19"},
		{"the phone was lost", func(s *story) { s.then(engine.LegEnded{Leg: "leg-b", Cause: engine.CauseAbsent}) }, PartyMissed, ""},
		{"the browser was lost", func(s *story) { s.then(Away{AccountID: "acc-b"}) }, PartyMissed, "hangup leg-b 16"},
		{"the last agent left", func(s *story) { s.does("a", Leave) }, PartyMissed, "hangup leg-b 16"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := talking(t, "a").then(invite)
			c.do(s)
			s.t = t
			s.party("b", c.as).has("Free{acc-b}")
			if c.cause != "" {
				s.has(c.cause)
			}
			if c.name != "the last agent left" {
				s.state(Talking).lacks("Seek{}")
				s.refuses(Do{AgentID: "a", Action: CancelInvite, Target: "b"}, "This colleague is not being called.")
			}
		})
	}
	s := talking(t, "a").then(invite)
	s.refuses(invite, "This colleague is in the call already.")
	s.refuses(Do{AgentID: "b", Action: Invite, Target: "c", Candidate: colleague("c")}, "Answer the call first.")
	s.refuses(Do{AgentID: "a", Action: Invite, Target: "c", Why: cannot("c is busy")}, "c is busy")
	s.refuses(Do{AgentID: "a", Action: CancelInvite, Target: "a"}, "This colleague is not being called.")
}

// Who joins muted, by the settings or by their own wish, is heard by nobody before
// they unmute.
func TestJoinMuted_CALL_4(t *testing.T) {
	joinsMuted(t, planned(t, func(p *dialplan.Plan) { p.JoinMuted = true }).talked("a").invited("a", "b"))
	b := colleague("b")
	b.JoinMuted = true
	joinsMuted(t, talking(t, "a").then(Do{AgentID: "a", Action: Invite, Target: "b", Candidate: b}).then(engine.LegAnswered{Leg: leg("b")}))
}

func joinsMuted(t *testing.T, s *story) {
	t.Helper()
	s.wants("journal agent.joined", "Occupy{acc-b}", "MuteLeg{leg-b true}", "Join{call leg-b}", "TrackOpened p-b-1", "Record{p-b-1 leg-b call/p-b-1 0s}")
	if a, _ := s.c.Agent("a"); a.Muted {
		t.Error("who answers the call is muted")
	}
	s.does("b", Unmute).wants("journal agent.unmuted", "MuteLeg{leg-b false}")
}

func TestLeaving_CALL_6_IN_9(t *testing.T) {
	three := func(t *testing.T) *story { return talking(t, "a").invited("a", "b", "c") }
	s := three(t).does("a", Leave).state(Talking).party("a", PartyLeft).wants("journal agent.left", "hangup leg-a 16", "Free{acc-a}")
	s.then(engine.LegEnded{Leg: "leg-b", Cause: engine.CauseNormal}).state(Talking).party("b", PartyLeft)
	s.does("c", Leave).ended(Answered, ByAgent).has("hangup cust 16", "DestroyRoom{call}")
	three(t).does("b", EndCall).ended(Answered, ByAgent).has("hangup leg-a 16", "hangup leg-b 16", "hangup leg-c 16", "hangup cust 16", "Free{acc-a}", "Free{acc-b}", "Free{acc-c}")
	three(t).then(WentTo{AccountID: "acc-a"}).state(Talking).party("a", PartyLeft).has("hangup leg-a 16")
	talking(t, "a").then(WentTo{AccountID: "acc-a"}).ended(Answered, ByAgent)
	talking(t, "a").then(WentTo{AccountID: "acc-x"}).wants().state(Talking)
	ringing(t, "a").then(WentTo{AccountID: "acc-a"}).wants().party("a", PartyRinging)
	three(t).then(engine.LegEnded{Leg: "cust", Cause: 16}).ended(Answered, ByCustomer).has("hangup leg-a 16", "hangup leg-b 16", "hangup leg-c 16")
}

// Who has just left a talk that goes on comes back by a click: their browser is
// dialled and answers by itself.
//
// Covers: CALL-6
func TestRejoin(t *testing.T) {
	back := func() Do {
		c := colleague("a")
		c.Leg, c.PartyID = "leg-a2", "p-a2"
		return Do{AgentID: "a", Action: Rejoin, Candidate: c}
	}
	left := func(t *testing.T) *story { return talking(t, "a").invited("a", "b").does("a", Leave) }
	later := func(s *story, d time.Duration) *story { s.now = s.now.Add(d); return s }

	s := later(left(t), 10*time.Second).then(back()).wants("Occupy{acc-a}", "dial ph-a").party("a", PartyJoined).state(Talking)
	s.then(engine.LegAnswered{Leg: "leg-a2"}).
		wants("journal agent.joined", "Join{call leg-a2}", "TrackOpened p-a2-1", "Record{p-a2-1 leg-a2 call/p-a2-1 0s}")
	s.does("b", Leave).state(Talking).does("a", Leave).ended(Answered, ByAgent)
	// It counts as a talk that goes on: the colleague may leave while the browser answers.
	left(t).then(back()).does("b", Leave).state(Talking).has("HoldLeg{call cust}").
		then(engine.LegAnswered{Leg: "leg-a2"}).has("UnholdLeg{call cust}")

	later(left(t), 13*time.Second).refuses(back(), "You left this call too long ago: ask a colleague who is in it to invite you.")
	left(t).refuses(Do{AgentID: "a", Action: Rejoin, Why: cannot("busy")}, "busy")
	left(t).refuses(Do{AgentID: "b", Action: Rejoin}, "You take part in this call already.")
	left(t).refuses(Do{AgentID: "z", Action: Rejoin, Candidate: colleague("z")}, "You are not in this call.")
	left(t).does("b", Leave).refuses(back(), "Nobody talks in this call at the moment.")
	watched := planned(t, monitored).talked("b").supervises("a", Listen).does("a", Unlisten)
	watched.refuses(back(), "You are not in this call.")
	full := talking(t, "a").invited("a", "b", "c", "d", "e", "f", "g", "h", "i").does("a", Leave).invited("b", "j")
	full.refuses(back(), "This call has 10 participants already: somebody must leave before another can be invited.")
}

// Wrap-up begins for those who talked, when the plan has one.
func TestWrapUp_END_5(t *testing.T) {
	wrapUp := func(p *dialplan.Plan) { p.WrapUpSeconds, p.Monitored = 60, true }
	s := planned(t, wrapUp).talked("a", "z").invited("a", "b").supervises("sup", Listen)
	wraps := func(agent string) string { return "WrapUp{" + agent }
	s.does("b", Leave).has(wraps("b") + "…")
	if e := s.effects[3].(WrapUp); !e.Until.Equal(s.now.Add(time.Minute)) {
		t.Errorf("until %v", e.Until)
	}
	s.then(engine.LegEnded{Leg: "cust"}).has(wraps("a")+"…").lacks(wraps("sup")+"…", wraps("z")+"…", wraps("b")+"…")
	planned(t, wrapUp).then(Arrived{Candidates: agents("a")}).does("a", Decline).lacks("WrapUp…")
	talking(t, "a").does("a", Leave).lacks("WrapUp…")
}

func TestHoldStays_HOLD_2_HOLD_3(t *testing.T) {
	s := talking(t, "a").invited("a", "b").does("a", PutHold).does("a", Leave).lacks("UnholdLeg…")
	if s.c.Hold == nil || s.c.Hold.Name != "a" {
		t.Fatalf("hold is %+v", s.c.Hold)
	}
	s.does("b", PutHold).wants() // it is on hold
	if s.c.Hold.Name != "a" {
		t.Errorf("hold went over to %s", s.c.Hold.Name)
	}
	s.invited("b", "c").state(Talking)
	s.does("c", Release).wants("journal call.released", "UnholdLeg{call cust}")
	s.does("c", PutHold).does("c", EndCall).lacks("UnholdLeg…")
	if s.c.Hold != nil {
		t.Error("an ended call is on hold")
	}
	for _, kind := range []string{"voice", "video"} {
		v := talking(t, "a")
		v.c.Kind = kind
		v.refuses(Do{AgentID: "a", Action: PutHold}, "Only phone calls can be put on hold.")
	}
}

func TestBlindTransfer_CALL_7(t *testing.T) {
	to := Do{AgentID: "a", Action: Transfer, Target: "b", Candidate: colleague("b")}
	s := talking(t, "a").does("a", PutHold).then(to).state(Ringing).party("a", PartyLeft).party("b", PartyRinging).
		has("journal call.transferred", "hangup leg-a 16", "Free{acc-a}", "HoldLeg{call cust}", "dial ph-b").lacks("Seek{}", "hangup cust…")
	if e := entry[journal.CallTransferred](s); e.Attended == nil || *e.Attended || s.c.Hold != nil {
		t.Errorf("transferred %+v, hold %+v", e, s.c.Hold)
	}
	s.fork().then(engine.LegAnswered{Leg: "leg-b"}).state(Talking).has("Join{call leg-b}", "UnholdLeg{call cust}", "Took{b}").lacks("CreateRoom…", "Answer…")
	for name, vain := range map[string]Input{"declined": Do{AgentID: "b", Action: Decline}, "lost": engine.LegEnded{Leg: "leg-b", Cause: engine.CauseAbsent}} {
		t.Run(name, func(t *testing.T) {
			v := s.fork().then(vain).state(Ringing)
			if name == "lost" { // it may be back
				v.lacks("Seek{}").when()
			}
			v.has("Seek{}")
			v.then(Offered{Tried: true}).state(Queued) // one who has talked is not sent away
			if v.c.Rank >= RankOf(start, 9) {
				t.Errorf("rank %d is not the queue's head", v.c.Rank)
			}
			v.then(engine.LegEnded{Leg: "cust"}).ended(Answered, ByCustomer)
		})
	}
	late := s.fork().when().party("b", PartyMissed).has("hangup leg-b 19", "Seek{}")
	late.then(Offered{Candidates: agents("c")}).state(Ringing).then(engine.LegAnswered{Leg: "leg-c"}).state(Talking)

	// Colleagues go on talking until the new one joins.
	m := talking(t, "a").invited("a", "x").then(to).state(Talking).party("a", PartyLeft).party("b", PartyRinging).lacks("HoldLeg…")
	m.then(engine.LegAnswered{Leg: "leg-b"}).party("b", PartyJoined)
	// A colleague whose browser is lost is no company.
	n := talking(t, "a").invited("a", "x").then(Away{AccountID: "acc-x"}).then(to).has("journal call.alone", "HoldLeg{call cust}")
	n.then(engine.LegAnswered{Leg: "leg-b"}).has("journal call.together", "UnholdLeg{call cust}")
}

func TestAttendedTransfer_CALL_7(t *testing.T) {
	s := talking(t, "a").does("a", PutHold).then(Do{AgentID: "a", Action: Invite, Target: "b", Candidate: colleague("b")})
	s.refuses(Do{AgentID: "a", Action: Transfer, Target: "b"}, "This colleague has not answered yet: wait until they have, or cancel the invitation.")
	s.then(engine.LegAnswered{Leg: "leg-b"})
	s.refuses(Do{AgentID: "a", Action: Transfer, Target: "a"}, "Choose a colleague to hand the call over to.")
	s.refuses(Do{AgentID: "a", Action: Transfer, Target: "c", Why: cannot("c is away")}, "c is away")
	s.then(Do{AgentID: "a", Action: Transfer, Target: "b"}).state(Talking).party("a", PartyLeft).party("b", PartyJoined).
		wants("journal call.transferred", "journal call.released", "UnholdLeg{call cust}", "journal agent.left", "hangup leg-a 16", "Free{acc-a}")
	if s.c.Hold != nil {
		t.Error("the customer is left on hold")
	}
}

func TestTeamTransfer_CALL_7_IN_12(t *testing.T) {
	s := planned(t, monitored).talked("a").invited("a", "b").supervises("sup", Listen).
		then(Do{AgentID: "a", Action: Invite, Target: "c", Candidate: colleague("c")}).
		then(Do{AgentID: "a", Action: Transfer, Team: "care"}).state(Queued).
		party("a", PartyLeft).party("b", PartyLeft).party("sup", PartyLeft).party("c", PartyMissed).
		has("journal call.transferred", "journal call.requeued", "HoldLeg{call cust}", "Seek{}", "hangup leg-a 16", "hangup leg-b 16", "hangup leg-c 16", "hangup leg-sup 16")
	if s.c.Team() != "care" || s.c.Rank >= RankOf(start, 9) {
		t.Errorf("team %q, rank %d", s.c.Team(), s.c.Rank)
	}
	s.then(Offered{}).state(Queued) // nobody of the team is there: the next level, then the queue
	s.then(Offered{Candidates: agents("d")}).then(engine.LegAnswered{Leg: "leg-d"}).state(Talking).
		has("UnholdLeg{call cust}", "Join{call leg-d}").lacks("CreateRoom…")
}

// Who calls for help is shown until it is there, or the one who called leaves.
func TestHelp_CALL_7(t *testing.T) {
	s := talking(t, "a").invited("a", "b").does("a", AskHelp).wants("journal help.asked")
	if s.c.Help == nil || s.c.Help.Name != "a" || !s.c.Help.Since.Equal(s.now) {
		t.Fatalf("help is %+v", s.c.Help)
	}
	s.does("b", AskHelp).wants()
	s.fork().does("b", HelpDone).wants("journal help.done").does("b", HelpDone).wants()
	if gone := s.fork().does("a", Leave); gone.c.Help != nil {
		t.Error("help is asked for by one who has left")
	}
	if stays := s.fork().does("b", Leave); stays.c.Help == nil {
		t.Error("help is no longer asked for though only a colleague left")
	}
	if over := s.fork().does("a", EndCall); over.c.Help != nil {
		t.Error("an ended call asks for help")
	}
}

func TestAgentProtection_CALL_7(t *testing.T) {
	s := talking(t, "a")
	s.c.From = "+821012345678"
	s.does("a", Warn).state(Talking).wants("journal call.warned", "Play{call-1 cust [en/warning] false}")
	s.refuses(Do{AgentID: "a", Action: Warn}, "An announcement is being played already.")
	s.fork().played().state(Talking).wants()
	s.does("a", PutHold).does("a", TurnAway).state(Greeting).party("a", PartyLeft).
		has("journal call.turnedAway", "Tag{abusive}", "UnholdLeg{call cust}", "Play{call-2 cust [en/closing] false}", "hangup leg-a 16").lacks("hangup cust…", "Seek{}")
	var block Block
	for _, e := range s.effects {
		if b, ok := e.(Block); ok {
			block = b
		}
	}
	if block.AgentID != "a" || !block.Until.Equal(s.now.AddDate(0, 0, 30)) {
		t.Errorf("block %+v, want 30 days", block)
	}
	s.fork().then(engine.LegEnded{Leg: "cust"}).ended(Answered, ByCustomer)
	s.played().ended(Answered, ByAgent).has("hangup cust 16")

	for name, change := range map[string]func(*story){
		"no days":  func(s *story) { s.c.Plan.BlockDays = 0 },
		"withheld": func(s *story) { s.c.From = "" },
		"outbound": func(s *story) { s.c.Direction = "outbound" },
	} {
		t.Run(name, func(t *testing.T) {
			n := talking(t, "a")
			n.c.From = "+821012345678"
			change(n)
			n.does("a", TurnAway).has("Tag{abusive}").lacks("Block…")
		})
	}
}

// What can be done by whom.
func TestWhoMayDoWhat(t *testing.T) {
	not := "You are listening only: barge in first."
	s := planned(t, monitored).talked("a").supervises("sup", Listen)
	for _, a := range []Action{Mute, PutHold, Release, EndCall, Invite, Transfer, PauseRecording, AskHelp, Warn, TurnAway, SendDTMF} {
		s.refuses(Do{AgentID: "sup", Action: a, Digits: "1"}, not)
	}
	out := outboundStory(t, "t1", "t2").then(engine.LegAnswered{Leg: "leg-a"}).state(Dialing)
	for _, a := range []Action{Mute, PutHold, Invite, Transfer, PauseRecording, AskHelp, Warn, TurnAway, SendDTMF} {
		out.refuses(Do{AgentID: "a", Action: a, Digits: "1"}, "The customer is not connected yet.")
	}
	if n := strings.Count(strings.Join(s.did(), " "), "Free"); n != 0 {
		t.Errorf("freed %d times", n)
	}
}
