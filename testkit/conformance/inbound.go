package conformance

import (
	"slices"
	"time"

	"ringdesk/controller/engine"
)

var inboundCases = []testCase{
	{"arrives", inboundArrives},
	{"withheld", inboundWithheld},
	{"ring", inboundRing},
	{"answer", inboundAnswer},
	{"reject-404", func(s *session) { inboundReject(s, engine.CauseUnallocated, 404) }},
	{"reject-486", func(s *session) { inboundReject(s, engine.CauseBusy, 486) }},
	{"reject-503", func(s *session) { inboundReject(s, engine.CauseCongestion, 503) }},
	{"abandoned", inboundAbandoned},
	{"caller-hangs-up", inboundCallerHangsUp},
	{"hang-up", inboundHangup},
	{"test-call", inboundTestCall},
	{"wrong-codec", inboundWrongCodec},
	{"no-offer", inboundNoOffer},
}

// A call from the carrier arrives once, with who calls whom over which trunk,
// and nothing is answered by itself.
func inboundArrives(s *session) {
	c := s.rig.Caller(s, "01012345678", "홍길동")
	before := time.Now()
	c.Call(s, number)
	ev := await(s, "LegArrived", func(engine.LegArrived) bool { return true })
	want := engine.LegArrived{Leg: ev.Leg, At: ev.At, From: "01012345678", Name: "홍길동", To: number, Trunk: s.trunk.ID}
	if ev != want || ev.Leg == "" {
		s.Errorf("arrived %#v, want %#v", ev, want)
	}
	if d := ev.At.Sub(before); d < -50*time.Millisecond || d > time.Second {
		s.Errorf("At is %v after the call", d)
	}
	s.quiet("an unanswered call", 300*time.Millisecond, func(ev engine.Event) bool {
		_, isUp := ev.(engine.LinkUp)
		_, isArrived := ev.(engine.LegArrived)
		return !isUp && !isArrived
	})
	if n := count(s, func(engine.LegArrived) bool { return true }); n != 1 || c.Final() != 0 {
		s.Errorf("%d arrivals, final response %d", n, c.Final())
	}
}

func inboundWithheld(s *session) {
	c := s.rig.Caller(s, "", "")
	c.Call(s, number)
	ev := await(s, "LegArrived", func(engine.LegArrived) bool { return true })
	if ev.From != "" || ev.To != number {
		s.Errorf("arrived from %q to %q, want a withheld number", ev.From, ev.To)
	}
}

func inboundRing(s *session) {
	c, arrived := s.arrive()
	if slices.Contains(c.Progress(), 180) {
		s.Error("180 before Ring")
	}
	s.ok("Ring", s.eng.Ring(s.Context(), arrived.Leg))
	s.until("180", patience, func() bool { return slices.Contains(c.Progress(), 180) })
	if c.Final() != 0 {
		s.Errorf("final response %d", c.Final())
	}
}

// An answered leg is parked in silence until it is put somewhere.
func inboundAnswer(s *session) {
	c, leg := s.customer()
	s.hears("the caller", c)
	if n := count(s, func(ev engine.LegAnswered) bool { return ev.Leg == leg }); n != 1 {
		s.Errorf("LegAnswered came %d times", n)
	}
}

// A hang-up before the answer becomes a SIP status (RFC 3398, section 8.2.6.1).
func inboundReject(s *session, cause engine.Cause, status int) {
	c, arrived := s.arrive()
	s.hangup(arrived.Leg, cause)
	s.until("final response", patience, func() bool { return c.Final() != 0 })
	if c.Final() != status {
		s.Errorf("final response %d, want %d", c.Final(), status)
	}
	s.ended(arrived.Leg, cause)
}

func inboundAbandoned(s *session) {
	c, arrived := s.arrive()
	s.ok("Ring", s.eng.Ring(s.Context(), arrived.Leg))
	s.until("180", patience, func() bool { return slices.Contains(c.Progress(), 180) })
	c.Hangup()
	s.ended(arrived.Leg, engine.CauseNormal)
	s.fails("Answer", s.eng.Answer(s.Context(), arrived.Leg), engine.KindGone)
	if n := count(s, func(engine.LegAnswered) bool { return true }); n != 0 {
		s.Error("LegAnswered for a call that was abandoned")
	}
}

func inboundCallerHangsUp(s *session) {
	c, leg := s.customer()
	c.Hangup()
	s.ended(leg, engine.CauseNormal)
}

func inboundHangup(s *session) {
	c, leg := s.customer()
	s.hangup(leg, engine.CauseNormal)
	s.ended(leg, engine.CauseNormal)
	s.until("BYE", patience, func() bool { return c.Ended().Method == "BYE" })
}

// A test call arrives like any other, without a trunk, and speaks.
func inboundTestCall(s *session) {
	s.ok("TestCall", s.eng.TestCall(s.Context(), "01000000000", number))
	ev := await(s, "LegArrived", func(ev engine.LegArrived) bool { return true })
	if ev.From != "01000000000" || ev.To != number || ev.Trunk != "" {
		s.Errorf("arrived %#v", ev)
	}
	s.ok("Answer", s.eng.Answer(s.Context(), ev.Leg))
	s.answered(ev.Leg)
	t := s.record(ev.Leg)
	s.pass(1500 * time.Millisecond)
	t.stop()
	if loud := t.loudness(); loud < 200 {
		s.Errorf("the test call's speech has a loudness of %.0f", loud)
	}
}
