package conformance

import (
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/tone"
)

// pairCases are what an engine may do otherwise for two in a room than for more.
var pairCases = []testCase{
	{"third-comes", pairThirdComes},
	{"one-stays", pairOneStays},
	{"leaves-while-joining", pairLeavesWhileJoining},
	{"hold-and-third", pairHoldAndThird},
	{"on-the-way", pairOnTheWay},
}

// apartFor is how long two who talk may be apart while a third comes: no word is lost.
const apartFor = 250 * time.Millisecond

// Covers: CALL-3. Two who talk hear each other on while a third comes, and leaves.
func pairThirdComes(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	room := s.room(customer, alice)
	s.hears("the customer", c, AliceHz)
	s.hears("alice", a, CustomerHz)
	b, bob := s.agent(BobHz)
	held := watchHoldups()
	defer held.stop()
	from := time.Now()
	s.join(room, bob)
	s.hears("bob", b, CustomerHz, AliceHz)
	s.ok("Part", s.eng.Part(s.Context(), room, bob))
	s.hears("bob", b)
	to := time.Now().Add(-lag)
	for party, hz := range map[Party]int{c: AliceHz, a: CustomerHz} {
		pcm := party.Heard(from, to)
		end, length := time.Duration(0), time.Duration(len(pcm))*time.Second/Rate
		for _, span := range append(tone.Spans(pcm, Rate, hz), tone.Span{From: length, To: length}) {
			if hole := span.From - end; hole > apartFor+held.sum() {
				s.Errorf("%d Hz is not heard for %v, %v after the third was asked for", hz, hole, end)
			}
			end = span.To
		}
	}
}

// Who is left of two stays in the room, in silence, and hears the next one who comes;
// of the leg that went he is told by its end alone.
func pairOneStays(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	room := s.room(customer, alice)
	s.hears("the customer", c, AliceHz)
	a.Hangup()
	s.ended(alice, engine.CauseNormal)
	s.hears("the customer", c)
	b, bob := s.agent(BobHz)
	s.join(room, bob)
	s.hears("the customer", c, BobHz)
	s.hears("bob", b, CustomerHz)
	if n := count(s, func(ev engine.LegParted) bool { return ev.Leg == customer }); n != 0 {
		s.Errorf("the customer has left the room %d times", n)
	}
	c.Hangup()
	s.ended(customer, engine.CauseNormal)
	s.hears("bob", b)
}

// An agent whose phone ends the call in the moment in which it is joined takes nobody
// with it: the customer stays, and hears the next one.
func pairLeavesWhileJoining(s *session) {
	c, customer := s.customer()
	room := s.room(customer)
	for i := range 6 {
		a, alice := s.agent(AliceHz)
		joined := make(chan error, 1)
		go func() { joined <- s.eng.Join(s.Context(), room, alice) }()
		time.Sleep(time.Duration(i) * 12 * time.Millisecond) // another moment each time
		a.Hangup()
		if err := <-joined; err != nil && engine.KindOf(err) != engine.KindGone {
			s.Errorf("Join: %v", err)
		}
		s.ended(alice, engine.CauseNormal, engine.CauseOutOfOrder)
	}
	b, bob := s.agent(BobHz)
	s.join(room, bob)
	s.hears("the customer", c, BobHz)
	s.hears("bob", b, CustomerHz)
}

// Covers: HOLD-1. While one of two is on hold a third comes; then all hear each other.
func pairHoldAndThird(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	room := s.room(customer, alice)
	s.hears("the customer", c, AliceHz)
	s.ok("Hold", s.eng.Hold(s.Context(), room, customer))
	s.hears("the customer", c, s.rig.MusicHz())
	b, bob := s.agent(BobHz)
	s.join(room, bob)
	s.hears("alice", a, BobHz)
	s.hears("bob", b, AliceHz)
	s.hears("the customer", c, s.rig.MusicHz())
	s.ok("Unhold", s.eng.Unhold(s.Context(), room, customer))
	s.hears("the customer", c, AliceHz, BobHz)
	s.hears("alice", a, CustomerHz, BobHz)
	s.hears("bob", b, CustomerHz, AliceHz)
}

// Covers: CALL-3. Who is still on the way into a room may be played to, and joined by
// another, and then hears them.
func pairOnTheWay(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	room := s.room()
	s.ok("Join", s.eng.Join(s.Context(), room, customer))
	id := s.play(customer, true)
	s.ok("Join", s.eng.Join(s.Context(), room, alice))
	s.hears("the customer", c, s.rig.Sound().Hz)
	s.ok("StopPlay", s.eng.StopPlay(s.Context(), id))
	s.played(id)
	s.hears("the customer", c, AliceHz)
	s.hears("alice", a, CustomerHz)
}
