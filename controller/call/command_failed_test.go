package call

import (
	"fmt"
	"testing"

	"ringdesk/controller/engine"
	"ringdesk/dialplan"
)

var kinds = []engine.Kind{engine.KindGone, engine.KindBusy, engine.KindRefused, engine.KindUnreachable, engine.KindTimeout}

// What each command's failure means in a talk of agents a and b: the state
// after it, and an effect. Who is gone says so by itself, and an engine that
// cannot be reached is reconciled with.
func TestEveryCommandFails_SYS_3(t *testing.T) {
	const nothing, over = "nothing", "journal call.ended"
	// By kind, in the order of kinds: gone, busy, refused, unreachable, timeout.
	ends := [5]string{nothing, over, over, nothing, "journal command.failed"}
	noted := [5]string{nothing, "journal command.failed", "journal command.failed", nothing, "journal command.failed"}
	same := func(e string) [5]string { return [5]string{e, e, e, e, e} }
	cases := []struct {
		cmd  Command
		want [5]string
	}{
		{Ring{Leg: "cust"}, [5]string{over, "journal command.failed", "journal command.failed", nothing, "journal command.failed"}},
		{Answer{Leg: "cust"}, [5]string{over, ends[1], ends[2], nothing, ends[4]}},
		// The leg has been answered: it is there, whatever became of the reply.
		{Dial{Agent: Agent{Party: Party{Leg: "leg-a"}}}, [5]string{"journal agent.away", "journal agent.away", "journal agent.away", "journal agent.away", nothing}},
		{DialOut{Leg: "no leg of ours"}, [5]string{nothing, nothing, nothing, nothing, "hangup no leg of ours 16"}},
		{Hangup{Leg: "leg-a", Cause: 16}, [5]string{nothing, nothing, nothing, nothing, "hangup leg-a 16"}},
		{Hangup{Leg: "no leg of ours"}, [5]string{nothing, nothing, nothing, nothing, "hangup no leg of ours 0"}}, // it may have been dialled
		{CreateRoom{Room: "call"}, ends},
		{DestroyRoom{Room: "call"}, noted},
		{Join{Room: "call", Leg: "leg-a"}, [5]string{nothing, "hangup leg-a 16", "hangup leg-a 16", nothing, "journal command.failed"}},
		{Join{Room: "call", Leg: "cust"}, ends},
		{Part{Room: "call", Leg: "cust"}, noted},
		{HoldLeg{Room: "call", Leg: "cust"}, noted},
		{UnholdLeg{Room: "call", Leg: "cust"}, ends},
		{MuteLeg{Leg: "leg-a", On: true}, noted},
		{Music{Leg: "cust", On: true}, noted},
		{PlayDigits{Leg: "cust", Digits: "1"}, noted},
		{Play{ID: "none", Leg: "cust"}, same(nothing)},
		{StopPlay{ID: "none"}, noted},
		{Monitor{Leg: "no leg of ours"}, noted},
		{Record{ID: "cust-1", Leg: "cust"}, same("TrackClosed cust-1")},
		{StopRecord{ID: "cust-1"}, noted},
		{Mask{ID: "cust-1", On: true}, noted},
	}
	for _, c := range cases {
		for i, kind := range kinds {
			t.Run(fmt.Sprintf("%s %s", CommandName(c.cmd), kind), func(t *testing.T) {
				s := talking(t, "a").invited("a", "b")
				s.t = t
				s.then(Failed{Command: c.cmd, Kind: kind})
				if c.want[i] == nothing {
					s.wants().state(Talking)
					return
				}
				s.has(c.want[i])
				if (c.want[i] == over) != s.c.State.Over() {
					t.Errorf("state %s", s.c.State)
				}
			})
		}
	}
}

// What is shown is what is: a command that failed is taken back.
func TestFailuresAreShown_HOLD_2_CALL_4(t *testing.T) {
	h := talking(t, "a").does("a", PutHold).then(Failed{Command: HoldLeg{Room: "call", Leg: "cust"}, Kind: engine.KindRefused}).
		wants("journal command.failed", "journal call.released")
	if h.c.Hold != nil {
		t.Error("hold is shown")
	}
	for on, want := range map[bool]bool{true: false, false: true} {
		s := talking(t, "a").then(Failed{Command: MuteLeg{Leg: "leg-a", On: on}, Kind: engine.KindBusy})
		if a, _ := s.c.Agent("a"); a.Muted != want {
			t.Errorf("after a failed mute %v the agent is shown as muted %v", on, a.Muted)
		}
	}
	// A customer whose only agent cannot be joined goes on to the next.
	talking(t, "a").then(Failed{Command: Join{Room: "call", Leg: "leg-a"}, Kind: engine.KindRefused}).state(Queued).
		has("hangup leg-a 16", "Free{acc-a}", "HoldLeg{call cust}", "Seek{}")
	// A greeting that cannot be played keeps nobody.
	ringing(t, "a").then(Failed{Command: Answer{Leg: "cust"}, Kind: engine.KindRefused}).missed(dialplan.RingTimeOver, BySystem)
	ringing(t, "a").then(Failed{Command: Dial{Agent: Agent{Party: Party{Leg: "leg-a"}}}, Kind: engine.KindTimeout}).has("hangup leg-a 16")
	// A call that is over takes note of its records and hang-ups alone.
	over := talking(t, "a").does("a", EndCall)
	for _, kind := range kinds {
		over.fork().then(Failed{Command: DestroyRoom{Room: "call"}, Kind: kind}).wants()
		over.fork().then(Failed{Command: Record{ID: "cust-1"}, Kind: kind}).has("TrackClosed cust-1")
	}
}
