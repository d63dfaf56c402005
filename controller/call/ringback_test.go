package call

import (
	"testing"
	"time"

	"ringdesk/controller/engine"
)

// Covers: OUT-8, END-1, OUT-7. What the carrier says before the answer is heard
// instead of our own ringing tone, whichever comes first; the talk, its time and
// its recording begin at the answer.
func TestEarlyMedia(t *testing.T) {
	s := dialled(t, "t1")
	begins := "JoinEarly{call call-out1}"
	s.fork().then(engine.LegRinging{Leg: out1, Media: true}).wants(begins)
	s.then(engine.LegRinging{Leg: out1}).has("Play{call-out1-ring leg-a [ringtone] true}")
	rang := s.c.Customer.RingingAt
	s.now = s.now.Add(2 * time.Second)
	s.then(engine.LegRinging{Leg: out1, Media: true}).wants("StopPlay{call-out1-ring}", begins)
	if !s.c.Customer.RingingAt.Equal(rang) {
		t.Error("early media made the ringing begin anew")
	}
	s.then(engine.LegRinging{Leg: out1}).wants() // the carrier's own tone goes on
	s.then(engine.LegJoined{Room: "call", Leg: out1}).wants()
	if s.c.Met || !s.c.AnsweredAt.IsZero() || s.c.Customer.recorded() {
		t.Error("counts as answered")
	}
	// An announcement that ends without an answer has its cause.
	s.fork().then(engine.LegEnded{Leg: out1, Cause: engine.CauseNumberChanged}).ended(Moved, BySystem).lacks("Record…")
	// The engine cannot join it: our own tone is heard, and the call goes on.
	f := s.fork().then(Failed{Command: JoinEarly{Room: "call", Leg: out1}, Kind: engine.KindBusy}).wants("Play{call-out1-ring leg-a [ringtone] true}")
	f.then(engine.LegAnswered{Leg: out1}).state(Talking).has("StopPlay{call-out1-ring}", "Join{call call-out1}")
	// A failure that is told late ends no talk.
	s.then(engine.LegAnswered{Leg: out1}).state(Talking).lacks("StopPlay…").
		has("Join{call call-out1}", "Record{p-a-1 leg-a call/p-a-1 0s}", "Record{cust-1 call-out1 call/cust-1 0s}")
	if !s.c.AnsweredAt.Equal(s.now) || !s.c.Met {
		t.Errorf("answered at %v, met: %v", s.c.AnsweredAt, s.c.Met)
	}
	s.then(Failed{Command: JoinEarly{Room: "call", Leg: out1}, Kind: engine.KindBusy}).wants().state(Talking)
}

// The next trunk begins with our own tone again.
func TestEarlyMediaIsOfOneDial_OUT_8(t *testing.T) {
	s := dialled(t, "t1", "t2").then(engine.LegRinging{Leg: out1, Media: true}).then(engine.LegEnded{Leg: out1, Cause: engine.CauseFailure})
	s.then(engine.LegRinging{Leg: out1, Media: true}).wants() // of the past
	s.then(engine.LegRinging{Leg: out2}).wants("Play{call-out2-ring leg-a [ringtone] true}")
}

// Covers: SYS-3. After a gap the carrier is heard again.
func TestEarlyMediaAfterAGap(t *testing.T) {
	s := dialled(t, "t1").then(engine.LegRinging{Leg: out1, Media: true})
	s.then(Failed{Command: JoinEarly{Room: "call", Leg: out1}, Kind: engine.KindUnreachable}).wants()
	snap := engine.Snapshot{
		Legs:  map[engine.LegID]engine.LegState{"leg-a": {Answered: true, Room: "call"}, out1: {}},
		Rooms: map[engine.RoomID][]engine.LegID{"call": {"leg-a"}},
	}
	s.then(Reconcile{Snapshot: snap}).state(Dialing).has("JoinEarly{call call-out1}")
}

// Covers: SYS-3. After a gap the agent hears the ringing tone of the dial that goes
// on, once, and none of one that is over.
func TestRingingToneAfterAGap(t *testing.T) {
	snap := func(heard engine.PlaybackID) Reconcile {
		return Reconcile{Snapshot: engine.Snapshot{
			Legs:  map[engine.LegID]engine.LegState{"leg-a": {Answered: true, Room: "call", Playback: heard}, out1: {}, out2: {}},
			Rooms: map[engine.RoomID][]engine.LegID{"call": {"leg-a"}},
		}}
	}
	rings := "Play{call-out1-ring leg-a [ringtone] true}"
	s := dialled(t, "t1", "t2").then(engine.LegRinging{Leg: out1})
	s.fork().then(snap("call-out1-ring")).state(Dialing).lacks("Play{…").lacks("StopPlay…")
	s.fork().then(snap("")).state(Dialing).has(rings).lacks("StopPlay…")
	s.then(engine.LegEnded{Leg: out1, Cause: engine.CauseFailure}).then(snap("call-out1-ring")).state(Dialing).has("StopPlay{call-out1-ring}").lacks("Play{…")
}

// A dial that the engine says nothing of any more is given up.
func TestDialForgotten_OUT_8(t *testing.T) {
	s := dialled(t, "t1", "t2")
	s.when().state(Ended).ended(NoAnswer, BySystem).has("hangup call-out1 19")
	if d := s.now.Sub(s.c.StartedAt); d < outboundRing || d > 2*outboundRing {
		t.Errorf("given up after %v", d)
	}
}

// Covers: OUT-8. A redirect is no other trunk's turn, and nobody calls back by
// themselves to a number that was changed.
func TestMoved(t *testing.T) {
	dialled(t, "t1", "t2").then(engine.LegEnded{Leg: out1, Cause: engine.CauseNumberChanged}).ended(Moved, BySystem).lacks("DialOut…")
}
