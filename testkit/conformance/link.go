package conformance

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
)

var linkCases = []testCase{
	{"restart", restart},
	{"restart-recording", restartRecording},
	{"restart-play", restartPlay},
	{"restart-early", restartEarly},
	{"restart-no-offer", restartNoOffer},
	{"cut-early", cutEarly},
	{"cut", func(s *session) { linkLost(s, Reset) }},
	{"half-open", func(s *session) { linkLost(s, Stall) }},
	{"empty", emptySnapshot},
}

// relink is how long a link may take to come back once it can.
const relink = 10 * time.Second

// relinked waits for the next LinkUp and keeps its snapshot.
func (s *session) relinked(after int) {
	s.Helper()
	e, ok := s.log.AwaitAfter(after, time.Now().Add(relink), func(ev engine.Event) bool { _, ok := ev.(engine.LinkUp); return ok })
	if !ok {
		s.Fatalf("no LinkUp within %v; events:%s", relink, s.log)
	}
	s.up = e.Event.(engine.LinkUp)
	s.ok("PutTrunk", s.eng.PutTrunk(s.Context(), s.trunk))
}

// world is a call in progress with everything that a snapshot can hold.
type world struct {
	c       Caller
	a, held Callee
	legs    map[engine.LegID]engine.LegState
	room    engine.RoomID
	leaver  Caller       // hangs up while nobody listens
	gone    engine.LegID // its leg
	ringing Callee
}

// build makes a customer and an agent in a room, another agent on hold there,
// a caller not answered yet, a phone that rings, and a caller who will leave.
func build(s *session) world {
	s.Helper()
	var w world
	var customer, alice, bob engine.LegID
	w.c, customer = s.customer()
	w.a, alice = s.agent(AliceHz)
	w.held, bob = s.agent(BobHz)
	w.room = s.room(customer, alice, bob)
	s.ok("Hold", s.eng.Hold(s.Context(), w.room, bob))
	_, waiting := s.arrive()
	p, id := s.phone()
	w.ringing = p
	rings := s.dial(p, id)
	w.leaver, w.gone = s.customer()
	w.legs = map[engine.LegID]engine.LegState{
		customer:    {Answered: true, Inbound: true, Room: w.room},
		alice:       {Answered: true, Room: w.room},
		bob:         {Answered: true},
		waiting.Leg: {Inbound: true},
		rings:       {},
	}
	s.hears("the customer", w.c, AliceHz)
	for leg, state := range w.legs {
		if state.Inbound {
			state.Arrived = await(s, "LegArrived", func(ev engine.LegArrived) bool { return ev.Leg == leg })
			w.legs[leg] = state
		}
	}
	return w
}

// compare judges a snapshot against what was built.
func (w world) compare(s *session, snap engine.Snapshot) {
	s.Helper()
	if _, there := snap.Legs[w.gone]; there {
		s.Error("a leg that ended in the gap is in the snapshot")
	}
	if len(snap.Legs) != len(w.legs) {
		s.Errorf("%d legs in the snapshot, want %d: %v", len(snap.Legs), len(w.legs), snap.Legs)
	}
	for leg, want := range w.legs {
		got, there := snap.Legs[leg]
		if !there {
			s.Errorf("leg %s is not in the snapshot", leg)
			continue
		}
		if d := got.Arrived.At.Sub(want.Arrived.At).Abs(); d > 500*time.Millisecond {
			s.Errorf("leg %s arrived %v off", leg, d)
		}
		got.Arrived.At = want.Arrived.At
		if got != want {
			s.Errorf("leg %s is %+v, want %+v", leg, got, want)
		}
	}
	if len(snap.Rooms) != 1 {
		s.Errorf("rooms %v, want one", snap.Rooms)
	}
	var inRoom []engine.LegID
	for leg, state := range w.legs {
		if state.Room == w.room {
			inRoom = append(inRoom, leg)
		}
	}
	got := slices.Sorted(slices.Values(snap.Rooms[w.room]))
	if slices.Sort(inRoom); !slices.Equal(got, inRoom) {
		s.Errorf("in the room %v, want %v", got, inRoom)
	}
}

// goesOn shows that calls can be controlled after a gap.
func (w world) goesOn(s *session) {
	s.Helper()
	s.hears("the customer", w.c, AliceHz)
	for leg, state := range w.legs {
		switch {
		case state.Inbound && state.Answered:
			s.ok("Hold", s.eng.Hold(s.Context(), w.room, leg))
			s.hears("the customer", w.c, s.rig.MusicHz())
			s.ok("Unhold", s.eng.Unhold(s.Context(), w.room, leg))
			s.hears("the customer", w.c, AliceHz)
		case state.Inbound:
			s.ok("Answer", s.eng.Answer(s.Context(), leg))
			s.answered(leg)
		case !state.Answered:
			w.ringing.Answer()
			s.answered(leg)
		case state.Room == "":
			s.ok("Unhold", s.eng.Unhold(s.Context(), w.room, leg))
			s.hears("bob", w.held, CustomerHz, AliceHz)
			s.ok("Hold", s.eng.Hold(s.Context(), w.room, leg))
			s.hears("bob", w.held, s.rig.MusicHz())
		}
	}
	w.a.Hangup()
	for leg, state := range w.legs {
		if !state.Inbound && state.Room == w.room {
			s.ended(leg, engine.CauseNormal)
		}
	}
}

// Covers: SYS-3. A controller that is started again finds its calls, and they
// went on meanwhile.
func restart(s *session) {
	w := build(s)
	s.stop()
	w.leaver.Hangup()
	s.hears("the customer", w.c, AliceHz)
	s.start()
	s.ok("PutTrunk", s.eng.PutTrunk(s.Context(), s.trunk))
	w.compare(s, s.up.Snapshot)
	w.goesOn(s)
}

// Covers: SYS-3, END-6. A recording goes on while the controller is away.
func restartRecording(s *session) {
	c, customer := s.customer()
	t := s.record(customer)
	s.stop()
	s.hears("the customer", c)
	s.start()
	if !s.up.Snapshot.Recordings[t.id] || len(s.up.Snapshot.Recordings) != 1 {
		s.Errorf("recordings in the snapshot: %v, want %s", s.up.Snapshot.Recordings, t.id)
	}
	s.pass(500 * time.Millisecond)
	t.stop()
	t.holds(said{CustomerHz, t.start, t.end})
}

// Rule 5: the link is lost, nothing is said, then a snapshot comes; the calls
// went on.
func linkLost(s *session, how Cut) {
	w := build(s)
	s.rig.CutLink(s, how)
	cut := time.Now()
	e, ok := s.log.Await(cut.Add(engine.HalfOpenLimit+time.Second), func(ev engine.Event) bool { _, ok := ev.(engine.LinkDown); return ok })
	if !ok {
		s.Fatalf("no LinkDown within %v; events:%s", engine.HalfOpenLimit, s.log)
	}
	if how == Reset && e.At.Sub(cut) > 2*time.Second {
		s.Errorf("LinkDown %v after the link was reset", e.At.Sub(cut))
	}
	start := time.Now()
	s.fails("CreateRoom", s.eng.CreateRoom(s.Context(), engine.RoomID(uuid.NewString())), engine.KindUnreachable, engine.KindTimeout)
	if d := time.Since(start); d > engine.CommandTimeout+300*time.Millisecond {
		s.Errorf("a command without a link took %v", d)
	}
	w.leaver.Hangup()
	s.hears("the customer", w.c, AliceHz)
	s.hears("alice", w.a, CustomerHz)
	before := s.log.Len()
	s.rig.RestoreLink(s)
	s.relinked(before)
	w.compare(s, s.up.Snapshot)
	w.goesOn(s)
}

// With nothing going on the snapshot is empty: nothing is left of old calls.
func emptySnapshot(s *session) {
	c, customer := s.customer()
	_, alice := s.agent(AliceHz)
	room := s.room(customer, alice)
	t := s.record(customer)
	s.pass(200 * time.Millisecond) // FreeSWITCH leaves no file of a recording that ends with its first packet
	c.Hangup()
	s.ended(customer, engine.CauseNormal)
	s.hangup(alice, engine.CauseNormal)
	s.ended(alice, engine.CauseNormal)
	t.read()
	s.ok("DestroyRoom", s.eng.DestroyRoom(s.Context(), room))
	s.stop()
	s.start()
	snap := s.up.Snapshot
	if len(snap.Legs) != 0 || len(snap.Rooms) != 0 || len(snap.Recordings) != 0 {
		s.Errorf("left in the snapshot: %+v", snap)
	}
}
