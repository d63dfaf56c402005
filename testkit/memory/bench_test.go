package memory_test

import (
	"net/netip"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/memory"
)

// BenchmarkCommands is the life of a call in a single thread: 12 commands and
// what the far sides do. A simulation needs 200,000 commands/s.
func BenchmarkCommands(b *testing.B) {
	clock := &manual{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	sw := memory.New(memory.Options{Clock: clock, AnySound: memory.Sound{Hz: 700, Length: time.Second}})
	eng := sw.Engine()
	if err := eng.Open(); err != nil {
		b.Fatal(err)
	}
	defer eng.Close()
	agent := sw.Line("sip:alice@192.0.2.20", memory.Manner{})
	caller := sw.Caller(netip.MustParseAddr("192.0.2.10"), "0101", "", memory.Manner{})
	ctx := b.Context()
	commands := 0
	must := func(err error) {
		commands++
		if err != nil {
			b.Fatal(err)
		}
	}
	must(eng.PutTrunk(ctx, trunk))
	must(eng.PutPhone(ctx, engine.Phone{ID: "alice", Contact: agent.URI()}))
	drain := func() (leg engine.LegID) {
		for ev, ok := eng.Next(); ok; ev, ok = eng.Next() {
			if arrived, isArrived := ev.(engine.LegArrived); isArrived {
				leg = arrived.Leg
			}
		}
		return leg
	}
	for b.Loop() {
		caller.Call("070")
		leg := drain()
		must(eng.Answer(ctx, leg))
		must(eng.Music(ctx, leg, true))
		must(eng.Play(ctx, engine.PlayRequest{ID: "p", Leg: leg, Sounds: []string{"a", "b"}}))
		must(eng.Dial(ctx, engine.DialRequest{Leg: "agent", Phone: "alice", Timeout: 20 * time.Second}))
		agent.Answer()
		must(eng.CreateRoom(ctx, "room"))
		must(eng.Join(ctx, "room", leg))
		must(eng.Join(ctx, "room", "agent"))
		must(eng.Hold(ctx, "room", leg))
		must(eng.Unhold(ctx, "room", leg))
		must(eng.Hangup(ctx, leg, engine.CauseNormal))
		must(eng.Hangup(ctx, "agent", engine.CauseNormal))
		must(eng.DestroyRoom(ctx, "room"))
		drain()
		for clock.step() { // timers that were stopped
		}
	}
	b.ReportMetric(float64(commands)/b.Elapsed().Seconds(), "commands/s")
}
