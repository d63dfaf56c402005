package call

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringdesk/controller/engine"
	"ringdesk/dialplan/flow"
)

// TestInvariants plays random histories of all inputs (design: Step is pure
// and total).
func TestInvariants_IN_11_MISS_1_CALL_3_END_6_OUT_9(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		s, begin := drawStory(t, w)
		play := func(in Input) {
			next, effects := stepTwice(t, s, in)
			if len(effects) == 1 {
				if _, no := effects[0].(Refused); no { // the claim is undone with it
					if do := in.(Do); do.Candidate != nil && !do.Candidate.Silent {
						w.claims[do.Candidate.AccountID]--
					}
					return
				}
			}
			w.apply(t, effects)
			check(t, w, s.c, next)
			s.c, s.now = next, s.now.Add(time.Duration(rapid.IntRange(0, 9000).Draw(t, "ms"))*time.Millisecond)
		}
		play(begin)
		for range rapid.IntRange(0, 60).Draw(t, "length") {
			play(drawInput(t, s, w))
		}
		goHome(t, s, play)
		if !s.c.State.Over() || !s.c.Drained() || len(w.open) != 0 || len(w.forwards) != 0 || w.room || (w.charged == 1) != (s.c.Out != nil) {
			t.Fatalf("left behind: state %s, drained %v, tracks %v, room %v, charged %d", s.c.State, s.c.Drained(), w.open, w.room, w.charged)
		}
	})
}

// goHome ends every leg, and lets time do the rest.
func goHome(t *rapid.T, s *story, play func(Input)) {
	for _, leg := range s.c.Legs() {
		play(engine.LegEnded{Leg: leg, Cause: 16})
	}
	for range 100 {
		d := s.c.Deadline()
		if d.IsZero() {
			return
		}
		if d.After(s.now) {
			s.now = d
		}
		play(Tick{})
		for _, leg := range s.c.Legs() {
			play(engine.LegEnded{Leg: leg, Cause: 16})
		}
		if s.c.Waits() && !s.c.RingsOne() && !s.c.Rests() {
			play(Offered{})
		}
	}
	t.Fatalf("time goes on and on: %s, next at %v", s.c.State, s.c.Deadline())
}

// stepTwice is Step, which must not change its argument, and must be a
// function.
func stepTwice(t *rapid.T, s *story, in Input) (Call, []Effect) {
	before := asJSON(s.c)
	next, effects, err := play(s.c, in, s.now, func(Transition) {})
	if err != nil {
		t.Fatal(err)
	}
	again, effects2 := Step(s.c, in, s.now)
	if before != asJSON(s.c) {
		t.Fatalf("Step changed its argument on %T", in)
	}
	if asJSON(next) != asJSON(again) || asJSON(effects) != asJSON(effects2) {
		t.Fatalf("Step is not a function on %T", in)
	}
	return next, effects
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func check(t *rapid.T, w *world, before, after Call) {
	if w.first > 1 || w.ended > 1 {
		t.Fatalf("answered %d times, ended %d times", w.first, w.ended)
	}
	if before.State.Over() && (after.State != before.State || !after.EndedAt.Equal(before.EndedAt) || after.Outcome != before.Outcome) {
		t.Fatalf("an ended call became %s", after.State)
	}
	speakers := 0
	for _, a := range after.Agents {
		if a.Role == Speaker && (a.State == PartyJoined || a.State == PartyRinging) {
			speakers++
		}
		if n := w.claims[a.AccountID]; a.State == PartyJoined && n != 1 {
			t.Fatalf("%s has joined with %d claims", a.AgentID, n)
		}
	}
	if after.State == Talking && speakers > mostAgents {
		t.Fatalf("%d agents take part", speakers)
	}
	if after.State == "" && after.Seq == 0 && before.State != "" {
		t.Fatal("the call has lost its state")
	}
	checkRest(t, &after)
	if after.State.Over() {
		checkOver(t, w, &after)
	}
}

// checkRest is that something always happens next: a call that is not over
// has a deadline, an agent, or a customer who is there.
func checkRest(t *rapid.T, c *Call) {
	if c.State == Queued && c.Deadline().IsZero() || c.State == Ringing && !(&step{c: *c}).anyRings() && c.SeekAt.IsZero() {
		t.Fatalf("nothing happens in state %s: %s", c.State, asJSON(c))
	}
	if c.State == Talking && !(&step{c: *c}).anySpeaks() {
		t.Fatal("nobody talks to the customer")
	}
}

// checkOver is what an end means: one class, nothing kept, all let go.
func checkOver(t *rapid.T, w *world, c *Call) {
	if (c.State == Missed) != (c.MissedReason != "") || (c.State == Missed) != (c.Outcome == WasMissed) || c.Outcome == "" {
		t.Fatalf("%s for %q with outcome %q", c.State, c.MissedReason, c.Outcome)
	}
	if c.State == Missed && (c.Direction == "outbound" || !c.AnsweredAt.IsZero()) || (c.Outcome == Answered) == c.AnsweredAt.IsZero() {
		t.Fatalf("%s as %s, %s, answered at %v", c.State, c.Outcome, c.Direction, c.AnsweredAt)
	}
	if c.Hold != nil || c.Help != nil || c.Prompt != nil || c.Rank != 0 || c.Pending != "" {
		t.Fatalf("kept: %s", asJSON(c))
	}
	if f := c.Flow; f != nil && f.Phase != "" && (f.Phase != flow.Over || f.End == nil || f.Vars != nil || f.Digits != "") {
		t.Fatalf("the flow of an ended call is kept: %s", asJSON(f))
	}
	var spent time.Duration
	for _, ms := range c.Spent {
		spent += time.Duration(ms) * time.Millisecond
	}
	if length := c.EndedAt.Sub(c.StartedAt); spent != length {
		t.Fatalf("spent %v of %v: %v", spent, length, c.Spent)
	}
	for acc, n := range w.claims {
		if n != 0 {
			t.Fatalf("claim of %s is %d in state %s", acc, n, c.State)
		}
	}
	for _, leg := range c.Legs() {
		if !w.hungUp[leg] {
			t.Fatalf("leg %s of an ended call was not hung up", leg)
		}
	}
}
