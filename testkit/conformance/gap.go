package conformance

import (
	"time"

	"ringdesk/controller/engine"
)

// announced is an outgoing call whose carrier is heard before the answer.
type announced struct {
	p     Callee
	agent Callee
	alice engine.LegID
	room  engine.RoomID
	leg   engine.LegID
}

// announce makes an agent wait in a room for a subscriber whose carrier says
// nothing yet.
func announce(s *session, number string) announced {
	s.Helper()
	e := announced{p: s.rig.Subscriber(s, number)}
	e.p.Silence()
	e.p.Say(OtherHz)
	e.agent, e.alice = s.agent(AliceHz)
	e.room = s.room(e.alice)
	e.leg = s.callOut(e.p, number)
	return e
}

// answers lets the subscriber answer after a gap: it is told once, and they talk.
func (e announced) answers(s *session, joined bool) {
	s.Helper()
	want := engine.LegState{}
	if joined {
		want.Room = e.room
	}
	if got, there := s.up.Snapshot.Legs[e.leg]; !there || got != want {
		s.Errorf("the leg is %+v in the snapshot (%v), want %+v", got, there, want)
	}
	if !joined {
		s.join(e.room, e.leg)
	}
	s.hears("the agent", e.agent, OtherHz)
	e.p.Say(BobHz)
	e.p.Answer()
	s.answered(e.leg)
	s.ok("Join again", s.eng.Join(s.Context(), e.room, e.leg))
	s.hears("the agent", e.agent, BobHz)
	s.hears("the subscriber", e.p, AliceHz)
	s.answeredOnce(e.leg)
	e.p.Hangup()
	s.ended(e.leg, engine.CauseNormal)
}

// answeredOnce says that a leg's answer was told once.
func (s *session) answeredOnce(leg engine.LegID) {
	s.Helper()
	if n := count(s, func(ev engine.LegAnswered) bool { return ev.Leg == leg }); n != 1 {
		s.Errorf("LegAnswered of %s came %d times; events:%s", leg, n, s.log)
	}
}

// Covers: SYS-3. A controller that is started again while legs hear sounds can end
// those that are still heard, though it never knew their ids, and play others.
func restartPlay(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	b, bob := s.agent(BobHz)
	s.room(alice, bob)
	sound := s.rig.Sound()
	first := map[engine.LegID]engine.PlaybackID{customer: s.play(customer, true), alice: s.play(alice, true)}
	s.hears("the customer", c, sound.Hz)
	s.hears("alice", a, sound.Hz)
	s.stop()
	s.start()
	if id := s.up.Snapshot.Legs[customer].Playback; id != first[customer] {
		s.Errorf("the customer hears %q according to the snapshot, want %q", id, first[customer])
	}
	for leg := range first {
		if id := s.up.Snapshot.Legs[leg].Playback; id != "" {
			s.ok("StopPlay", s.eng.StopPlay(s.Context(), id))
		}
	}
	s.hears("the customer", c)
	s.hears("alice", a, BobHz)
	s.hears("bob", b, AliceHz)
	s.ok("Music", s.eng.Music(s.Context(), customer, true))
	s.hears("the customer", c, s.rig.MusicHz())
	again := s.play(customer, false)
	s.hears("the customer", c, sound.Hz)
	s.played(again)
	s.hears("the customer", c, s.rig.MusicHz())
}

// Covers: SYS-3, OUT-8. A controller that is started again while a carrier is heard
// before the answer, be it in the room already or not, goes on with the call.
func restartEarly(s *session) {
	for _, joined := range []bool{false, true} {
		e := announce(s, map[bool]string{false: "+821099994010", true: "+821099994011"}[joined])
		e.p.Underway(true)
		s.early(e.leg)
		if joined {
			s.join(e.room, e.leg)
		}
		s.stop()
		s.start()
		s.ok("PutTrunk", s.eng.PutTrunk(s.Context(), s.trunk))
		e.answers(s, joined)
	}
}

// Covers: SYS-3, OUT-8. The carrier's sound begins while the link is lost.
func cutEarly(s *session) {
	e := announce(s, "+821099994012")
	s.rig.CutLink(s, Reset)
	await(s, "LinkDown", func(engine.LinkDown) bool { return true })
	before := s.log.Len()
	e.p.Underway(true)
	s.quiet("without a link", 500*time.Millisecond, func(ev engine.Event) bool { rings, ok := ev.(engine.LegRinging); return ok && rings.Leg == e.leg })
	s.rig.RestoreLink(s)
	s.relinked(before)
	e.answers(s, false)
}

// Covers: SYS-3, IN-1. A call without an offer is as unanswered to the next
// controller as to the one that saw it come, and as answered.
func restartNoOffer(s *session) {
	p := s.rig.Caller(s, "01012345678", "")
	p.NoOffer()
	p.Say(CustomerHz)
	p.Call(s, number)
	arrived := await(s, "LegArrived", func(engine.LegArrived) bool { return true })
	leg := arrived.Leg
	a, alice := s.agent(AliceHz)
	room := s.room(alice)
	again := func(want engine.LegState) {
		s.Helper()
		s.stop()
		s.start()
		got := s.up.Snapshot.Legs[leg]
		if d := got.Arrived.At.Sub(arrived.At).Abs(); d > 500*time.Millisecond {
			s.Errorf("the leg arrived %v off", d)
		}
		got.Arrived.At, want.Arrived, want.Inbound = arrived.At, arrived, true
		if got != want {
			s.Errorf("the leg is %+v, want %+v", got, want)
		}
	}
	again(engine.LegState{})
	s.ok("Ring", s.eng.Ring(s.Context(), leg))
	s.quiet("an unanswered call", 300*time.Millisecond, func(ev engine.Event) bool { e, ok := ev.(engine.LegAnswered); return ok && e.Leg == leg })
	again(engine.LegState{})
	s.ok("Answer", s.eng.Answer(s.Context(), leg))
	s.answered(leg)
	s.until("the answer", patience, func() bool { return p.Final() == 200 })
	again(engine.LegState{Answered: true})
	s.join(room, leg)
	s.hears("the customer", p, AliceHz)
	s.hears("alice", a, CustomerHz)
	s.answeredOnce(leg)
}
