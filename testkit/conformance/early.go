package conformance

import (
	"time"

	"ringdesk/controller/engine"
)

// early waits until a leg's carrier sends sound.
func (s *session) early(leg engine.LegID) {
	s.Helper()
	await(s, "LegRinging with media", func(ev engine.LegRinging) bool { return ev.Leg == leg && ev.Media })
}

// Covers: OUT-8. What the carrier says before the answer reaches the room that
// its leg is joined to, whether it rings first or not. Then they
// talk.
func dialEarlyMedia(s *session) {
	for _, rings := range []bool{false, true} {
		number := map[bool]string{false: "+821099994000", true: "+821099994001"}[rings]
		p := s.rig.Subscriber(s, number)
		p.Silence()
		p.Say(OtherHz)
		a, alice := s.agent(AliceHz)
		room := s.room(alice)
		leg := s.callOut(p, number)
		if rings {
			p.Rings()
			await(s, "LegRinging", func(ev engine.LegRinging) bool { return ev.Leg == leg && !ev.Media })
		}
		p.Underway(true)
		s.early(leg)
		s.join(room, leg)
		s.hears("the agent", a, OtherHz)
		s.quiet("early media", 300*time.Millisecond, func(ev engine.Event) bool {
			e, ok := ev.(engine.LegAnswered)
			return ok && e.Leg == leg
		})
		p.Say(BobHz)
		p.Answer()
		s.answered(leg)
		s.ok("Join again", s.eng.Join(s.Context(), room, leg))
		s.hears("the agent", a, BobHz)
		s.hears("the subscriber", p, AliceHz)
		p.Hangup()
		s.ended(leg, engine.CauseNormal)
	}
}

// Covers: OUT-8. An announcement instead of an answer: heard, then its cause.
func dialEarlyRefused(s *session) {
	const number = "+821099994002"
	p := s.rig.Subscriber(s, number)
	p.Silence()
	p.Say(OtherHz)
	a, alice := s.agent(AliceHz)
	room := s.room(alice)
	leg := s.callOut(p, number)
	p.Underway(true)
	s.early(leg)
	s.join(room, leg)
	s.hears("the agent", a, OtherHz)
	p.Refuse(404)
	s.ended(leg, engine.CauseUnallocated)
	s.hears("the agent", a)
	// A second one is given up by us, and a third by its time limit.
	for i, number := range []string{"+821099994003", "+821099994004"} {
		p := s.rig.Subscriber(s, number)
		p.Silence()
		p.Say(OtherHz)
		req := s.outbound(number)
		if i > 0 {
			req.Timeout = 2 * time.Second
		}
		s.ok("Dial", s.eng.Dial(s.Context(), req))
		s.until("INVITE", patience, func() bool { return !p.Invited().At.IsZero() })
		p.Underway(true)
		s.early(req.Leg)
		s.join(room, req.Leg)
		if i == 0 {
			s.hangup(req.Leg, engine.CauseNormal)
			s.ended(req.Leg, engine.CauseNormal)
		} else {
			s.ended(req.Leg, engine.CauseNoAnswer)
		}
		s.until("CANCEL", patience, func() bool { return p.Ended().Method == "CANCEL" })
	}
}
