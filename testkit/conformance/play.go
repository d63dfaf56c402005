package conformance

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
	"ringdesk/testkit/tone"
)

var playCases = []testCase{
	{"whole", playWhole},
	{"stop", playStop},
	{"loop", playLoop},
	{"hang-up", playHangup},
	{"unknown", playUnknown},
	{"not-recorded", playNotRecorded},
	{"several", playSeveral},
	{"room", playRoom},
	{"music", playMusic},
	{"waits", playWaits},
	{"join", playJoin},
	{"moves", playMoves},
	{"ring-tone", playRingTone},
	{"bad-request", playBadRequest},
}

// play starts a sound.
func (s *session) play(leg engine.LegID, loop bool) engine.PlaybackID {
	s.Helper()
	return s.playAll(leg, loop, s.rig.Sound().Name)
}

func (s *session) playAll(leg engine.LegID, loop bool, sounds ...string) engine.PlaybackID {
	s.Helper()
	id := engine.PlaybackID(uuid.NewString())
	s.ok("Play", s.eng.Play(s.Context(), engine.PlayRequest{ID: id, Leg: leg, Sounds: sounds, Loop: loop}))
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
	for _, e := range s.log.Entries() {
		switch ev := e.Event.(type) {
		case engine.LegEnded:
			if ev.Leg == customer {
				return
			}
		case engine.PlaybackEnded:
			s.Error("the end of the sound was told before the end of the leg, which had cut it off")
		}
	}
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

// spans judges how often and for how long a tone was heard since a time.
func (s *session) spans(p Party, since time.Time, sound Sound, times int) []tone.Span {
	s.Helper()
	spans := tone.Spans(p.Heard(since, time.Now()), Rate, sound.Hz)
	if len(spans) != times {
		s.Errorf("%s was heard at %v, want %d times", sound.Name, spans, times)
	}
	for _, span := range spans {
		if (span.Length() - sound.Length).Abs() > 200*time.Millisecond {
			s.Errorf("%s was heard for %v, want %v", sound.Name, span.Length(), sound.Length)
		}
	}
	return spans
}

// Covers: IN-6. Sounds follow each other, the engine's own and files, and end
// once.
func playSeveral(s *session) {
	c, customer := s.customer()
	own, file := s.rig.Sound(), s.rig.File()
	start := time.Now()
	id := s.playAll(customer, false, file.Name, own.Name, file.Name)
	s.quiet("a playback's end between its sounds", file.Length+own.Length+file.Length/2, func(ev engine.Event) bool {
		_, ok := ev.(engine.PlaybackEnded)
		return ok
	})
	s.played(id)
	s.hears("the customer", c)
	files, owns := s.spans(c, start, file, 2), s.spans(c, start, own, 1)
	if len(files) == 2 && len(owns) == 1 && (files[0].To > owns[0].From+exact || owns[0].To > files[1].From+exact) {
		s.Errorf("heard %v and %v, want one after the other", files, owns)
	}
	if n := count(s, func(engine.PlaybackEnded) bool { return true }); n != 1 {
		s.Errorf("PlaybackEnded came %d times", n)
	}
}

// A leg in a room hears the sound instead of the room; the others hear nothing
// of it, and no track holds it.
func playRoom(s *session) {
	c, a, b, legs, _ := three(s)
	s.hears("the customer", c, AliceHz, BobHz)
	at, ct := s.record(legs[1]), s.record(legs[0])
	id := s.play(legs[0], true)
	s.hears("the customer", c, s.rig.Sound().Hz)
	s.hearsApart("alice", a, BobHz, CustomerHz)
	s.hearsApart("bob", b, AliceHz, CustomerHz)
	s.ok("StopPlay", s.eng.StopPlay(s.Context(), id))
	s.played(id)
	s.hears("the customer", c, AliceHz, BobHz)
	s.hears("alice", a, CustomerHz, BobHz)
	ct.stop()
	at.stop()
	ct.holds(said{CustomerHz, ct.start, ct.end})
	at.holds(said{AliceHz, at.start, at.end})
}

// hearsApart is hears where one tone may be there or not.
func (s *session) hearsApart(who string, p Party, want, maybe int) {
	s.Helper()
	s.pass(window + lag)
	to := time.Now().Add(-lag)
	got := tone.Which(p.Heard(to.Add(-window), to), Rate, s.tones()...)
	got = slices.DeleteFunc(got, func(hz int) bool { return hz == maybe })
	if !slices.Equal(got, []int{want}) {
		s.Errorf("%s hears %v, want %d and perhaps %d", who, got, want, maybe)
	}
}

// Covers: IN-6. Waiting music goes on after an announcement.
func playMusic(s *session) {
	c, customer := s.customer()
	s.ok("Music", s.eng.Music(s.Context(), customer, true))
	s.hears("the customer", c, s.rig.MusicHz())
	id := s.play(customer, false)
	s.hears("the customer", c, s.rig.Sound().Hz)
	s.played(id)
	s.hears("the customer", c, s.rig.MusicHz())
	id = s.play(customer, true)
	s.hears("the customer", c, s.rig.Sound().Hz)
	s.ok("Music", s.eng.Music(s.Context(), customer, false))
	s.ok("StopPlay", s.eng.StopPlay(s.Context(), id))
	s.played(id)
	s.hears("the customer", c)
}

// A second playback on a leg waits for the first.
func playWaits(s *session) {
	c, customer := s.customer()
	start := time.Now()
	first := s.play(customer, false)
	second := s.playAll(customer, false, s.rig.File().Name)
	s.played(second)
	s.hears("the customer", c)
	s.played(first)
	own, file := s.spans(c, start, s.rig.Sound(), 1), s.spans(c, start, s.rig.File(), 1)
	if len(own) == 1 && len(file) == 1 && own[0].To > file[0].From+exact {
		s.Errorf("heard at %v and %v, want one after the other", own, file)
	}
}

// The ring tone sounds until it is stopped.
func playRingTone(s *session) {
	c, customer := s.customer()
	id := s.playAll(customer, true, engine.RingTone)
	s.hears("the customer", c, s.rig.RingHz())
	s.ok("StopPlay", s.eng.StopPlay(s.Context(), id))
	s.played(id)
	s.hears("the customer", c)
}

func playBadRequest(s *session) {
	_, customer := s.customer()
	for name, sounds := range map[string][]string{
		"none": nil, "too many": slices.Repeat([]string{s.rig.Sound().Name}, 33), "an ending": {"a.wav"}, "above": {"../a"},
		"absolute": {"/etc/a"}, "two media": {"a,sound:b"}, "a ring tone in between": {s.rig.Sound().Name, engine.RingTone},
	} {
		err := s.eng.Play(s.Context(), engine.PlayRequest{ID: engine.PlaybackID(uuid.NewString()), Leg: customer, Sounds: sounds, Loop: true})
		s.fails(name, err, engine.KindRefused)
	}
}

// Joining a room ends what a parked leg hears, and is not held up by it.
func playJoin(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	id, waits := s.play(customer, true), s.play(customer, true)
	s.hears("the customer", c, s.rig.Sound().Hz)
	start := time.Now()
	s.room(customer, alice)
	if d := time.Since(start); d > time.Second {
		s.Errorf("joining took %v", d)
	}
	s.played(id)
	s.played(waits)
	s.hears("the customer", c, AliceHz)
	s.hears("alice", a, CustomerHz)
}

// A leg can leave its room, be held and hung up while it hears a sound there.
func playMoves(s *session) {
	ctx := s.Context()
	leaves := map[string]func(engine.RoomID, engine.LegID) error{
		"Part":        func(room engine.RoomID, leg engine.LegID) error { return s.eng.Part(ctx, room, leg) },
		"Hold":        func(room engine.RoomID, leg engine.LegID) error { return s.eng.Hold(ctx, room, leg) },
		"DestroyRoom": func(room engine.RoomID, leg engine.LegID) error { return s.eng.DestroyRoom(ctx, room) },
		"Hangup":      func(_ engine.RoomID, leg engine.LegID) error { return s.eng.Hangup(ctx, leg, engine.CauseNormal) },
	}
	for name, leave := range leaves {
		c, customer := s.customer()
		_, alice := s.agent(AliceHz)
		room := s.room(customer, alice)
		id := s.play(customer, true)
		s.hears("the customer", c, s.rig.Sound().Hz)
		start := time.Now()
		s.ok(name, leave(room, customer))
		await(s, "PlaybackEnded", func(ev engine.PlaybackEnded) bool { return ev.Playback == id })
		if d := time.Since(start); d > time.Second {
			s.Errorf("%s took %v", name, d)
		}
		if name == "Hold" {
			s.hears("the customer", c, s.rig.MusicHz())
		} else {
			s.hears("the customer", c)
		}
	}
}
