package stage_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/dialplan"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/stage"
)

// Ten agents answer at once, many times: one of them is connected, and the
// others' phones stop as answered elsewhere. In the rounds with more time most
// of them have not answered yet when they are told.
func TestOneWinner_IN_5_IN_11(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 10})
	c := s.Customer("Cora", "+821012340101")
	for _, row := range []struct {
		rounds int
		span   time.Duration // in which all agents answer
	}{{20, 20 * time.Millisecond}, {5, 500 * time.Millisecond}} {
		wins, ends := map[string]int{}, map[string]int{}
		slowest := time.Duration(0)
		for range row.rounds {
			winner, rings := raceRound(t, s, c, row.span)
			wins[winner.Name]++
			won := winner.Phone().Final().At
			for i, a := range s.Agents {
				if a == winner {
					continue
				}
				end := rings[i].Ended()
				ends[fmt.Sprintf("%s, cause %d", end.Method, end.Cause())]++
				slowest = max(slowest, end.At.Sub(won))
				// The BYE to one who had answered, too, bears a Reason or none,
				// as Asterisk has its channel still or not.
				if end.Local || end.Method == "CANCEL" && end.Cause() != int(engine.CauseAnsweredElsewhere) {
					t.Errorf("%s's phone was stopped by %+v", a.Name, end)
				}
			}
		}
		t.Logf("%d rounds of 10 agents who answer within %v: one winner each time: %v; the others were stopped by %v, the slowest after %v",
			row.rounds, row.span, wins, ends, slowest)
	}
}

// raceRound lets a customer call and all agents answer, and looks that one of
// them is connected and nothing is left afterwards.
func raceRound(t *testing.T, s *stage.Stage, c *stage.Customer, span time.Duration) (winner *stage.Agent, rings []*phone.Call) {
	t.Helper()
	c.Dial()
	for _, a := range s.Agents {
		rings = append(rings, a.AwaitRing(t))
	}
	id := rings[0].Header("X-Ringdesk-Call")
	answerWithin(rings, span)
	s.AwaitState(id, call.Talking)
	winner = oneAnswered(t, s, rings)
	stage.AllHear(t, &c.Party, &winner.Party)
	if answered, taken := s.Count(id, "call.answered"), s.Count(id, "agent.taken"); answered != 1 || taken != len(s.Agents)-1 {
		t.Errorf("the journal tells of %d answers and %d phones that were too late", answered, taken)
	}
	c.Hangup()
	s.AwaitState(id, call.Ended)
	winner.AwaitOver(t)
	s.NoLegs()
	stage.Await(t, "all are free", stage.ActionTime, func() (bool, string) {
		for _, a := range s.Agents {
			if a.State().ClaimCall != "" {
				return false, a.Name + " is not"
			}
		}
		return true, ""
	})
	return winner, rings
}

// answerWithin answers all calls, each at a moment of its own.
func answerWithin(rings []*phone.Call, span time.Duration) {
	var all sync.WaitGroup
	for _, r := range rings {
		all.Add(1)
		time.AfterFunc(rand.N(span), func() {
			defer all.Done()
			_ = r.Answer() // it may be cancelled already
		})
	}
	all.Wait()
}

// oneAnswered waits until one of the agents is connected and the others' phones
// are quiet, and gives that one.
func oneAnswered(t *testing.T, s *stage.Stage, rings []*phone.Call) *stage.Agent {
	t.Helper()
	var winner *stage.Agent
	stage.Await(t, "one is connected, the others are not", stage.ActionTime, func() (bool, string) {
		winner = nil
		up := 0
		for i, r := range rings {
			if r.Ended().At.IsZero() {
				up++
				winner = s.Agents[i]
			}
		}
		return up == 1, fmt.Sprintf("%d phones are up", up)
	})
	for i, a := range s.Agents {
		if a == winner {
			a.Take(rings[i])
		}
	}
	return winner
}

// A caller hangs up at about the moment at which the only agent answers. It was
// a talk that the caller ended, or a call that the caller gave up; the agent is
// never the one who left, and nothing is left of it.
func TestHangupAtTheAnswer_IN_11_MISS_1(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 1})
	seen := map[string]int{}
	for i := range 40 {
		c := s.Customer("Cora", fmt.Sprintf("+8210123411%02d", i))
		c.Dial()
		ring := s.Agents[0].AwaitRing(t)
		const span = 40 * time.Millisecond
		time.AfterFunc(rand.N(span), func() { _ = ring.Answer() }) // it may be cancelled already
		time.AfterFunc(rand.N(2*span), c.Hangup)
		got := s.AwaitCall(ring.Header("X-Ringdesk-Call"), "is over", func(c call.Call) bool { return c.State.Over() })
		seen[fmt.Sprintf("%s %s by %s", got.Outcome, got.MissedReason, got.EndedBy)]++
		c.AwaitOver(t)
		stage.Await(t, "the agent's phone is quiet and free", stage.ActionTime, func() (bool, string) {
			return !ring.Ended().At.IsZero() && s.Agents[0].State().ClaimCall == "", fmt.Sprintf("%+v", ring.Ended())
		})
	}
	s.NoLegs()
	t.Logf("callers who hang up at the moment of the answer: %v", seen)
	talk, gaveUp := seen[fmt.Sprintf("%s  by %s", call.Answered, call.ByCustomer)], seen[fmt.Sprintf("%s %s by %s", call.WasMissed, dialplan.UserLeft, call.ByCustomer)]
	if talk+gaveUp != 40 || talk == 0 || gaveUp == 0 {
		t.Errorf("the calls ended as %v", seen)
	}
}
