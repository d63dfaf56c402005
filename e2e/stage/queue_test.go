package stage_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/stage"
)

const (
	// most is how many callers may wait (IN-6).
	most = 200
	// adoptTime is how long a new controller may take until it has all calls.
	adoptTime = 3 * time.Second
	// overlapTime is how long two messages to the same phone may overtake each
	// other on a busy machine.
	overlapTime = time.Second
)

// 200 callers wait and the next is turned away. Their controller is killed and
// a new one has them all at once; then the agents come, one by one, and take
// them strictly in their order.
func TestQueueOf200_IN_4_IN_6_MISS_1_SYS_3(t *testing.T) {
	yes := true
	s := stage.New(t, stage.Scene{Agents: 10, Unrecorded: true, Settings: dialplan.Settings{Automatic: &yes, AnnounceSeconds: -1}})
	first := s.Customer("Cora", "+821012340120")
	for _, a := range s.Agents[1:] {
		a.Ready(false)
	}
	s.Talk(first, s.Agents[0])

	silent, heard := s.Callers(false), s.Callers(true) // some have ears, the first and the last among them
	started := time.Now()
	for i := range most {
		c := silent
		if i%20 == 0 || i == most-1 {
			c = heard
		}
		c.Dial(queueNumber(i)).AwaitAnswered(t)
	}
	t.Logf("%d callers wait after %v, each calling when the one before was connected", most, time.Since(started))
	allHear(t, heard, stage.MusicHz)
	over := silent.Dial("+821012100000")
	stage.Await(t, "the caller past the limit is turned away", stage.ActionTime, func() (bool, string) { return over.Final().Code != 0, "" })
	if f := over.Final(); f.Code != 486 {
		t.Errorf("the caller past the limit gets %d %s", f.Code, f.Reason)
	}
	if got := s.CallFrom(over.Number); got.MissedReason != string(dialplan.ExceededQueue) {
		t.Errorf("the caller past the limit was missed as %q", got.MissedReason)
	}
	order := s.Queue()
	if len(order) != most {
		t.Fatalf("%d callers wait", len(order))
	}
	for i, row := range order {
		if from := s.Decode(row).From; from != queueNumber(i) {
			t.Fatalf("place %d has %s, want %s", i+1, from, queueNumber(i))
		}
	}

	s.Kill()
	allHear(t, heard, stage.MusicHz)
	took := s.Readopt(order)
	t.Logf("a new controller has %d waiting calls %v after its process was started", most, took)
	if took > adoptTime {
		t.Errorf("the calls were taken over after %v, want %v", took, adoptTime)
	}
	allHear(t, heard, stage.MusicHz)
	if !slices.EqualFunc(s.Queue(), order, func(a, b models.Call) bool { return a.ID == b.ID }) {
		t.Error("the order is another one after the restart")
	}

	for _, a := range s.Agents {
		a.AutoAnswer(true)
	}
	started = time.Now()
	first.Hangup()
	for i, a := range s.Agents[1:] {
		hangUpWhoTalks(t, s, append(silent.All, heard.All...), 10*(i+1), atOnce) // some later than others
		a.Ready(true)
	}
	hangUpWhoTalks(t, s, append(silent.All, heard.All...), most, atOnce)
	t.Logf("ten agents have talked to %d callers after %v", most, time.Since(started))
	takenInOrder(t, s, order)
	s.NoLegs()
}

func atOnce(call.Call) bool { return true }

func queueNumber(i int) string { return fmt.Sprintf("+82101212%04d", i) }

// allHear waits until each of the callers hears exactly the tones.
func allHear(t *testing.T, c *stage.Callers, hz ...int) {
	t.Helper()
	for _, k := range c.All {
		c.Party(k).HearsTones(t, hz...)
	}
}

// hangUpWhoTalks lets callers hang up once they have talked long enough, until
// so many of their calls have been answered and ended.
func hangUpWhoTalks(t *testing.T, s *stage.Stage, callers []*stage.Caller, ended int, enough func(call.Call) bool) {
	t.Helper()
	by := map[string]*stage.Caller{}
	for _, k := range callers {
		by[k.Number] = k
	}
	stage.Await(t, fmt.Sprintf("%d calls are over", ended), 2*time.Minute, func() (bool, string) {
		over := 0
		for _, row := range s.Calls() {
			c := s.Decode(row)
			switch k := by[c.From]; {
			case k == nil:
			case c.State == call.Talking && enough(c):
				k.Hangup()
			case c.Outcome == call.Answered:
				over++
			}
		}
		return over >= ended, fmt.Sprintf("%d are", over)
	})
}

// takenInOrder asserts that the calls were offered in their order, each once,
// to one phone, and to nobody who was in another call.
func takenInOrder(t *testing.T, s *stage.Stage, order []models.Call) {
	t.Helper()
	var last time.Time
	by := map[string]string{} // agents' ids by call
	for i, row := range order {
		var offers []models.JournalEntry
		for _, e := range s.Journal(row.ID) {
			if e.Type == "agent.offered" {
				offers = append(offers, e)
			}
		}
		if len(offers) != 1 {
			t.Errorf("the call at place %d was offered %d times: %s", i+1, len(offers), s.Told(row.ID))
			continue
		}
		if offers[0].At.Before(last) {
			t.Errorf("the call at place %d was offered at %v, before the one ahead of it", i+1, offers[0].At)
		}
		last = offers[0].At.Time
		var data struct{ AgentID string }
		if err := json.Unmarshal([]byte(offers[0].Data), &data); err != nil {
			t.Fatal(err)
		}
		by[row.ID] = data.AgentID
	}
	rung := map[string]int{}
	overlap := time.Duration(0)
	for _, a := range s.Agents {
		var before *phone.Call
		for _, ring := range a.Rings() {
			id := ring.Header("X-Ringdesk-Call")
			rung[id]++
			if by[id] != a.ID && by[id] != "" {
				t.Errorf("call %s rang %s's phone and was offered to another", id, a.Name)
			}
			if before != nil {
				overlap = max(overlap, before.Ended().At.Sub(ring.Start))
			}
			before = ring
		}
	}
	// An agent is free when the customer has hung up. The end of that call and
	// the next one are two messages of the engine's, in any order.
	t.Logf("an agent's next call came at most %v before the end of the one before", overlap)
	if overlap > overlapTime {
		t.Errorf("a phone rang %v before its call ended", overlap)
	}
	for i, row := range order {
		if rung[row.ID] != 1 {
			t.Errorf("the call at place %d rang %d phones", i+1, rung[row.ID])
		}
	}
}
