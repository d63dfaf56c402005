package stage_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/stage"
)

// reofferTime is how long the next agent may wait after a refusal (IN-4).
const reofferTime = 100 * time.Millisecond

// Under automatic assignment ten agents decline one after the other, in six
// rounds; then the call is missed. Nobody is offered the call twice in a row,
// and never are two phones offered it at once. It has the machine to itself: it
// measures.
func TestReoffer_IN_4_MISS_1(t *testing.T) {
	const rounds = 6
	yes := true
	s := stage.New(t, stage.Scene{Agents: 10, Settings: dialplan.Settings{Automatic: &yes, Rounds: rounds}})
	c := s.Customer("Cora", "+821012340110")
	c.Dial()
	var offers []*phone.Call
	var who []string
	for i := range rounds * len(s.Agents) {
		a := nextRung(t, s, i)
		ring := a.AwaitRing(t)
		offers, who = append(offers, ring), append(who, a.Name)
		ring.Refuse(603, "Decline")
	}
	if code := c.AwaitFinal(); code != 480 {
		t.Errorf("the caller gets %d", code)
	}
	id := s.Newest(1)
	if got := s.AwaitState(id, call.Missed); got.MissedReason != dialplan.RingTimeOver {
		t.Errorf("the call was missed as %q", got.MissedReason)
	}
	if offered, declined := s.Count(id, "agent.offered"), s.Count(id, "agent.declined"); offered != len(offers) || declined != len(offers) {
		t.Errorf("%d offers, %d declined, want %d", offered, declined, len(offers))
	}
	var after []time.Duration
	for i := 1; i < len(offers); i++ {
		after = append(after, offers[i].Start.Sub(offers[i-1].Final().At))
		if who[i] == who[i-1] {
			t.Errorf("offers %d and %d both went to %s", i, i+1, who[i])
		}
	}
	median, p95 := quantiles(after)
	t.Logf("re-offer: from a phone's 603 to the next phone's INVITE %v in the median, %v in 95 %% of %d; first offer %v after the caller's INVITE",
		median, p95, len(after), offers[0].Start.Sub(c.Phone().Start))
	if median > reofferTime {
		t.Errorf("the median of %v is above %v", median, reofferTime)
	}
	if slices.Min(after) < 0 {
		t.Error("an agent was offered the call while it rang at another's")
	}
}

// nextRung waits until one agent's phone rings after so many offers, and gives
// that agent. All phones together have rung once more then.
func nextRung(t *testing.T, s *stage.Stage, before int) *stage.Agent {
	t.Helper()
	var next *stage.Agent
	stage.Await(t, fmt.Sprintf("offer %d comes", before+1), stage.ActionTime, func() (bool, string) {
		rung := 0
		for _, a := range s.Agents {
			rung += a.Rung()
			if a.Ringing() != nil {
				next = a
			}
		}
		return rung > before && next != nil, fmt.Sprintf("the phones have rung %d times", rung)
	})
	return next
}

// quantiles gives the median and the 95th percentile.
func quantiles(ds []time.Duration) (median, p95 time.Duration) {
	if len(ds) == 0 {
		return 0, 0
	}
	sorted := slices.Sorted(slices.Values(ds))
	return sorted[len(sorted)/2], sorted[len(sorted)*95/100]
}
