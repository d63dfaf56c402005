package conformance

import (
	"slices"
	"time"

	"ringdesk/controller/engine"
)

var dtmfCases = []testCase{
	{"in", func(s *session) { s.keysIn(engine.DTMFRFC4733, engine.DTMFAuto) }},
	{"out", func(s *session) { s.keysOut(engine.DTMFRFC4733, engine.DTMFAuto) }},
	{"in-tones", func(s *session) { s.keysIn(engine.DTMFInband, engine.DTMFAuto, engine.DTMFInband) }},
	{"out-tones", func(s *session) { s.keysOut(engine.DTMFInband, engine.DTMFAuto, engine.DTMFInband) }},
	{"in-info", func(s *session) { s.keysIn(engine.DTMFInfo, engine.DTMFInfo) }},
	{"out-info", func(s *session) { s.keysOut(engine.DTMFInfo, engine.DTMFInfo) }},
	{"called", keysCalled},
	{"bad-keys", keysBad},
}

// pressed is the keys that a leg's party has pressed.
func (s *session) pressed(leg engine.LegID) string {
	var keys string
	for _, e := range s.log.Entries() {
		if ev, ok := e.Event.(engine.DTMF); ok && ev.Leg == leg {
			keys += ev.Digit
		}
	}
	return keys
}

// caller is a customer whose phone sends and takes keys in some way, over a trunk
// that is set to one.
func (s *session) caller(by, mode engine.DTMFMode) (Caller, engine.LegID) {
	s.Helper()
	s.trunk.DTMF = mode
	s.ok("PutTrunk", s.eng.PutTrunk(s.Context(), s.trunk))
	return s.customerBy(by)
}

// Covers: CALL-2, Q-1. Keys arrive in order and once, parked and in a room,
// however the customer's phone sends them: a trunk set to "auto" takes what there
// is.
func (s *session) keysIn(by engine.DTMFMode, modes ...engine.DTMFMode) {
	for _, mode := range modes {
		c, customer := s.caller(by, mode)
		const parked, joined = "1590*#", "778"
		c.SendDTMF(s, parked)
		s.until("keys of a parked leg", patience, func() bool { return len(s.pressed(customer)) >= len(parked) })
		_, alice := s.agent(AliceHz)
		s.room(customer, alice)
		c.SendDTMF(s, joined)
		s.until("keys in a room", patience, func() bool { return len(s.pressed(customer)) >= len(parked+joined) })
		s.pass(300 * time.Millisecond)
		if got := s.pressed(customer); got != parked+joined || s.pressed(alice) != "" {
			s.Errorf("trunk %s: keys %q and %q, want %q and none", mode, got, s.pressed(alice), parked+joined)
		}
		c.Hangup()
		s.ended(customer, engine.CauseNormal)
	}
}

// Covers: CALL-2. The dial pad's keys reach the far side in the way that it takes
// them.
func (s *session) keysOut(by engine.DTMFMode, modes ...engine.DTMFMode) {
	for _, mode := range modes {
		c, customer := s.caller(by, mode)
		c.Say(0)
		a, alice := s.agent(0)
		s.room(customer, alice)
		s.sendsKeys(c, customer)
		if a.DTMF() != "" {
			s.Errorf("trunk %s: the agent's phone gets keys %q", mode, a.DTMF())
		}
		c.Hangup()
		s.ended(customer, engine.CauseNormal)
	}
}

func (s *session) sendsKeys(p Party, leg engine.LegID) {
	s.Helper()
	const keys = "0123456789*#"
	s.ok("SendDTMF", s.eng.SendDTMF(s.Context(), leg, keys))
	for deadline := time.Now().Add(2 * patience); len(p.DTMF()) < len(keys) && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
	}
	if got := p.DTMF(); got != keys {
		s.Errorf("the far side gets %q, want %q", got, keys)
	}
	if got := s.pressed(leg); got != "" {
		s.Errorf("keys that were sent count as pressed: %q", got)
	}
}

// Covers: CALL-2. The same for somebody who is called, whose phone says only in
// its answer what it takes.
func keysCalled(s *session) {
	for by, number := range map[engine.DTMFMode]string{engine.DTMFRFC4733: "+821099993000", engine.DTMFInband: "+821099993001"} {
		p := s.rig.Subscriber(s, number)
		p.KeysBy(by)
		leg := s.callOut(p, number)
		p.Answer()
		s.answered(leg)
		_, alice := s.agent(0)
		s.room(leg, alice)
		s.sendsKeys(p, leg)
		p.SendDTMF(s, "42#")
		s.until("keys of the called", patience, func() bool { return s.pressed(leg) == "42#" })
	}
}

func keysBad(s *session) {
	_, customer := s.customer()
	s.fails("SendDTMF", s.eng.SendDTMF(s.Context(), customer, "12x"), engine.KindRefused)
}

// Covers: IN-6. Somebody whose phone offers no codec that the trunk takes is
// refused before anybody can ring (RFC 3261, section 21.4.26).
func inboundWrongCodec(s *session) {
	for _, c := range []struct{ takes, offers []string }{
		{[]string{"alaw", "ulaw"}, []string{"g729"}},
		{[]string{"alaw"}, []string{"pcmu"}},
		{[]string{"ulaw"}, []string{"g729", "pcma"}},
	} {
		s.trunk.Codecs = c.takes
		s.ok("PutTrunk", s.eng.PutTrunk(s.Context(), s.trunk))
		p := s.rig.Caller(s, "01012345678", "")
		p.Codecs(c.offers...)
		p.Call(s, number)
		s.until("final response", patience, func() bool { return p.Final() != 0 })
		if got := p.Final(); got != 488 || slices.Contains(p.Progress(), 180) {
			s.Errorf("offered %v, taken %v: final response %d, want 488 and nothing before", c.offers, c.takes, got)
		}
	}
	s.quiet("refused calls", 300*time.Millisecond, func(ev engine.Event) bool { _, ok := ev.(engine.LegArrived); return ok })
	// One of several is enough.
	s.callers++
	p := s.rig.Caller(s, "01087654321", "")
	p.Codecs("g729", "pcmu")
	p.Call(s, number)
	leg := await(s, "LegArrived", func(ev engine.LegArrived) bool { return ev.From == "01087654321" }).Leg
	s.ok("Answer", s.eng.Answer(s.Context(), leg))
	s.answered(leg)
	s.until("the answer", patience, func() bool { return p.Final() == 200 })
}

// Covers: IN-1. A call without an offer gets ours with the answer (RFC 3261,
// section 13.2.1; RFC 3725), and both hear each other.
func inboundNoOffer(s *session) {
	p := s.rig.Caller(s, "01012345678", "")
	p.NoOffer()
	p.Say(CustomerHz)
	p.Call(s, number)
	leg := await(s, "LegArrived", func(engine.LegArrived) bool { return true }).Leg
	s.ok("Ring", s.eng.Ring(s.Context(), leg))
	s.quiet("an unanswered call", 300*time.Millisecond, func(ev engine.Event) bool { _, ok := ev.(engine.LegAnswered); return ok })
	s.ok("Answer", s.eng.Answer(s.Context(), leg))
	s.answered(leg)
	s.until("the answer", patience, func() bool { return p.Final() == 200 })
	a, alice := s.agent(AliceHz)
	s.room(leg, alice)
	s.hears("the customer", p, AliceHz)
	s.hears("alice", a, CustomerHz)
	p.SendDTMF(s, "7")
	s.until("a key", patience, func() bool { return s.pressed(leg) == "7" })
}
