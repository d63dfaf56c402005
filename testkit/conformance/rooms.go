package conformance

import (
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/tone"
)

var roomCases = []testCase{
	{"two", roomTwo},
	{"three", roomThree},
	{"at-once", roomAtOnce},
	{"part", roomPart},
	{"join-twice", roomJoinTwice},
	{"destroy", roomDestroy},
	{"unanswered", roomUnanswered},
	{"answer", roomAnswer},
	{"hang-up", roomHangup},
	{"apart", roomApart},
	{"one-after-another", roomOneAfterAnother},
}

var holdCases = []testCase{
	{"hold", hold},
	{"twice", holdTwice},
	{"hang-up", holdHangup},
	{"muted", holdMuted},
	{"waiting-music", waitingMusic},
	{"rounds", musicRounds},
}

var muteCases = []testCase{
	{"room", muteRoom},
	{"before-join", muteBeforeJoin},
}

func roomTwo(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	s.room(customer, alice)
	s.hears("the customer", c, AliceHz)
	s.hears("alice", a, CustomerHz)
}

// A customer who is handed from one agent to the next hears each of them at once,
// also where their phones speak another codec: each agent's RTP has numbers of its
// own, lower than the last one's as often as not (CALL-7, RFC 3550 section 5.1).
func roomOneAfterAnother(s *session) {
	c, arrived := s.arriveWith("pcma")
	s.ok("Answer", s.eng.Answer(s.Context(), arrived.Leg))
	s.answered(arrived.Leg)
	c.Say(CustomerHz)
	room := s.room(arrived.Leg)
	const agents = 8
	for i := range agents {
		hz := []int{AliceHz, BobHz}[i%2]
		a, leg := s.agent(hz)
		s.join(room, leg)
		s.hears("the agent", a, CustomerHz)
		s.hears("the customer", c, hz)
		if i%3 == 2 { // the one who goes is not always alone with the customer
			b, next := s.agent(OtherHz)
			s.join(room, next)
			s.hears("the customer", c, hz, OtherHz)
			s.ok("Part", s.eng.Part(s.Context(), room, leg))
			s.hears("the customer", c, OtherHz)
			s.hears("the next agent", b, CustomerHz)
			leg = next
		}
		s.ok("Part", s.eng.Part(s.Context(), room, leg))
		s.hears("the customer", c)
	}
}

// three puts a customer and two agents in a room.
func three(s *session) (c Caller, a, b Callee, legs []engine.LegID, room engine.RoomID) {
	s.Helper()
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	b, bob := s.agent(BobHz)
	return c, a, b, []engine.LegID{customer, alice, bob}, s.room(customer, alice, bob)
}

func roomThree(s *session) {
	c, a, b, _, _ := three(s)
	s.hears("the customer", c, AliceHz, BobHz)
	s.hears("alice", a, CustomerHz, BobHz)
	s.hears("bob", b, CustomerHz, AliceHz)
}

// Covers: CALL-3. Those who are joined at the same moment all come in once, and none of them
// leaves on the way: he would miss what is said.
func roomAtOnce(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	b, bob := s.agent(BobHz)
	o, other := s.agent(OtherHz)
	room := s.room()
	legs := []engine.LegID{customer, alice, bob, other}
	joined := make(chan error, len(legs))
	for _, leg := range legs {
		go func() { joined <- s.eng.Join(s.Context(), room, leg) }()
	}
	for range legs {
		s.ok("Join", <-joined)
	}
	s.hears("the customer", c, AliceHz, BobHz, OtherHz)
	s.hears("alice", a, CustomerHz, BobHz, OtherHz)
	s.hears("bob", b, CustomerHz, AliceHz, OtherHz)
	s.hears("the other", o, CustomerHz, AliceHz, BobHz)
	for _, leg := range legs {
		in := count(s, func(ev engine.LegJoined) bool { return ev.Leg == leg })
		if out := count(s, func(ev engine.LegParted) bool { return ev.Leg == leg }); in != 1 || out != 0 {
			s.Errorf("leg %s came in %d times and left %d times; events:%s", leg, in, out, s.log)
		}
	}
}

// A leg that is taken out is parked in silence; the others go on.
func roomPart(s *session) {
	c, a, b, legs, room := three(s)
	s.ok("Part", s.eng.Part(s.Context(), room, legs[2]))
	await(s, "LegParted", func(ev engine.LegParted) bool { return ev.Room == room && ev.Leg == legs[2] })
	s.hears("bob", b)
	s.hears("the customer", c, AliceHz)
	s.hears("alice", a, CustomerHz)
	s.join(room, legs[2])
	s.hears("bob", b, CustomerHz, AliceHz)
}

func roomJoinTwice(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	room := s.room(customer, alice)
	s.hears("alice", a, CustomerHz)
	s.ok("Join", s.eng.Join(s.Context(), room, alice))
	s.hears("alice", a, CustomerHz)
	s.hears("the customer", c, AliceHz)
	if n := count(s, func(ev engine.LegJoined) bool { return ev.Leg == alice }); n != 1 {
		s.Errorf("LegJoined came %d times", n)
	}
}

func roomDestroy(s *session) {
	c, a, _, legs, room := three(s)
	s.hears("the customer", c, AliceHz, BobHz)
	s.ok("DestroyRoom", s.eng.DestroyRoom(s.Context(), room))
	for _, leg := range legs {
		await(s, "LegParted", func(ev engine.LegParted) bool { return ev.Leg == leg })
	}
	s.hears("the customer", c)
	s.hears("alice", a)
	s.fails("Join", s.eng.Join(s.Context(), room, legs[0]), engine.KindGone)
	s.room(legs...)
	s.hears("the customer", c, AliceHz, BobHz)
}

// Only answered legs can join.
func roomUnanswered(s *session) {
	p, id := s.phone()
	leg := s.dial(p, id)
	room := s.room()
	s.fails("Join", s.eng.Join(s.Context(), room, leg), engine.KindBusy)
	p.Answer()
	s.answered(leg)
	s.join(room, leg)
}

// A leg that was answered may join at once, before it is told of.
func roomAnswer(s *session) {
	a, alice := s.agent(AliceHz)
	room := s.room(alice)
	c, arrived := s.arrive()
	s.ok("Answer", s.eng.Answer(s.Context(), arrived.Leg))
	s.ok("Join", s.eng.Join(s.Context(), room, arrived.Leg))
	s.until("the caller sees the answer", patience, func() bool { return c.Final() == 200 })
	c.Say(CustomerHz)
	s.hears("the customer", c, AliceHz)
	s.hears("alice", a, CustomerHz)
}

func roomHangup(s *session) {
	c, a, b, legs, _ := three(s)
	a.Hangup()
	s.ended(legs[1], engine.CauseNormal)
	s.hears("the customer", c, BobHz)
	s.hears("bob", b, CustomerHz)
}

// Two calls at once do not mix.
func roomApart(s *session) {
	c1, customer1 := s.customer()
	a, alice := s.agent(AliceHz)
	c2, customer2 := s.customer()
	b, bob := s.agent(BobHz)
	s.room(customer1, alice)
	s.room(customer2, bob)
	c2.Say(OtherHz)
	s.hears("customer 1", c1, AliceHz)
	s.hears("alice", a, CustomerHz)
	s.hears("customer 2", c2, BobHz)
	s.hears("bob", b, OtherHz)
}

// Covers: HOLD-1. The held party hears music and nobody hears him; the others
// go on.
func hold(s *session) {
	c, a, b, legs, room := three(s)
	s.hears("the customer", c, AliceHz, BobHz)
	s.ok("Hold", s.eng.Hold(s.Context(), room, legs[0]))
	s.hears("the customer", c, s.rig.MusicHz())
	s.hears("alice", a, BobHz)
	s.hears("bob", b, AliceHz)
	s.ok("Unhold", s.eng.Unhold(s.Context(), room, legs[0]))
	s.hears("the customer", c, AliceHz, BobHz)
	s.hears("alice", a, CustomerHz, BobHz)
}

// A second hold and a second unhold change nothing.
func holdTwice(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	room := s.room(customer, alice)
	for range 2 {
		s.ok("Hold", s.eng.Hold(s.Context(), room, customer))
		s.hears("the customer", c, s.rig.MusicHz())
		s.hears("alice", a)
	}
	for range 2 {
		s.ok("Unhold", s.eng.Unhold(s.Context(), room, customer))
		s.hears("the customer", c, AliceHz)
		s.hears("alice", a, CustomerHz)
	}
}

func holdHangup(s *session) {
	c, customer := s.customer()
	_, alice := s.agent(AliceHz)
	room := s.room(customer, alice)
	s.ok("Hold", s.eng.Hold(s.Context(), room, customer))
	s.hears("the customer", c, s.rig.MusicHz())
	c.Hangup()
	s.ended(customer, engine.CauseNormal)
	s.fails("Unhold", s.eng.Unhold(s.Context(), room, customer), engine.KindGone)
}

// A muted party is still muted after a hold.
func holdMuted(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	room := s.room(customer, alice)
	s.ok("Mute", s.eng.Mute(s.Context(), customer, true))
	s.hears("alice", a)
	s.ok("Hold", s.eng.Hold(s.Context(), room, customer))
	s.hears("the customer", c, s.rig.MusicHz())
	s.ok("Unhold", s.eng.Unhold(s.Context(), room, customer))
	s.hears("the customer", c, AliceHz)
	s.hears("alice", a)
	s.ok("Mute", s.eng.Mute(s.Context(), customer, false))
	s.hears("alice", a, CustomerHz)
}

// Covers: IN-6. A parked caller can be given music, which ends when it joins.
func waitingMusic(s *session) {
	c, customer := s.customer()
	s.ok("Music", s.eng.Music(s.Context(), customer, true))
	s.hears("the customer", c, s.rig.MusicHz())
	s.ok("Music", s.eng.Music(s.Context(), customer, false))
	s.hears("the customer", c)
	s.ok("Music", s.eng.Music(s.Context(), customer, true))
	s.hears("the customer", c, s.rig.MusicHz())
	_, alice := s.agent(AliceHz)
	s.room(customer, alice)
	s.hears("the customer", c, AliceHz)
}

// musicTime is in which a rig's short music comes round twice at least, and
// musicHole is how long a hole in it may be.
const (
	musicTime = 6 * time.Second
	musicHole = 100 * time.Millisecond
)

// Covers: HOLD-1, IN-6. The music has no hole where it begins anew, for the one on
// hold and for the one who waits.
func musicRounds(s *session) {
	held, customer := s.customer()
	_, alice := s.agent(AliceHz)
	room := s.room(customer, alice)
	waits, other := s.customer()
	s.ok("Hold", s.eng.Hold(s.Context(), room, customer))
	s.ok("Music", s.eng.Music(s.Context(), other, true))
	s.hears("the one on hold", held, s.rig.MusicHz())
	s.hears("the one who waits", waits, s.rig.MusicHz())
	from := time.Now()
	time.Sleep(musicTime) // what is judged is a stretch of this length
	for who, p := range map[string]Party{"the one on hold": held, "the one who waits": waits} {
		pcm := p.Heard(from, from.Add(musicTime-lag))
		end := time.Duration(0)
		length := time.Duration(len(pcm)) * time.Second / Rate
		for _, span := range append(tone.Spans(pcm, Rate, s.rig.MusicHz()), tone.Span{From: length, To: length}) {
			if hole := span.From - end; hole >= musicHole {
				s.Errorf("%s hears no music for %v, %v after he did", who, hole, end)
			}
			end = span.To
		}
	}
}

// Covers: CALL-4. A muted party reaches nobody and hears the others.
func muteRoom(s *session) {
	c, a, b, legs, _ := three(s)
	s.ok("Mute", s.eng.Mute(s.Context(), legs[1], true))
	s.hears("the customer", c, BobHz)
	s.hears("bob", b, CustomerHz)
	s.hears("alice", a, CustomerHz, BobHz)
	s.ok("Mute", s.eng.Mute(s.Context(), legs[1], false))
	s.hears("the customer", c, AliceHz, BobHz)
}

// Covers: CALL-4 (join muted).
func muteBeforeJoin(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	s.ok("Mute", s.eng.Mute(s.Context(), alice, true))
	s.room(customer, alice)
	s.hears("alice", a, CustomerHz)
	s.hears("the customer", c)
	s.ok("Mute", s.eng.Mute(s.Context(), alice, false))
	s.hears("the customer", c, AliceHz)
}
