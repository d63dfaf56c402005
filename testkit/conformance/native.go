package conformance

import (
	"ringdesk/controller/engine"
)

// What a rig's own dialplan has (DP-3).
const (
	NativeSays   = "conformance-says" // for calls that are handed over: answers, plays Rig.Sound and hangs up
	NativeNumber = "07076660098"      // for calls from trunks: answers, and hands the call to NativeTo
	NativeTo     = number
)

var nativeCases = []testCase{
	{"hand-over", nativeHandOver},
	{"hand-over-answered", nativeHandOverAnswered},
	{"hand-over-unknown", nativeUnknown},
	{"hand-over-gone", nativeGone},
	{"hands-on", nativeHandsOn},
}

// handOver gives a leg to an extension of the installation's own.
func (s *session) handOver(leg engine.LegID, extension string) {
	s.Helper()
	s.ok("HandOver", s.eng.HandOver(s.Context(), engine.HandOverRequest{Leg: leg, Extension: extension, Call: "call-1"}))
	if end := s.ended(leg, engine.CauseNormal); !end.HandedOver {
		s.Errorf("%#v does not say that the leg was handed over", end)
	}
}

// A call that nobody has answered goes on in the own extension, which answers it. It
// is the controller's no longer: no event tells of it, and no snapshot.
func nativeHandOver(s *session) {
	c, arrived := s.arrive()
	s.handOver(arrived.Leg, NativeSays)
	s.until("the own extension answers", patience, func() bool { return c.Final() == 200 })
	s.hears("the caller", c, s.rig.Sound().Hz)
	s.stop()
	s.start()
	if _, there := s.up.Snapshot.Legs[arrived.Leg]; there {
		s.Error("the leg stands in the snapshot")
	}
	s.until("the own extension hangs up", patience, func() bool { return c.Ended().Method == "BYE" })
	s.fails("Hangup", s.eng.Hangup(s.Context(), arrived.Leg, engine.CauseNormal), engine.KindGone)
}

// Nothing of what the caller heard before is left: neither music nor a sound that
// has no end.
func nativeHandOverAnswered(s *session) {
	c, leg := s.customer()
	s.ok("Music", s.eng.Music(s.Context(), leg, true))
	s.hears("the caller", c, s.rig.MusicHz())
	s.ok("Play", s.eng.Play(s.Context(), engine.PlayRequest{ID: engine.PlaybackID(leg + "-p"), Leg: leg, Sounds: []string{s.rig.File().Name}, Loop: true}))
	s.hears("the caller", c, s.rig.File().Hz)
	s.handOver(leg, NativeSays)
	s.hears("the caller", c, s.rig.Sound().Hz)
	s.until("the own extension hangs up", patience, func() bool { return c.Ended().Method == "BYE" })
}

// An extension that is not there takes no call: the leg stays the controller's.
func nativeUnknown(s *session) {
	c, arrived := s.arrive()
	for _, name := range []string{"nobody", "", "a b", "x,1)"} {
		s.fails("HandOver to "+name, s.eng.HandOver(s.Context(), engine.HandOverRequest{Leg: arrived.Leg, Extension: name}), engine.KindRefused)
	}
	s.ok("Answer", s.eng.Answer(s.Context(), arrived.Leg))
	s.answered(arrived.Leg)
	c.Hangup()
	if end := s.ended(arrived.Leg, engine.CauseNormal); end.HandedOver {
		s.Error("a caller who hung up counts as handed over")
	}
}

func nativeGone(s *session) {
	c, leg := s.customer()
	c.Hangup()
	s.ended(leg, engine.CauseNormal)
	s.fails("HandOver", s.eng.HandOver(s.Context(), engine.HandOverRequest{Leg: leg, Extension: NativeSays}), engine.KindGone)
}

// An own extension answers a call and hands it to a business number. It arrives there
// unanswered, as far as the controller is concerned: also for one that is started
// again.
func nativeHandsOn(s *session) {
	c := s.rig.Caller(s, "01012345678", "")
	c.Call(s, NativeNumber)
	arrived := await(s, "LegArrived", func(engine.LegArrived) bool { return true })
	if arrived.To != number || arrived.From != "01012345678" {
		s.Errorf("arrived %#v, want a call from 01012345678 to %s", arrived, number)
	}
	s.until("the own extension answers", patience, func() bool { return c.Final() == 200 })
	s.ok("Ring", s.eng.Ring(s.Context(), arrived.Leg))
	s.stop()
	s.start()
	if state, there := s.up.Snapshot.Legs[arrived.Leg]; !there || state.Answered || state.Arrived.To != number {
		s.Errorf("the snapshot has %v, %#v", there, state)
	}
	s.ok("Answer", s.eng.Answer(s.Context(), arrived.Leg))
	s.answered(arrived.Leg)
	s.ok("Play", s.eng.Play(s.Context(), engine.PlayRequest{ID: engine.PlaybackID(arrived.Leg + "-p"), Leg: arrived.Leg, Sounds: []string{s.rig.File().Name}, Loop: true}))
	s.hears("the caller", c, s.rig.File().Hz)
	s.stop()
	s.start()
	if state := s.up.Snapshot.Legs[arrived.Leg]; !state.Answered {
		s.Errorf("the snapshot has %#v of a leg that was answered", state)
	}
	s.hangup(arrived.Leg, engine.CauseNormal)
	s.until("the caller's call ends", patience, func() bool { return c.Ended().Method == "BYE" })
}
