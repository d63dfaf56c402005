package memory_test

import (
	"net/netip"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/memory"
)

// stepClock is a caller's own clock: time passes only when it is told to.
type stepClock struct {
	now    time.Time
	timers []*stepTimer
}

type stepTimer struct {
	at time.Time
	do func()
}

func (c *stepClock) Now() time.Time { return c.now }

func (c *stepClock) AfterFunc(d time.Duration, do func()) func() bool {
	t := &stepTimer{c.now.Add(d), do}
	c.timers = append(c.timers, t)
	return func() bool {
		was := t.do != nil
		t.do = nil
		return was
	}
}

// advance lets time pass, timer by timer.
func (c *stepClock) advance(d time.Duration) {
	end := c.now.Add(d)
	for {
		var next *stepTimer
		kept := c.timers[:0]
		for _, t := range c.timers {
			if t.do == nil {
				continue
			}
			kept = append(kept, t)
			if !t.at.After(end) && (next == nil || t.at.Before(next.at)) {
				next = t
			}
		}
		c.timers = kept
		if next == nil {
			c.now = end
			return
		}
		c.now = next.at
		do := next.do
		next.do = nil
		do()
	}
}

// A switch in a single thread, on a clock of the caller's: events are there
// when a command returns, and timers fire when the clock says so.
func TestOwnClock(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	clock := &stepClock{now: start}
	sw := memory.New(memory.Options{Clock: clock, AnySound: memory.Sound{Hz: 700, Length: 2 * time.Second}})
	eng := sw.Engine()
	if err := eng.Open(); err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	caller := sw.Caller(netip.MustParseAddr("192.0.2.10"), "0101", "", memory.Manner{})
	ctx := t.Context()
	var leg engine.LegID
	next := func() engine.Event {
		t.Helper()
		ev, ok := eng.Next()
		if !ok {
			t.Fatal("no event")
		}
		return ev
	}
	if up, ok := next().(engine.LinkUp); !ok || !up.At.Equal(start) {
		t.Errorf("%+v", up)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(eng.PutTrunk(ctx, trunk))
	caller.Call("070")
	leg = next().(engine.LegArrived).Leg
	must(eng.Answer(ctx, leg))
	next()
	must(eng.Play(ctx, engine.PlayRequest{ID: "p", Leg: leg, Sounds: []string{"ko/queue-position", "ko/digits/3"}}))
	clock.advance(3900 * time.Millisecond)
	if ev, ok := eng.Next(); ok {
		t.Fatalf("%#v before the sounds' end", ev)
	}
	clock.advance(time.Second)
	if ended := next().(engine.PlaybackEnded); !ended.At.Equal(start.Add(4*time.Second)) || ended.Failed != "" {
		t.Errorf("%+v, want the end after 4 s", ended)
	}
}

// BenchmarkCommands is the life of a call in a single thread: 12 commands and
// what the far sides do. A simulation needs 200,000 commands/s.
func BenchmarkCommands(b *testing.B) {
	clock := &stepClock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	sw := memory.New(memory.Options{Clock: clock, AnySound: memory.Sound{Hz: 700, Length: time.Second}})
	eng := sw.Engine()
	if err := eng.Open(); err != nil {
		b.Fatal(err)
	}
	defer eng.Close()
	agent := sw.Line("sip:alice@192.0.2.20", memory.Manner{Reply: memory.Accept})
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
		clock.advance(0)
		must(eng.CreateRoom(ctx, "room"))
		must(eng.Join(ctx, "room", leg))
		must(eng.Join(ctx, "room", "agent"))
		must(eng.Hold(ctx, "room", leg))
		must(eng.Unhold(ctx, "room", leg))
		must(eng.Hangup(ctx, leg, engine.CauseNormal))
		must(eng.Hangup(ctx, "agent", engine.CauseNormal))
		must(eng.DestroyRoom(ctx, "room"))
		drain()
	}
	b.ReportMetric(float64(commands)/b.Elapsed().Seconds(), "commands/s")
}
