package call

import (
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/journal"
	"ringdesk/controller/outbound"
)

// outboundStory is a call that agent a has placed; it may be a minute long.
func outboundStory(t *testing.T, routes ...string) *story {
	s := newStory(t).outbound(routes...)
	return s.then(Placed{Candidate: *colleague("a")})
}

func (s *story) outbound(routes ...string) *story {
	s.c.Direction, s.c.Customer.Leg, s.c.Customer.Gone, s.c.To = "outbound", "", true, "+8223123456"
	s.c.Out = &Out{Number: "+8223123456", Seconds: 60}
	for _, r := range routes {
		s.c.Out.Routes = append(s.c.Out.Routes, outbound.Route{TrunkID: r, CallerID: "+827076660001"})
	}
	return s
}

// dialled is the same once the agent's browser has answered by itself.
func dialled(t *testing.T, routes ...string) *story {
	return outboundStory(t, routes...).then(engine.LegAnswered{Leg: "leg-a"})
}

const out1, out2 = "call-out1", "call-out2"

func TestPlacing_OUT_2_OUT_8(t *testing.T) {
	s := outboundStory(t, "t1").state(Dialing).party("a", PartyJoined).
		wants("journal call.created", "Occupy{acc-a}", "dial ph-a")
	s.then(engine.LegAnswered{Leg: "leg-a"}).state(Dialing).
		wants("CreateRoom{call}", "Join{call leg-a}", "journal customer.dialled", "DialOut{call-out1 {t1 +827076660001} +8223123456}")
	s.then(engine.LegRinging{Leg: out1}).wants("Play{call-out1-ring leg-a [ringtone] true}")
	s.then(engine.LegRinging{Leg: out1}).wants()
	s.then(engine.PlaybackEnded{Playback: "call-out1-ring"}).wants()
	s.then(engine.LegAnswered{Leg: out1}).state(Talking).
		wants("StopPlay{call-out1-ring}", "Took{a}", "journal call.answered", "Join{call call-out1}", "RecordingOpened{}",
			"TrackOpened p-a-1", "Record{p-a-1 leg-a call/p-a-1 0s}", "TrackOpened cust-1", "Record{cust-1 call-out1 call/cust-1 0s}")
	if !s.c.Out.TalkUntil.Equal(s.now.Add(time.Minute)) {
		t.Errorf("may talk until %v", s.c.Out.TalkUntil)
	}
	s.does("a", Leave).ended(Answered, ByAgent).has("OutboundEnded{}", "hangup call-out1 16")
	answers := Placed{Candidate: *colleague("b")}
	s.then(answers).wants("Free{acc-b}") // a call begins once
	m := newStory(t).outbound("t1")
	m.c.MissedCallID = "missed"
	m.then(Placed{Candidate: *colleague("a")})
	m.fork().does("a", Leave).has("Unhandled{missed}") // the customer was never dialled (MISS-5)
	m.then(engine.LegAnswered{Leg: "leg-a"}).does("a", Leave).lacks("Unhandled…")
}

// Each cause that a network gives is one outcome, and no other trunk is tried
// where it was the customer's doing.
func TestNotReached_OUT_8(t *testing.T) {
	cases := map[engine.Cause]Outcome{
		engine.CauseBusy: WasBusy, engine.CauseNoAnswer: NoAnswer, engine.CauseNoUserResponse: NoAnswer, engine.CauseRejected: Rejected,
		engine.CauseUnallocated: Unreachable, engine.CauseNoRoute: Unreachable, engine.CauseAbsent: Unreachable,
		engine.CauseNumberChanged: Moved, engine.CauseNumberFormat: Unreachable,
	}
	for cause, want := range cases {
		s := dialled(t, "t1", "t2").then(engine.LegRinging{Leg: out1}).then(engine.LegEnded{Leg: out1, Cause: cause}).
			state(Ended).ended(want, BySystem).party("a", PartyLeft).
			has("StopPlay{call-out1-ring}", "hangup leg-a 16", "Free{acc-a}", "DestroyRoom{call}", "OutboundEnded{}").lacks("DialOut…", "WrapUp…")
		if got := entry[journal.CustomerNotReached](s).Outcome; got != string(want) {
			t.Errorf("cause %d is told as %v", cause, got)
		}
	}
}

func TestTrunkFailover_OUT_8_OUT_9(t *testing.T) {
	for _, cause := range []engine.Cause{engine.CauseFailure, engine.CauseCongestion, engine.CauseOutOfOrder, engine.CauseNormal, engine.CauseInterworking} {
		s := dialled(t, "t1", "t2").then(engine.LegEnded{Leg: out1, Cause: cause}).state(Dialing).
			has("OutboundTrunk{t2}", "DialOut{call-out2 {t2 +827076660001} +8223123456}")
		s.then(engine.LegEnded{Leg: out1, Cause: cause}).wants() // the first leg's end counts once
		s.fork().then(engine.LegEnded{Leg: out2, Cause: cause}).ended(Failure, BySystem)
		s.then(engine.LegAnswered{Leg: out1}).state(Dialing)
		s.then(engine.LegAnswered{Leg: out2}).state(Talking)
	}
	// A carrier that answers nothing at all, and one whose customer does not.
	silent := dialled(t, "t1", "t2").then(engine.LegEnded{Leg: out1, Cause: engine.CauseNoUserResponse}).state(Dialing).has("OutboundTrunk{t2}")
	silent.then(engine.LegEnded{Leg: out2, Cause: engine.CauseNoUserResponse}).ended(Unreachable, BySystem)
	// A dial that timed out may ring yet: it must not.
	dialled(t, "t1", "t2").then(Failed{Command: DialOut{Leg: out1}, Kind: engine.KindTimeout}).state(Dialing).
		has("DialOut{call-out2 {t2 +827076660001} +8223123456}", "hangup call-out1 16")
}

// An engine that was started anew has nobody left to be connected with: no
// other trunk is tried, which would only cost.
func TestEngineRestartedWhileDialling_OUT_8_SYS_3(t *testing.T) {
	s := dialled(t, "t1", "t2")
	s.fork().then(Reconcile{Restarted: true}).ended(Failure, BySystem).lacks("DialOut…")
	s.then(Reconcile{}).has("DialOut{call-out2 {t2 +827076660001} +8223123456}")
	talking := dialled(t, "t1").then(engine.LegAnswered{Leg: out1})
	talking.fork().then(Reconcile{Restarted: true}).ended(Answered, BySystem).has("journal engine.restarted")
	talking.then(Reconcile{}).ended(Answered, ByCustomer).lacks("journal engine.restarted")
}

func TestCancelled_OUT_8(t *testing.T) {
	for name, in := range map[string]Input{"leave": Do{AgentID: "a", Action: Leave}, "end": Do{AgentID: "a", Action: EndCall},
		"BYE": engine.LegEnded{Leg: "leg-a", Cause: 16}, "browser lost": Away{AccountID: "acc-a"}, "another call": WentTo{AccountID: "acc-a"}} {
		t.Run(name, func(t *testing.T) {
			s := dialled(t, "t1", "t2").then(engine.LegRinging{Leg: out1}).then(in)
			s.t = t
			s.ended(Cancelled, ByAgent).has("hangup call-out1 16", "StopPlay{call-out1-ring}", "OutboundEnded{}", "Free{acc-a}").lacks("WrapUp…")
			s.then(engine.LegEnded{Leg: out1, Cause: 16}).lacks("DialOut…").then(engine.LegEnded{Leg: "leg-a"})
			if !s.c.Drained() {
				t.Error("not drained")
			}
		})
	}
	// The agent's own phone cannot be had: the customer is never called.
	outboundStory(t, "t1").then(engine.LegEnded{Leg: "leg-a", Cause: engine.CauseAbsent}).ended(Failure, ByAgent).has("OutboundEnded{}", "Drained{}").lacks("DialOut…")
	outboundStory(t, "t1").then(Failed{Command: Dial{Agent: Agent{Party: Party{Leg: "leg-a"}}}, Kind: engine.KindRefused}).ended(Failure, ByAgent)
}

// The caps' time ends the talk, wherever the customer is meanwhile.
func TestTimeOver_OUT_9(t *testing.T) {
	s := dialled(t, "t1").then(engine.LegAnswered{Leg: out1})
	s.fork().when().state(Ended).ended(Answered, BySystem).has("journal outbound.limit", "hangup call-out1 16")
	w := s.fork().then(Do{AgentID: "a", Action: Transfer, Team: "care"}).state(Queued).then(Offered{Busy: true})
	w.when().ended(Answered, BySystem).has("journal outbound.limit", "hangup call-out1 16")
	if talk := w.now.Sub(w.c.AnsweredAt); talk != time.Minute {
		t.Errorf("lasted %v", talk)
	}
	e := newStory(t).outbound("t1")
	e.c.Out.Seconds = 0 // an emergency call has no limit
	e.then(Placed{Candidate: *colleague("a")}).then(engine.LegAnswered{Leg: "leg-a"}).then(engine.LegAnswered{Leg: out1})
	if d := e.c.Deadline(); !d.IsZero() {
		t.Errorf("an emergency call has a deadline: %v", d)
	}
}

// callback is a call that was asked for; it waits in the caller's place.
func callback(t *testing.T) *story {
	s := newStory(t).outbound("t1", "t2")
	s.c.Out.Callback = &Callback{From: "asked", Rank: 42}
	return s.then(AskedBack{})
}

// A carrier that answers nothing gives way to the next trunk; a customer who
// does not answer does not. Covers: OUT-8, OUT-9.
func TestDeadCarrier_OUT_8(t *testing.T) {
	dialled(t, "t1", "t2").then(engine.LegEnded{Leg: out1, Cause: engine.CauseNoUserResponse}).state(Dialing).has("OutboundTrunk{t2}")
	dialled(t, "t1", "t2").then(engine.LegEnded{Leg: out1, Cause: engine.CauseOutOfOrder}).state(Dialing).has("OutboundTrunk{t2}")
	s := dialled(t, "t1", "t2").then(engine.LegRinging{Leg: out1}).then(engine.LegEnded{Leg: out1, Cause: engine.CauseNoUserResponse})
	s.ended(NoAnswer, BySystem)
	old := dialled(t, "t1", "t2").then(engine.LegEnded{Leg: out1, Cause: engine.CauseOutOfOrder})
	old.then(engine.LegAnswered{Leg: out1}).wants("hangup call-out1 16") // after all
	if old.c.State != Dialing || old.now.Before(start.Add(time.Second)) {
		t.Errorf("state %s", old.c.State)
	}
}
