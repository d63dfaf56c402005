package call

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringdesk/controller/engine"
)

// world is what a history of effects must mean for the engine and the store.
type world struct {
	dialled  map[engine.LegID]bool
	hungUp   map[engine.LegID]bool
	claims   map[string]int
	answered int
	ended    int
	open     map[engine.RecordingID]bool
	room     bool
}

func newWorld() *world {
	return &world{dialled: map[engine.LegID]bool{}, hungUp: map[engine.LegID]bool{}, claims: map[string]int{}, open: map[engine.RecordingID]bool{}}
}

func (w *world) apply(effects []Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case Dial:
			w.dialled[e.Agent.Leg] = true
		case Hangup:
			w.hungUp[e.Leg] = true
		case Free:
			w.claims[e.AccountID]--
		case TrackOpened:
			w.open[e.ID] = true
		case TrackClosed:
			delete(w.open, e.ID)
		case CreateRoom:
			w.room = true
		case DestroyRoom:
			w.room = false
		case Journal:
			switch e.Type {
			case "call.answered":
				w.answered++
			case "call.ended":
				w.ended++
			}
		}
	}
}

// drawInput picks anything that could come, sensible or not.
func drawInput(t *rapid.T, c *Call, w *world) Input {
	legs := []engine.LegID{"cust", "leg-a", "leg-b", "leg-c", "nobody"}
	leg := rapid.SampledFrom(legs).Draw(t, "leg")
	agent := rapid.SampledFrom([]string{"a", "b", "c", "stranger"}).Draw(t, "agent")
	recs := []engine.RecordingID{"cust-1", "p-a-1", "p-b-1", "p-c-1", "cust-2"}
	rec := rapid.SampledFrom(recs).Draw(t, "rec")
	kind := rapid.SampledFrom([]engine.Kind{engine.KindGone, engine.KindBusy, engine.KindRefused, engine.KindUnreachable, engine.KindTimeout}).Draw(t, "kind")
	switch rapid.IntRange(0, 9).Draw(t, "input") {
	case 0:
		return engine.LegAnswered{Leg: leg}
	case 1:
		return engine.LegEnded{Leg: leg, Cause: rapid.SampledFrom([]engine.Cause{16, 17, 21, 19}).Draw(t, "cause")}
	case 2:
		return engine.RecordingStarted{Recording: rec, At: start}
	case 3:
		return engine.RecordingEnded{Recording: rec, At: start}
	case 4, 5:
		return Do{AgentID: agent, Action: rapid.SampledFrom([]Action{Decline, Mute, Unmute, PutHold, Release, Leave, EndCall, SendDTMF}).Draw(t, "action"), Digits: "1"}
	case 6:
		return Tick{}
	case 7:
		cmds := []Command{Answer{"cust"}, CreateRoom{"call"}, Join{"call", leg}, HoldLeg{"call", "cust"}, UnholdLeg{"call", "cust"},
			MuteLeg{leg, true}, Record{ID: rec, Leg: leg}, Dial{Agent{Party: Party{Leg: leg}}}, Hangup{Leg: leg}}
		return Failed{Command: rapid.SampledFrom(cmds).Draw(t, "command"), Kind: kind}
	case 8:
		snap := engine.Snapshot{Legs: map[engine.LegID]engine.LegState{}, Rooms: map[engine.RoomID][]engine.LegID{}, Recordings: map[engine.RecordingID]bool{}}
		for _, l := range legs[:4] {
			if rapid.Bool().Draw(t, "there") {
				snap.Legs[l] = engine.LegState{Answered: rapid.Bool().Draw(t, "answered")}
			}
		}
		for _, r := range recs {
			snap.Recordings[r] = rapid.Bool().Draw(t, "running")
		}
		return Reconcile{Snapshot: snap}
	default:
		if c.State.Over() || c.State == "" || w.dialled["leg-c"] {
			return nil
		}
		w.claims["acc-c"]++
		return Offered{Candidates: agents("c")}
	}
}

// TestInvariants plays random histories (design: Step is pure and total). At
// each step: a call has at most one winner and one end, an ended one stays
// ended; what Step returns does not depend on anything else; once it is over no
// leg is left without a hang-up, no claim, room or track stays behind.
func TestInvariants_IN_11_MISS_1_END_6(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		s := newStory(nil)
		names := rapid.SampledFrom([][]string{nil, {"a"}, {"a", "b"}}).Draw(t, "agents")
		step := func(in Input) {
			before, _ := json.Marshal(s.c)
			next, effects := Step(s.c, in, s.now)
			again, effects2 := Step(s.c, in, s.now)
			after, _ := json.Marshal(s.c)
			if string(before) != string(after) {
				t.Fatalf("Step changed its argument on %T", in)
			}
			if a, b := asJSON(next), asJSON(again); a != b || len(effects) != len(effects2) {
				t.Fatalf("Step is not a function on %T", in)
			}
			w.apply(effects)
			check(t, w, s.c, next)
			s.c, s.now = next, s.now.Add(time.Duration(rapid.IntRange(0, 9000).Draw(t, "ms"))*time.Millisecond)
		}
		for _, n := range names {
			w.claims["acc-"+n]++
		}
		step(Arrived{Candidates: agents(names...), Busy: rapid.Bool().Draw(t, "busy")})
		for range rapid.IntRange(0, 40).Draw(t, "length") {
			step(drawInput(t, &s.c, w))
		}
		// Everybody goes home in the end.
		for _, leg := range s.c.Legs() {
			step(engine.LegEnded{Leg: leg, Cause: 16})
		}
		s.now = s.now.Add(time.Hour)
		step(Tick{})
		if !s.c.State.Over() || !s.c.Drained() || len(w.open) != 0 || w.room {
			t.Fatalf("left behind: state %s, drained %v, tracks %v, room %v", s.c.State, s.c.Drained(), w.open, w.room)
		}
	})
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func check(t *rapid.T, w *world, before, after Call) {
	if w.answered > 1 || w.ended > 1 {
		t.Fatalf("answered %d times, ended %d times", w.answered, w.ended)
	}
	if before.State.Over() && (after.State != before.State || !after.EndedAt.Equal(before.EndedAt)) {
		t.Fatalf("an ended call became %s", after.State)
	}
	if (after.State == Missed) != (after.MissedReason != "") || (after.State == Ended) == after.AnsweredAt.IsZero() && after.State.Over() {
		t.Fatalf("ended as %s, reason %q, answered at %v", after.State, after.MissedReason, after.AnsweredAt)
	}
	for acc, n := range w.claims {
		if n < 0 || n > 1 || n > 0 && after.State.Over() {
			t.Fatalf("claim of %s is %d in state %s", acc, n, after.State)
		}
	}
	if !after.State.Over() {
		return
	}
	for _, leg := range after.Legs() {
		if !w.hungUp[leg] {
			t.Fatalf("leg %s of an ended call was not hung up", leg)
		}
	}
}
