package conformance

import (
	"errors"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
	"ringdesk/testkit/tone"
)

var recordCases = []testCase{
	{"speech", recordSpeech},
	{"sender-pauses", recordSenderPauses},
	{"mute", recordMute},
	{"hold", recordHold},
	{"moves", recordMoves},
	{"limit", recordLimit},
	{"hang-up", recordHangup},
	{"hang-up-at-once", recordHangupAtOnce},
	{"two", recordTwo},
	{"bad-request", recordBadRequest},
	{"mask", recordMask},
	{"mask-gone", recordMaskGone},
}

// exact is how far what an engine says of time, or plays, may be off.
const exact = 60 * time.Millisecond

// recordedWithin is how far a recorded sound may stand from the time it was said: it waits
// for the telephone's, the engine's and the recorder's next frame of 20 ms each, and the
// recorder's beginning is known as well as an event travels. Two speakers are heard apart
// by less than telephones do themselves (ITU-T G.114: 150 ms).
const recordedWithin = 100 * time.Millisecond

// take is one recording.
type take struct {
	s     *session
	id    engine.RecordingID
	file  string
	start time.Time
	end   time.Time
	wav   tone.WAV
	held  *holdups
}

// pass lets d of the call go by.
func (s *session) pass(d time.Duration) { time.Sleep(d) }

// record starts a recording and waits until it runs.
func (s *session) record(leg engine.LegID) *take {
	s.Helper()
	return s.recordFor(leg, 0)
}

func (s *session) recordFor(leg engine.LegID, limit time.Duration) *take {
	s.Helper()
	id := uuid.NewString()
	t := &take{s: s, id: engine.RecordingID(id), file: "2026/" + id, held: watchHoldups()}
	s.Cleanup(t.held.stop)
	s.ok("StartRecording", s.eng.StartRecording(s.Context(), engine.RecordingRequest{ID: t.id, Leg: leg, File: t.file, Limit: limit}))
	t.start = await(s, "RecordingStarted", func(ev engine.RecordingStarted) bool { return ev.Recording == t.id }).At
	if d := time.Since(t.start); d < -exact || d > patience {
		s.Errorf("RecordingStarted.At is %v ago", d)
	}
	return t
}

func (t *take) stop() {
	t.s.Helper()
	t.s.ok("StopRecording", t.s.eng.StopRecording(t.s.Context(), t.id))
	t.end = time.Now()
	t.read()
}

// read waits for the recording's end and reads its file.
func (t *take) read() {
	t.s.Helper()
	ev := await(t.s, "RecordingEnded", func(ev engine.RecordingEnded) bool { return ev.Recording == t.id })
	if ev.Failed != "" {
		t.s.Fatalf("the recording failed: %s", ev.Failed)
	}
	if t.end.IsZero() {
		t.end = ev.At
	}
	var err error
	if t.wav, err = tone.ReadFile(filepath.Join(t.s.rig.RecordingsDir(), t.file+".wav")); err != nil {
		t.s.Fatal(err)
	}
	if got, want := t.length(), t.end.Sub(t.start); (got - want).Abs() > 150*time.Millisecond {
		t.s.Errorf("the recording is %v long, want %v", got, want)
	}
}

func (t *take) length() time.Duration {
	return time.Duration(len(t.wav.PCM)) * time.Second / time.Duration(t.wav.Rate)
}

func (t *take) loudness() float64 { return tone.RMS(t.wav.PCM) }

// said is a stretch in which a tone was said.
type said struct {
	hz       int
	from, to time.Time
}

// holds says that the recording holds exactly these tones, at their times, and
// none of the rig's others.
func (t *take) holds(want ...said) {
	t.s.Helper()
	for _, hz := range t.s.tones() {
		var due []said
		for _, w := range want {
			if w.hz == hz {
				due = append(due, w)
			}
		}
		off := recordedWithin + t.held.sum()
		spans := bridged(tone.Spans(t.wav.PCM, t.wav.Rate, hz), off)
		if len(spans) != len(due) {
			t.s.Errorf("%d Hz is in the recording at %v, want %d stretches", hz, spans, len(due))
			continue
		}
		for i, w := range due {
			from, to := max(0, w.from.Sub(t.start)), min(t.length(), w.to.Sub(t.start))
			if (spans[i].From-from).Abs() > off || (spans[i].To-to).Abs() > off {
				t.s.Errorf("%d Hz is at %v to %v, was said at %v to %v, give or take %v", hz, spans[i].From, spans[i].To, from, to, off)
			}
		}
	}
}

// bridged takes stretches together whose hole is no longer than most.
func bridged(spans []tone.Span, most time.Duration) []tone.Span {
	var all []tone.Span
	for _, s := range spans {
		if last := len(all) - 1; last >= 0 && s.From-all[last].To <= most {
			all[last].To = s.To
		} else {
			all = append(all, s)
		}
	}
	return all
}

// Covers: END-6. One party's track holds what that party said, when it was
// said, and nothing of the others.
func recordSpeech(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	s.room(customer, alice)
	c.Say(0)
	s.hears("alice", a)
	t := s.record(customer)
	s.pass(700 * time.Millisecond)
	var spoken []said
	for _, hz := range []int{CustomerHz, OtherHz} {
		from := time.Now()
		c.Say(hz)
		s.pass(900 * time.Millisecond)
		spoken = append(spoken, said{hz, from, time.Now()})
	}
	c.Say(0)
	s.pass(500 * time.Millisecond)
	t.stop()
	t.holds(spoken...)
}

// A sender that sends nothing for 3 s loses no time: what comes afterwards
// stands where it was said.
func recordSenderPauses(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	s.room(customer, alice)
	c.Say(0)
	s.hears("alice", a)
	t := s.record(customer)
	from := time.Now()
	c.Say(CustomerHz)
	s.pass(800 * time.Millisecond)
	paused := time.Now()
	c.Pause(true)
	s.pass(3 * time.Second)
	c.Say(OtherHz)
	c.Pause(false)
	resumed := time.Now()
	s.pass(800 * time.Millisecond)
	c.Say(0)
	silent := time.Now()
	s.pass(400 * time.Millisecond)
	t.stop()
	t.holds(said{CustomerHz, from, paused}, said{OtherHz, resumed, silent})
}

// Covers: CALL-4. Muted speech is not in the recording.
func recordMute(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	s.room(customer, alice)
	s.hears("the customer", c, AliceHz)
	t := s.record(alice)
	from := time.Now()
	s.pass(800 * time.Millisecond)
	s.ok("Mute", s.eng.Mute(s.Context(), alice, true))
	muted := time.Now()
	a.Say(OtherHz)
	s.pass(800 * time.Millisecond)
	a.Say(BobHz)
	s.pass(100 * time.Millisecond)
	s.ok("Mute", s.eng.Mute(s.Context(), alice, false))
	unmuted := time.Now()
	s.pass(800 * time.Millisecond)
	t.stop()
	t.holds(said{AliceHz, from, muted}, said{BobHz, unmuted, t.end})
}

// Covers: HOLD-4. Hold music is in no track; what the agents say meanwhile is.
func recordHold(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	room := s.room(customer, alice)
	c.Say(0)
	s.hears("alice", a)
	ct, at := s.record(customer), s.record(alice)
	s.ok("Hold", s.eng.Hold(s.Context(), room, customer))
	s.hears("the customer", c, s.rig.MusicHz())
	s.pass(500 * time.Millisecond)
	s.ok("Unhold", s.eng.Unhold(s.Context(), room, customer))
	s.hears("the customer", c, AliceHz)
	ct.stop()
	at.stop()
	ct.holds()
	at.holds(said{AliceHz, at.start, at.end})
}

// One recording goes on while its leg is parked, in a room, and in another.
func recordMoves(s *session) {
	_, customer := s.customer()
	a, alice := s.agent(AliceHz)
	t := s.record(customer)
	room := s.room(customer, alice)
	s.hears("alice", a, CustomerHz)
	s.ok("Part", s.eng.Part(s.Context(), room, customer))
	s.hears("alice", a)
	s.ok("Part", s.eng.Part(s.Context(), room, alice))
	s.room(customer, alice)
	s.hears("alice", a, CustomerHz)
	t.stop()
	t.holds(said{CustomerHz, t.start, t.end})
}

// Covers: END-1. A recording ends by itself at its limit, or up to a second
// before it (engines count in whole seconds); the call goes on.
func recordLimit(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	s.room(customer, alice)
	s.hears("alice", a, CustomerHz)
	const limit = 2 * time.Second
	t := s.recordFor(customer, limit)
	t.read()
	if d := t.length(); d < limit-time.Second || d > limit+250*time.Millisecond {
		s.Errorf("the recording is %v long, want %v at most", d, limit)
	}
	s.fails("StopRecording", s.eng.StopRecording(s.Context(), t.id), engine.KindGone)
	s.hears("alice", a, CustomerHz)
	s.hears("the customer", c, AliceHz)
}

// A recording ends with its leg, and is whole.
func recordHangup(s *session) {
	c, customer := s.customer()
	t := s.record(customer)
	s.pass(time.Second)
	c.Hangup()
	t.end = time.Now()
	s.ended(customer, engine.CauseNormal)
	t.read()
	t.holds(said{CustomerHz, t.start, t.end})
}

// Covers: END-6, SYS-3. Who hangs up in the moment in which a recording begins ends it, too:
// each recording that was asked for has one end, or is refused because the leg has gone.
func recordHangupAtOnce(s *session) {
	for after := range 16 {
		c, customer := s.customer()
		hung := make(chan struct{})
		go func() {
			defer close(hung)
			time.Sleep(time.Duration(after) * 2 * time.Millisecond)
			c.Hangup()
		}()
		id := engine.RecordingID(uuid.NewString())
		err := s.eng.StartRecording(s.Context(), engine.RecordingRequest{ID: id, Leg: customer, File: "2026/" + string(id)})
		<-hung
		s.ended(customer, engine.CauseNormal)
		if err != nil {
			s.fails("StartRecording", err, engine.KindGone)
			continue
		}
		ev := await(s, "RecordingEnded", func(ev engine.RecordingEnded) bool { return ev.Recording == id })
		_, err = tone.ReadFile(filepath.Join(s.rig.RecordingsDir(), "2026", string(id)+".wav"))
		switch {
		case ev.Failed == "" && err != nil:
			s.Errorf("hung up after %d ms: the file of a recording that ended well: %v", 2*after, err)
		case ev.Failed == engine.NothingRecorded && !errors.Is(err, fs.ErrNotExist):
			s.Errorf("hung up after %d ms: the file of a recording of nothing: error %v", 2*after, err)
		}
	}
}

func recordTwo(s *session) {
	c, customer := s.customer()
	_, alice := s.agent(AliceHz)
	s.room(customer, alice)
	s.hears("the customer", c, AliceHz)
	ct, at := s.record(customer), s.record(alice)
	s.pass(time.Second)
	ct.stop()
	at.stop()
	ct.holds(said{CustomerHz, ct.start, ct.end})
	at.holds(said{AliceHz, at.start, at.end})
}

func recordBadRequest(s *session) {
	_, customer := s.customer()
	for _, file := range []string{"", "../x", "a b", "/etc/x", "a//b", "x.wav", "a\nb"} {
		req := engine.RecordingRequest{ID: engine.RecordingID(uuid.NewString()), Leg: customer, File: file}
		s.fails("file "+file, s.eng.StartRecording(s.Context(), req), engine.KindRefused)
	}
	s.quiet("refused recordings", 200*time.Millisecond, func(ev engine.Event) bool {
		_, ok := ev.(engine.RecordingStarted)
		return ok
	})
}

// Covers: END-6. While a recording is masked it holds silence, and time goes
// on; the parties hear each other. A controller that was started again can end
// it.
func recordMask(s *session) {
	c, customer := s.customer()
	a, alice := s.agent(AliceHz)
	s.room(customer, alice)
	s.hears("alice", a, CustomerHz)
	t := s.record(customer)
	mask := func(on bool) time.Time {
		s.Helper()
		s.ok("MaskRecording", s.eng.MaskRecording(s.Context(), t.id, on))
		at := time.Now()
		s.ok("MaskRecording again", s.eng.MaskRecording(s.Context(), t.id, on))
		return at
	}
	s.pass(800 * time.Millisecond)
	masked := mask(true)
	s.hears("alice", a, CustomerHz)
	s.hears("the customer", c, AliceHz)
	s.pass(700 * time.Millisecond)
	s.stop()
	s.start()
	unmasked := mask(false)
	s.pass(800 * time.Millisecond)
	again := mask(true)
	c.Say(OtherHz)
	s.pass(800 * time.Millisecond)
	t.stop()
	t.holds(said{CustomerHz, t.start, masked}, said{CustomerHz, unmasked, again})
}

func recordMaskGone(s *session) {
	_, customer := s.customer()
	t := s.record(customer)
	s.pass(500 * time.Millisecond)
	t.stop()
	s.fails("MaskRecording", s.eng.MaskRecording(s.Context(), t.id, true), engine.KindGone)
}
