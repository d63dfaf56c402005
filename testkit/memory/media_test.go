package memory_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/memory"
)

// talkers puts callers who say 401, 402 … Hz, answered, into the world.
func (w *world) talkers(n int) (lines []*memory.Line, legs []engine.LegID) {
	w.Helper()
	for i := range n {
		c := w.sw.Caller(netip.MustParseAddr("192.0.2.10"), "0101", "", memory.Manner{})
		c.Call("070")
		leg := engine.LegID(fmt.Sprint("in-", i+1))
		w.must(w.eng.Answer(w.Context(), leg))
		c.Say(401 + i)
		lines, legs = append(lines, c), append(legs, leg)
	}
	return lines, legs
}

// track writes what a line heard since a moment as "hz from-to".
func track(l *memory.Line, since time.Time) []string {
	var all []string
	for _, s := range l.Heard(since, time.Now()) {
		all = append(all, fmt.Sprint(s.Hz, " ", s.From.Sub(since), "-", s.To.Sub(since)))
	}
	return all
}

func (w *world) heard(l *memory.Line, since time.Time, want ...string) {
	w.Helper()
	if got := track(l, since); !slices.Equal(got, want) {
		w.Errorf("heard %q, want %q", got, want)
	}
}

// Sounds last as long as they are, one playback waits for the one before, and
// music goes on afterwards.
func TestPlay_Times(t *testing.T) {
	sounds := map[string]memory.Sound{"one": {Hz: 1001, Length: time.Second}, "ko/two": {Hz: 1002, Length: 2 * time.Second}}
	bubble(t, "sequence", memory.Options{Sounds: sounds}, func(w *world) {
		lines, legs := w.talkers(1)
		ctx, start := w.Context(), time.Now()
		w.must(w.eng.Music(ctx, legs[0], true))
		w.must(w.eng.Play(ctx, engine.PlayRequest{ID: "a", Leg: legs[0], Sounds: []string{"one", "ko/two"}}))
		w.must(w.eng.Play(ctx, engine.PlayRequest{ID: "b", Leg: legs[0], Sounds: []string{"one"}}))
		w.expect(5*time.Second, "LegArrived 0s", "LegAnswered 0s", "PlaybackEnded 3s", "PlaybackEnded 4s")
		w.heard(lines[0], start, "[1001] 0s-1s", "[1002] 1s-3s", "[1001] 3s-4s", "[1500] 4s-5s")
	})
	bubble(t, "loop", memory.Options{Sounds: sounds}, func(w *world) {
		lines, legs := w.talkers(1)
		ctx, start := w.Context(), time.Now()
		w.must(w.eng.Play(ctx, engine.PlayRequest{ID: "a", Leg: legs[0], Sounds: []string{"one", "ko/two"}, Loop: true}))
		time.Sleep(4500 * time.Millisecond)
		w.must(w.eng.StopPlay(ctx, "a"))
		w.expect(time.Second, "LegArrived 0s", "LegAnswered 0s", "PlaybackEnded 4.5s")
		w.heard(lines[0], start, "[1001] 0s-1s", "[1002] 1s-3s", "[1001] 3s-4s", "[1002] 4s-4.5s")
	})
	bubble(t, "waiting one is stopped", memory.Options{AnySound: memory.Sound{Hz: 1003, Length: time.Second}}, func(w *world) {
		lines, legs := w.talkers(1)
		ctx, start := w.Context(), time.Now()
		w.must(w.eng.Play(ctx, engine.PlayRequest{ID: "a", Leg: legs[0], Sounds: []string{"any/name"}}))
		w.must(w.eng.Play(ctx, engine.PlayRequest{ID: "b", Leg: legs[0], Sounds: []string{"another"}}))
		w.must(w.eng.StopPlay(ctx, "b"))
		w.expect(3*time.Second, "LegArrived 0s", "LegAnswered 0s", "PlaybackEnded 0s", "PlaybackEnded 1s")
		w.heard(lines[0], start, "[1003] 0s-1s")
	})
}

// A masked recording is silent at its time and as long as without.
func TestMask_Times(t *testing.T) {
	var got memory.Recorded
	opt := memory.Options{Record: func(r memory.Recorded) error { got = r; return nil }}
	bubble(t, "mask", opt, func(w *world) {
		_, legs := w.talkers(1)
		ctx, start := w.Context(), time.Now()
		w.must(w.eng.StartRecording(ctx, engine.RecordingRequest{ID: "r", Leg: legs[0], File: "f"}))
		for _, on := range []bool{true, true, false, false, true} {
			time.Sleep(time.Second)
			w.must(w.eng.MaskRecording(ctx, "r", on))
		}
		time.Sleep(time.Second)
		w.must(w.eng.StopRecording(ctx, "r"))
		var said []string
		for _, s := range got.Said {
			said = append(said, fmt.Sprint(s.From.Sub(start), "-", s.To.Sub(start)))
		}
		if want := []string{"0s-1s", "3s-5s"}; !slices.Equal(said, want) || got.To.Sub(got.From) != 6*time.Second {
			w.Errorf("said %q in %v, want %q in 6 s", said, got.To.Sub(got.From), want)
		}
	})
}

// What a supervisor hears changes with the target's room at once, and nobody
// but the target hears a whisper.
func TestMonitor_Times(t *testing.T) {
	bubble(t, "monitor", memory.Options{}, func(w *world) {
		lines, legs := w.talkers(4) // customer, agent, supervisor, another customer
		ctx := w.Context()
		w.must(w.eng.CreateRoom(ctx, "room"))
		w.must(w.eng.Join(ctx, "room", legs[0]))
		w.must(w.eng.Join(ctx, "room", legs[1]))
		start := time.Now()
		second := func() { time.Sleep(time.Second) }
		w.must(w.eng.Monitor(ctx, engine.MonitorRequest{Leg: legs[2], Target: legs[1]}))
		second()
		w.must(w.eng.Monitor(ctx, engine.MonitorRequest{Leg: legs[2], Target: legs[1], Whisper: true}))
		second()
		w.must(w.eng.Hold(ctx, "room", legs[0]))
		second()
		w.must(w.eng.Join(ctx, "room", legs[3]))
		second()
		w.must(w.eng.Hangup(ctx, legs[1], engine.CauseNormal))
		second()
		w.heard(lines[0], start, "[402] 0s-2s", "[1500] 2s-5s")
		w.heard(lines[1], start, "[401] 0s-1s", "[401 403] 1s-2s", "[403] 2s-3s", "[403 404] 3s-4s")
		w.heard(lines[2], start, "[401 402] 0s-1s", "[401 402] 1s-2s", "[402] 2s-3s", "[402 404] 3s-4s")
		for i, want := range []bool{true, false, true, true} {
			state, there := w.snapshot().Legs[legs[i]]
			if there != want || i == 2 && state.Room != "" {
				w.Errorf("leg %d in the snapshot: %v %+v", i, there, state)
			}
		}
	})
}

// snapshot is what a controller that starts now is told.
func (w *world) snapshot() engine.Snapshot {
	w.Helper()
	w.sw.CutLink(false)
	w.sw.RestoreLink()
	w.after(0)
	w.mu.Lock()
	defer w.mu.Unlock()
	var snap engine.Snapshot
	for _, ev := range w.events {
		if up, ok := ev.(engine.LinkUp); ok {
			snap = up.Snapshot
		}
	}
	return snap
}

// Trunks stand as the test says, or as one would expect.
func TestTrunkStates(t *testing.T) {
	bubble(t, "states", memory.Options{}, func(w *world) {
		ctx := w.Context()
		w.must(w.eng.PutTrunk(ctx, engine.Trunk{ID: "in"}))
		w.must(w.eng.PutTrunk(ctx, engine.Trunk{ID: "reg", Register: true, Username: "u", Remote: "192.0.2.1:5060"}))
		states := func() map[string]engine.TrunkState {
			states, err := w.eng.TrunkStates(ctx)
			w.must(err)
			return states
		}
		if got := states(); got["in"] != engine.TrunkUnknown || got["reg"] != engine.TrunkRegistered || got[trunk.ID] != engine.TrunkReachable {
			w.Errorf("%v", got)
		}
		w.sw.SetTrunkState("reg", engine.TrunkRejected)
		if got := states()["reg"]; got != engine.TrunkRejected {
			w.Errorf("%v", got)
		}
		w.sw.CutLink(false)
		if _, err := w.eng.TrunkStates(ctx); engine.KindOf(err) != engine.KindUnreachable {
			w.Errorf("without a link: %v", err)
		}
	})
}
