package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
	"ringdesk/testkit/tone"
)

const (
	// patience is how long anything may take that should happen at once.
	patience = 15 * time.Second
	// window is the stretch of sound that a judgement of who hears whom rests on.
	window = 200 * time.Millisecond
	// lag is how old sound must be to be judged: packets are under way.
	lag = 60 * time.Millisecond
	// number is the business number that callers dial.
	number = "07076660001"
)

// session is one case under way: a rig, an adapter that runs, and its events.
type session struct {
	testing.TB
	rig     Rig
	eng     engine.Engine
	log     *Log
	trunk   engine.Trunk
	up      engine.LinkUp // the last one
	cancel  context.CancelFunc
	stopped chan error
	callers int
	legs    []engine.LegID // dialled
	rooms   []engine.RoomID
}

func newSession(t testing.TB, rig Rig) *session {
	s := &session{TB: t, rig: rig, log: NewLog(), trunk: rig.Carrier()}
	s.start()
	s.ok("PutTrunk", s.eng.PutTrunk(t.Context(), s.trunk))
	return s
}

// start runs a new adapter and waits for its link.
func (s *session) start() {
	s.Helper()
	s.eng = s.rig.Engine(s)
	ctx, cancel := context.WithCancel(s.Context())
	s.cancel, s.stopped = cancel, make(chan error, 1)
	before := s.log.Len()
	eng, stopped := s.eng, s.stopped
	go func() { stopped <- eng.Run(ctx, s.log.Handle) }()
	s.up = awaitAfter(s, before, "LinkUp", func(engine.LinkUp) bool { return true })
}

// stop ends Run, as a controller that is stopped does.
func (s *session) stop() {
	s.Helper()
	if s.cancel == nil {
		return
	}
	s.cancel()
	s.cancel = nil
	select {
	case err := <-s.stopped:
		if err != nil {
			s.Errorf("Run returned %v when its context ended", err)
		}
	case <-time.After(patience):
		s.Fatal("Run did not return when its context ended")
	}
}

// finish ends what the case left, and judges the order of all events.
func (s *session) finish() {
	s.Helper()
	if s.cancel == nil {
		return
	}
	for _, leg := range s.open() {
		if err := s.eng.Hangup(context.WithoutCancel(s.Context()), leg, engine.CauseNormal); err != nil && engine.KindOf(err) != engine.KindGone {
			s.Errorf("Hangup %s: %v", leg, err)
		}
	}
	for _, leg := range s.open() {
		if _, ok := s.log.Await(time.Now().Add(patience), isEnd(leg)); !ok {
			s.Errorf("leg %s: no LegEnded (rule 3)", leg)
		}
	}
	for _, room := range s.rooms {
		if err := s.eng.DestroyRoom(s.Context(), room); err != nil && engine.KindOf(err) != engine.KindGone {
			s.Errorf("DestroyRoom: %v", err)
		}
	}
	s.stop()
	for _, f := range s.log.Faults() {
		s.Error(f)
	}
	if s.Failed() {
		s.Logf("events:%s", s.log)
	}
}

// open is the legs that are ours and have not ended. After a gap those that
// ended in it are known by the snapshot.
func (s *session) open() []engine.LegID {
	ended := map[engine.LegID]bool{}
	var all []engine.LegID
	for _, e := range s.log.Entries() {
		switch ev := e.Event.(type) {
		case engine.LinkUp:
			for _, leg := range all {
				if _, there := ev.Snapshot.Legs[leg]; !there {
					ended[leg] = true
				}
			}
		case engine.LegArrived:
			all = append(all, ev.Leg)
		case engine.LegRinging:
			all = append(all, ev.Leg)
		case engine.LegAnswered:
			all = append(all, ev.Leg)
		case engine.LegEnded:
			ended[ev.Leg] = true
		}
	}
	all = slices.DeleteFunc(append(all, s.legs...), func(l engine.LegID) bool { return ended[l] })
	slices.Sort(all)
	return slices.Compact(all)
}

func isEnd(leg engine.LegID) func(engine.Event) bool {
	return func(ev engine.Event) bool { e, ok := ev.(engine.LegEnded); return ok && e.Leg == leg }
}

// ok fails the case when a command failed.
func (s *session) ok(op string, err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("%s: %v\nevents:%s", op, err, s.log)
	}
}

// fails says that a command must fail with one of the kinds.
func (s *session) fails(op string, err error, want ...engine.Kind) {
	s.Helper()
	if kind := engine.KindOf(err); !slices.Contains(want, kind) {
		s.Errorf("%s: %v (kind %q), want kind %q", op, err, kind, want)
	}
}

// await waits for an event of a type.
func await[E engine.Event](s *session, what string, match func(E) bool) E {
	s.Helper()
	return awaitAfter(s, 0, what, match)
}

func awaitAfter[E engine.Event](s *session, skip int, what string, match func(E) bool) E {
	s.Helper()
	e, ok := s.log.AwaitAfter(skip, time.Now().Add(patience), func(ev engine.Event) bool {
		typed, ok := ev.(E)
		return ok && match(typed)
	})
	if !ok {
		s.Fatalf("%s did not come within %v; events:%s", what, patience, s.log)
	}
	return e.Event.(E)
}

// count is how many events of a type there were.
func count[E engine.Event](s *session, match func(E) bool) int {
	n := 0
	for _, e := range s.log.Entries() {
		if ev, ok := e.Event.(E); ok && match(ev) {
			n++
		}
	}
	return n
}

// until polls a condition at the far sides.
func (s *session) until(what string, within time.Duration, done func() bool) {
	s.Helper()
	for deadline := time.Now().Add(within); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.Fatalf("%s: not within %v; events:%s", what, within, s.log)
		}
	}
}

// quiet lets time pass in which nothing of a kind may happen.
func (s *session) quiet(what string, d time.Duration, bad func(engine.Event) bool) {
	s.Helper()
	if e, ok := s.log.Await(time.Now().Add(d), bad); ok {
		s.Errorf("%s: %#v; events:%s", what, e.Event, s.log)
	}
}

// tones are all that can be told apart in a rig.
func (s *session) tones() []int {
	return []int{CustomerHz, AliceHz, BobHz, OtherHz, s.rig.MusicHz(), s.rig.Sound().Hz, s.rig.File().Hz}
}

// hears waits until a party hears exactly the tones, in sound that reached it
// after now.
func (s *session) hears(who string, p Party, want ...int) {
	s.Helper()
	slices.Sort(want)
	since := time.Now()
	var got []int
	for deadline := since.Add(patience); ; time.Sleep(10 * time.Millisecond) {
		to := time.Now().Add(-lag)
		if from := to.Add(-window); !from.Before(since) {
			got = tone.Which(p.Heard(from, to), Rate, s.tones()...)
			slices.Sort(got)
			if slices.Equal(got, want) {
				return
			}
		}
		if time.Now().After(deadline) {
			s.Errorf("%s hears %v, want %v; events:%s", who, got, want, s.log)
			return
		}
	}
}

// arrive makes a customer call and gives the unanswered leg.
func (s *session) arrive() (Caller, engine.LegArrived) {
	s.Helper()
	return s.arriveBy(engine.DTMFRFC4733)
}

// arriveBy is arrive with a phone that sends and takes keys in some way.
func (s *session) arriveBy(keys engine.DTMFMode) (Caller, engine.LegArrived) {
	s.Helper()
	s.callers++
	from := fmt.Sprintf("010%08d", s.callers)
	c := s.rig.Caller(s, from, "")
	c.KeysBy(keys)
	c.Call(s, number)
	return c, await(s, "LegArrived", func(ev engine.LegArrived) bool { return ev.From == from })
}

// arriveWith is arrive with a phone that offers these codecs alone.
func (s *session) arriveWith(codecs ...string) (Caller, engine.LegArrived) {
	s.Helper()
	s.callers++
	from := fmt.Sprintf("010%08d", s.callers)
	c := s.rig.Caller(s, from, "")
	c.Codecs(codecs...)
	c.Call(s, number)
	return c, await(s, "LegArrived", func(ev engine.LegArrived) bool { return ev.From == from })
}

// customer is a caller who is answered and says CustomerHz.
func (s *session) customer() (Caller, engine.LegID) {
	s.Helper()
	return s.customerBy(engine.DTMFRFC4733)
}

// customerBy is customer with a phone that sends and takes keys in some way.
func (s *session) customerBy(keys engine.DTMFMode) (Caller, engine.LegID) {
	s.Helper()
	c, arrived := s.arriveBy(keys)
	s.ok("Answer", s.eng.Answer(s.Context(), arrived.Leg))
	s.answered(arrived.Leg)
	s.until("the caller sees the answer", patience, func() bool { return c.Final() == 200 })
	c.Say(CustomerHz)
	return c, arrived.Leg
}

// phone is an agent's phone that can be dialled, and its id.
func (s *session) phone() (Callee, string) {
	s.Helper()
	id := "p" + strings.ReplaceAll(uuid.NewString(), "-", "")[:12]
	p := s.rig.Phone(s, id)
	s.ok("PutPhone", s.eng.PutPhone(s.Context(), engine.Phone{ID: id, Password: uuid.NewString(), Contact: p.Contact()}))
	return p, id
}

// dial dials a phone and waits until it rings.
func (s *session) dial(p Callee, id string) engine.LegID {
	s.Helper()
	req := s.request(id)
	s.ok("Dial", s.eng.Dial(s.Context(), req))
	await(s, "LegRinging", func(ev engine.LegRinging) bool { return ev.Leg == req.Leg })
	if p.Invited().At.IsZero() {
		s.Fatal("LegRinging, but no INVITE reached the phone")
	}
	return req.Leg
}

// request is a plain dialling of a phone.
func (s *session) request(id string) engine.DialRequest {
	leg := engine.LegID(uuid.NewString())
	s.legs = append(s.legs, leg)
	return engine.DialRequest{Leg: leg, Phone: id, CallerID: "01012345678", Call: uuid.NewString(), Timeout: 20 * time.Second}
}

// agent is a phone that was dialled, answered, and says a tone.
func (s *session) agent(hz int) (Callee, engine.LegID) {
	s.Helper()
	p, id := s.phone()
	leg := s.dial(p, id)
	p.Answer()
	s.answered(leg)
	p.Say(hz)
	return p, leg
}

func (s *session) answered(leg engine.LegID) {
	s.Helper()
	await(s, "LegAnswered", func(ev engine.LegAnswered) bool { return ev.Leg == leg })
}

// ended waits for a leg's end and judges its cause.
func (s *session) ended(leg engine.LegID, want ...engine.Cause) engine.LegEnded {
	s.Helper()
	ev := await(s, "LegEnded", func(ev engine.LegEnded) bool { return ev.Leg == leg })
	if !slices.Contains(want, ev.Cause) {
		s.Errorf("leg %s ended for cause %d, want %d", leg, ev.Cause, want)
	}
	return ev
}

// room makes a room and joins legs to it.
func (s *session) room(legs ...engine.LegID) engine.RoomID {
	s.Helper()
	room := engine.RoomID(uuid.NewString())
	s.rooms = append(s.rooms, room)
	s.ok("CreateRoom", s.eng.CreateRoom(s.Context(), room))
	s.ok("CreateRoom again", s.eng.CreateRoom(s.Context(), room))
	for _, leg := range legs {
		s.join(room, leg)
	}
	return room
}

func (s *session) join(room engine.RoomID, leg engine.LegID) {
	s.Helper()
	before := s.log.Len()
	s.ok("Join", s.eng.Join(s.Context(), room, leg))
	awaitAfter(s, before, "LegJoined", func(ev engine.LegJoined) bool { return ev.Room == room && ev.Leg == leg })
}

func (s *session) hangup(leg engine.LegID, cause engine.Cause) {
	s.Helper()
	s.ok("Hangup", s.eng.Hangup(s.Context(), leg, cause))
}
