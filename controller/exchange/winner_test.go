package exchange_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/dialplan"
	"ringdesk/testkit/memory"
)

// Ten agents answer within 20 ms of each other: a thousand rounds of Step on the
// engine, and a hundred with everything, where the store takes nearly all of
// the time.
func TestOneWinner_IN_11(t *testing.T) {
	virtual(t, func(t *testing.T) {
		l := newLoop(t, 10)
		random := rand.New(rand.NewPCG(3, 5))
		for round := range 1000 {
			l.round(t, round, random)
		}
	})
}

func TestOneWinnerInTheStore_IN_11(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 10, memory.Options{})
		random := rand.New(rand.NewPCG(7, 11))
		for round := range 100 {
			caller := w.caller(from(round))
			caller.Call(number)
			for _, p := range w.phones {
				w.rings(p)
			}
			answerWithin(w.phones, 20*time.Millisecond, random)
			synctest.Wait()
			oneJoined(t, round, w.newest())
			caller.Hangup()
			w.await("the call to be over", func() bool { return w.x.Live() == 0 && w.sw.Idle() == nil })
		}
		w.clean()
	})
}

// answerWithin lets all phones be answered at random moments of a time.
func answerWithin(phones []*memory.Line, within time.Duration, random *rand.Rand) {
	var all sync.WaitGroup
	for _, p := range phones {
		after := time.Duration(random.Int64N(int64(within)))
		all.Go(func() {
			time.Sleep(after)
			p.Answer()
		})
	}
	all.Wait()
}

func oneJoined(t *testing.T, round int, c call.Call) {
	t.Helper()
	as := map[call.PartyState]int{}
	for _, a := range c.Agents {
		as[a.State]++
	}
	if c.State != call.Talking || as[call.PartyJoined] != 1 || as[call.PartyTaken] != len(c.Agents)-1 {
		t.Fatalf("round %d: %s, agents %v", round, c.State, as)
	}
}

// loop is Step on the in-memory engine, without an exchange or a store: one call
// after another.
type loop struct {
	sw     *memory.Switch
	engine *memory.Engine
	phones []*memory.Line
	events chan engine.Event
}

const callerHz, firstAgentHz = 400, 1000

func newLoop(t *testing.T, agents int) *loop {
	l := &loop{sw: memory.New(memory.Options{}), events: make(chan engine.Event, 1000)}
	l.engine = l.sw.Engine()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := l.engine.Run(ctx, func(ev engine.Event) { l.events <- ev }); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
	synctest.Wait()
	err := l.engine.PutTrunk(ctx, engine.Trunk{ID: "t", Hosts: []string{"192.0.2.10"}})
	for i := range agents {
		line := l.sw.Line(fmt.Sprintf("sip:phone%d@192.0.2.50", i), memory.Manner{})
		line.Say(firstAgentHz + i)
		l.phones = append(l.phones, line)
		if err == nil {
			err = l.engine.PutPhone(ctx, engine.Phone{ID: fmt.Sprint("phone", i), Contact: line.URI()})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// round is one call that everybody answers.
func (l *loop) round(t *testing.T, round int, random *rand.Rand) {
	caller := l.sw.Caller(netip.MustParseAddr("192.0.2.10"), from(round), "", memory.Manner{})
	caller.Say(callerHz)
	caller.Call("1")
	c := l.play(t, call.Call{ID: fmt.Sprint("call", round), Kind: "phone", Direction: "inbound", StartedAt: time.Now(),
		Plan: dialplan.Plan{Overflow: []dialplan.Level{{Rounds: 1}}, RingSeconds: 20, QueueCalls: 1, QueueSeconds: 60}}, l.offer(round))
	var all sync.WaitGroup
	all.Go(func() { answerWithin(l.phones, 20*time.Millisecond, random) })
	for range 5 { // some answers meet a call that is taken, others one that does not know yet
		time.Sleep(4 * time.Millisecond)
		c = l.play(t, c)
	}
	all.Wait()
	c = l.play(t, c)
	oneJoined(t, round, c)
	time.Sleep(time.Millisecond)
	now := time.Now()
	heard := caller.Heard(now.Add(-time.Microsecond), now)
	for i, p := range l.phones {
		hears := p.Heard(now.Add(-time.Microsecond), now)
		if won := c.Agents[i].State == call.PartyJoined; won != (len(hears) == 1 && hears[0].Hz[0] == callerHz) || won && (len(heard) != 1 || heard[0].Hz[0] != firstAgentHz+i) {
			t.Fatalf("round %d: agent %d is %s and hears %v, the caller hears %v", round, i, c.Agents[i].State, hears, heard)
		}
	}
	caller.Hangup()
	if c = l.play(t, c); !c.Drained() || l.sw.Idle() != nil {
		t.Fatalf("round %d: %s, %v", round, c.State, l.sw.Idle())
	}
}

func (l *loop) offer(round int) call.Arrived {
	var found call.Arrived
	for i := range l.phones {
		id := fmt.Sprintf("%d-%d", round, i)
		found.Candidates = append(found.Candidates, call.Candidate{AgentID: fmt.Sprint(i), AccountID: fmt.Sprint(i), Name: fmt.Sprint(i),
			Phone: fmt.Sprint("phone", i), Leg: engine.LegID(id), PartyID: id})
	}
	return found
}

// play steps through what has happened and what follows from it, one after the
// other, as a call's goroutine does.
func (l *loop) play(t *testing.T, c call.Call, inputs ...call.Input) call.Call {
	for {
		synctest.Wait()
		select {
		case ev := <-l.events:
			if arrived, ok := ev.(engine.LegArrived); ok {
				c.Customer.Leg = arrived.Leg
				continue
			}
			inputs = append(inputs, ev)
			continue
		default:
		}
		if len(inputs) == 0 {
			return c
		}
		var effects []call.Effect
		c, effects = call.Step(c, inputs[0], time.Now())
		inputs = inputs[1:]
		for _, e := range effects {
			cmd, ok := e.(call.Command)
			if !ok {
				continue
			}
			if err := call.Send(t.Context(), l.engine, cmd, &c, func(names []string) []string { return names }); err != nil {
				inputs = append(inputs, call.Failed{Command: cmd, Kind: engine.KindOf(err)})
			}
		}
	}
}
