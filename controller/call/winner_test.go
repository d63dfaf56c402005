package call_test

import (
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine/memory"
	"ringdesk/dialplan"
)

// A thousand rounds of ten agents who answer within 20 ms of each other.
func TestOneWinner_IN_11(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newTown(t, 10, memory.Options{})
		w.settings(func(s *dialplan.Settings) { s.InboundPerMinute = count(0) })
		random := rand.New(rand.NewPCG(7, 11))
		for round := range 1000 {
			caller := w.caller(from(round))
			caller.Call(number)
			for _, p := range w.phones {
				w.rings(p)
			}
			answerWithin(w.phones, 20*time.Millisecond, random)
			c := w.newest()
			joined, taken := 0, 0
			for _, a := range c.Agents {
				switch a.State {
				case call.PartyJoined:
					joined++
				case call.PartyTaken:
					taken++
				}
			}
			if c.State != call.Talking || joined != 1 || taken != 9 {
				t.Fatalf("round %d: %s, %d joined, %d taken", round, c.State, joined, taken)
			}
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
	synctest.Wait()
}
