package enginetest

import (
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
	"ringdesk/e2e/phone/tone"
)

var playCases = []testCase{
	{"whole", playWhole},
	{"stop", playStop},
	{"loop", playLoop},
	{"hang-up", playHangup},
	{"unknown", playUnknown},
	{"not-recorded", playNotRecorded},
}

// play starts a sound.
func (s *session) play(leg engine.LegID, loop bool) engine.PlaybackID {
	s.Helper()
	id := engine.PlaybackID(uuid.NewString())
	s.ok("Play", s.eng.Play(s.Context(), engine.PlayRequest{ID: id, Leg: leg, Sounds: []string{s.rig.Sound().Name}, Loop: loop}))
	return id
}

// played waits for a playback's end.
func (s *session) played(id engine.PlaybackID) engine.PlaybackEnded {
	s.Helper()
	ev := await(s, "PlaybackEnded", func(ev engine.PlaybackEnded) bool { return ev.Playback == id })
	if ev.Failed != "" {
		s.Errorf("playback failed: %s", ev.Failed)
	}
	return ev
}

func playWhole(s *session) {
	c, customer := s.customer()
	start := time.Now()
	s.played(s.play(customer, false))
	s.hears("the customer", c)
	spans := tone.Spans(c.Heard(start, time.Now()), Rate, s.rig.Sound().Hz)
	if len(spans) != 1 || (spans[0].Length()-s.rig.Sound().Length).Abs() > 200*time.Millisecond {
		s.Errorf("the sound was heard at %v, want once for %v", spans, s.rig.Sound().Length)
	}
}

func playStop(s *session) {
	c, customer := s.customer()
	id := s.play(customer, false)
	s.hears("the customer", c, s.rig.Sound().Hz)
	s.ok("StopPlay", s.eng.StopPlay(s.Context(), id))
	s.played(id)
	s.hears("the customer", c)
	s.fails("StopPlay", s.eng.StopPlay(s.Context(), id), engine.KindGone)
}

// A looped sound goes on past its length until it is stopped.
func playLoop(s *session) {
	c, customer := s.customer()
	id := s.play(customer, true)
	s.pass(s.rig.Sound().Length + 500*time.Millisecond)
	s.hears("the customer", c, s.rig.Sound().Hz)
	if n := count(s, func(engine.PlaybackEnded) bool { return true }); n != 0 {
		s.Error("a looped sound ended by itself")
	}
	s.ok("StopPlay", s.eng.StopPlay(s.Context(), id))
	s.played(id)
	s.hears("the customer", c)
}

// A sound ends with its leg.
func playHangup(s *session) {
	c, customer := s.customer()
	id := s.play(customer, true)
	s.hears("the customer", c, s.rig.Sound().Hz)
	c.Hangup()
	s.ended(customer, engine.CauseNormal)
	await(s, "PlaybackEnded", func(ev engine.PlaybackEnded) bool { return ev.Playback == id })
}

// A sound that is not there is refused, or its end tells.
func playUnknown(s *session) {
	_, customer := s.customer()
	id := engine.PlaybackID(uuid.NewString())
	err := s.eng.Play(s.Context(), engine.PlayRequest{ID: id, Leg: customer, Sounds: []string{"nosuchsound"}})
	if err != nil {
		s.fails("Play", err, engine.KindRefused)
		return
	}
	if ev := await(s, "PlaybackEnded", func(ev engine.PlaybackEnded) bool { return ev.Playback == id }); ev.Failed == "" {
		s.Error("a sound that is not there was played")
	}
}

// Covers: END-6. Prompts are not in the party's track.
func playNotRecorded(s *session) {
	c, customer := s.customer()
	c.Say(0)
	t := s.record(customer)
	id := s.play(customer, false)
	s.hears("the customer", c, s.rig.Sound().Hz)
	s.played(id)
	t.stop()
	t.holds()
}
