package conformance

import (
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
)

var monitorCases = []testCase{
	{"listen", monitorListen},
	{"whisper", monitorWhisper},
	{"barge", monitorBarge},
	{"changes", monitorChanges},
	{"target-moves", monitorTargetMoves},
	{"target-ends", monitorTargetEnds},
	{"sender-pauses", monitorSenderPauses},
	{"target-alone", monitorTargetAlone},
	{"supervisor-ends", monitorSupervisorEnds},
	{"part", monitorPart},
	{"two", monitorTwo},
	{"link", monitorLink},
	{"restart", monitorRestart},
	{"refused", monitorRefused},
}

// listening is a customer and an agent who talk, and a supervisor apart.
type listening struct {
	c                           Caller
	a, b                        Callee // agent and supervisor
	customer, agent, supervisor engine.LegID
	room                        engine.RoomID
}

func listen(s *session) listening {
	s.Helper()
	var l listening
	l.c, l.customer = s.customer()
	l.a, l.agent = s.agent(AliceHz)
	l.b, l.supervisor = s.agent(BobHz)
	l.room = s.room(l.customer, l.agent)
	s.hears("the customer", l.c, AliceHz)
	return l
}

func (l listening) monitor(s *session, whisper bool) {
	s.Helper()
	s.ok("Monitor", s.eng.Monitor(s.Context(), engine.MonitorRequest{Leg: l.supervisor, Target: l.agent, Whisper: whisper}))
}

// heard judges what everybody hears while the supervisor listens.
func (l listening) heard(s *session, whisper bool) {
	s.Helper()
	s.hears("the supervisor", l.b, AliceHz, CustomerHz)
	s.hears("the customer", l.c, AliceHz)
	if whisper {
		s.hears("the agent", l.a, CustomerHz, BobHz)
	} else {
		s.hears("the agent", l.a, CustomerHz)
	}
}

// Covers: CALL-7. Listening: the supervisor hears both, and nobody hears the
// supervisor, nor does any track.
func monitorListen(s *session) {
	l := listen(s)
	ct, at := s.record(l.customer), s.record(l.agent)
	l.monitor(s, false)
	l.heard(s, false)
	s.pass(300 * time.Millisecond)
	ct.stop()
	at.stop()
	ct.holds(said{CustomerHz, ct.start, ct.end})
	at.holds(said{AliceHz, at.start, at.end})
	if n := count(s, func(ev engine.LegJoined) bool { return ev.Leg == l.supervisor || ev.Room != l.room }); n != 0 {
		s.Error("LegJoined tells of the monitoring")
	}
}

// Covers: CALL-7. Whispering: only the agent hears the supervisor, whose words
// are in no track but the supervisor's own.
func monitorWhisper(s *session) {
	l := listen(s)
	ct, at, st := s.record(l.customer), s.record(l.agent), s.record(l.supervisor)
	l.monitor(s, true)
	l.heard(s, true)
	s.pass(300 * time.Millisecond)
	for _, t := range []*take{ct, at, st} {
		t.stop()
	}
	ct.holds(said{CustomerHz, ct.start, ct.end})
	at.holds(said{AliceHz, at.start, at.end})
	st.holds(said{BobHz, st.start, st.end})
}

// Covers: CALL-7. Barging in is joining the room, which ends the monitoring.
func monitorBarge(s *session) {
	l := listen(s)
	l.monitor(s, true)
	l.heard(s, true)
	s.join(l.room, l.supervisor)
	s.hears("the customer", l.c, AliceHz, BobHz)
	s.hears("the agent", l.a, CustomerHz, BobHz)
	s.hears("the supervisor", l.b, CustomerHz, AliceHz)
	l.monitor(s, false)
	await(s, "LegParted", func(ev engine.LegParted) bool { return ev.Room == l.room && ev.Leg == l.supervisor })
	l.heard(s, false)
}

// The way and the target can change.
func monitorChanges(s *session) {
	l := listen(s)
	for _, whisper := range []bool{false, true, true, false, true} {
		l.monitor(s, whisper)
		l.heard(s, whisper)
	}
	c2, customer2 := s.customer()
	c2.Say(OtherHz)
	s.ok("Monitor", s.eng.Monitor(s.Context(), engine.MonitorRequest{Leg: l.supervisor, Target: customer2}))
	s.hears("the supervisor", l.b, OtherHz)
	s.hears("the agent", l.a, CustomerHz)
	s.hears("the second customer", c2)
}

// The monitoring follows its target out of a room, into hold and elsewhere.
func monitorTargetMoves(s *session) {
	l := listen(s)
	l.monitor(s, true)
	l.heard(s, true)
	s.ok("Hold", s.eng.Hold(s.Context(), l.room, l.customer))
	s.hears("the customer", l.c, s.rig.MusicHz())
	s.hears("the supervisor", l.b, AliceHz)
	s.ok("Unhold", s.eng.Unhold(s.Context(), l.room, l.customer))
	l.heard(s, true)
	s.ok("Part", s.eng.Part(s.Context(), l.room, l.agent))
	s.hears("the customer", l.c)
	s.hears("the supervisor", l.b, AliceHz)
	s.join(l.room, l.agent)
	l.heard(s, true)
}

// A supervisor whose target ends is parked in silence and can be used again.
func monitorTargetEnds(s *session) {
	l := listen(s)
	l.monitor(s, true)
	l.heard(s, true)
	l.a.Hangup()
	s.ended(l.agent, engine.CauseNormal)
	s.hears("the supervisor", l.b)
	s.join(l.room, l.supervisor)
	s.hears("the supervisor", l.b, CustomerHz)
	s.hears("the customer", l.c, BobHz)
}

// A customer whose phone sends nothing for a while is heard again.
func monitorSenderPauses(s *session) {
	l := listen(s)
	l.monitor(s, false)
	l.heard(s, false)
	l.c.Pause(true)
	s.pass(2 * time.Second)
	s.hears("the supervisor", l.b, AliceHz)
	l.c.Pause(false)
	l.heard(s, false)
}

// The monitoring goes on when the target is alone for a while.
func monitorTargetAlone(s *session) {
	l := listen(s)
	d, second := s.agent(OtherHz)
	l.monitor(s, false)
	l.heard(s, false)
	l.c.Hangup()
	s.ended(l.customer, engine.CauseNormal)
	s.pass(2 * time.Second)
	s.hears("the supervisor", l.b, AliceHz)
	s.join(l.room, second)
	s.hears("the second agent", d, AliceHz)
	s.hears("the agent", l.a, OtherHz)
	s.hears("the supervisor", l.b, AliceHz, OtherHz)
}

func monitorSupervisorEnds(s *session) {
	l := listen(s)
	l.monitor(s, true)
	l.heard(s, true)
	l.b.Hangup()
	s.ended(l.supervisor, engine.CauseNormal)
	s.hears("the agent", l.a, CustomerHz)
	s.hears("the customer", l.c, AliceHz)
	s.ok("DestroyRoom", s.eng.DestroyRoom(s.Context(), l.room))
	s.stop()
	s.start()
	if snap := s.up.Snapshot; len(snap.Rooms) != 0 || len(snap.Legs) != 2 {
		s.Errorf("left in the snapshot: %+v", snap)
	}
}

// Part parks the supervisor, who can hear music then.
func monitorPart(s *session) {
	l := listen(s)
	l.monitor(s, true)
	l.heard(s, true)
	s.fails("Music", s.eng.Music(s.Context(), l.supervisor, true), engine.KindBusy)
	s.fails("Hold", s.eng.Hold(s.Context(), l.room, l.supervisor), engine.KindBusy)
	l.heard(s, true)
	s.ok("Part", s.eng.Part(s.Context(), l.room, l.supervisor))
	s.hears("the supervisor", l.b)
	s.hears("the agent", l.a, CustomerHz)
	s.ok("Music", s.eng.Music(s.Context(), l.supervisor, true))
	s.hears("the supervisor", l.b, s.rig.MusicHz())
	l.monitor(s, false)
	l.heard(s, false)
}

// Two supervisors do not hear each other.
func monitorTwo(s *session) {
	l := listen(s)
	d, second := s.agent(OtherHz)
	l.monitor(s, true)
	s.ok("Monitor", s.eng.Monitor(s.Context(), engine.MonitorRequest{Leg: second, Target: l.agent}))
	l.heard(s, true)
	s.hears("the second supervisor", d, AliceHz, CustomerHz)
	s.ok("Part", s.eng.Part(s.Context(), l.room, l.supervisor))
	s.hears("the agent", l.a, CustomerHz)
	s.hears("the second supervisor", d, AliceHz, CustomerHz)
}

// parked judges a supervisor in a snapshot, which tells of no monitoring.
func (l listening) parked(s *session) {
	s.Helper()
	snap := s.up.Snapshot
	if state, there := snap.Legs[l.supervisor]; !there || state.Room != "" || len(snap.Rooms) != 1 || len(snap.Rooms[l.room]) != 2 {
		s.Errorf("snapshot %+v, want the supervisor parked and one room of two", snap)
	}
}

// Covers: SYS-3. A monitoring goes on while the link is down, and can be asked
// for again afterwards.
func monitorLink(s *session) {
	l := listen(s)
	l.monitor(s, true)
	l.heard(s, true)
	s.rig.CutLink(s, Reset)
	await(s, "LinkDown", func(engine.LinkDown) bool { return true })
	l.heard(s, true)
	before := s.log.Len()
	s.rig.RestoreLink(s)
	s.relinked(before)
	l.parked(s)
	l.monitor(s, false)
	l.heard(s, false)
	s.ok("Part", s.eng.Part(s.Context(), l.room, l.supervisor))
	s.hears("the supervisor", l.b)
}

// What a monitoring leaves when its target ends without a controller is
// removed, and it can be ended by a controller that was started again.
func monitorRestart(s *session) {
	l := listen(s)
	d, second := s.agent(OtherHz)
	l.monitor(s, true)
	s.ok("Monitor", s.eng.Monitor(s.Context(), engine.MonitorRequest{Leg: second, Target: l.customer}))
	l.heard(s, true)
	s.stop()
	l.c.Hangup()
	s.hears("the second supervisor", d)
	s.start()
	s.hears("the supervisor", l.b, AliceHz)
	s.join(l.room, second)
	s.hears("the second supervisor", d, AliceHz)
	s.hears("the supervisor", l.b, AliceHz, OtherHz)
	s.join(l.room, l.supervisor)
	s.hears("the agent", l.a, BobHz, OtherHz)
	s.hears("the supervisor", l.b, AliceHz, OtherHz)
}

func monitorRefused(s *session) {
	_, leg := s.agent(AliceHz)
	p, id := s.phone()
	rings := s.dial(p, id)
	unknown := engine.LegID(uuid.NewString())
	for _, c := range []struct {
		leg, target engine.LegID
		want        engine.Kind
	}{
		{leg, leg, engine.KindRefused}, {leg, unknown, engine.KindGone}, {unknown, leg, engine.KindGone},
		{leg, rings, engine.KindBusy}, {rings, leg, engine.KindBusy},
	} {
		err := s.eng.Monitor(s.Context(), engine.MonitorRequest{Leg: c.leg, Target: c.target})
		s.fails("Monitor", err, c.want)
	}
}
