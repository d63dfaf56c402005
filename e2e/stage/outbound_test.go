package stage

import (
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/models"
)

// ringbackHz is the lower of the two tones that the engine's ringing tone is
// made of.
const ringbackHz = 440

func TestPlace_OUT_2_OUT_5(t *testing.T) {
	t.Parallel()
	s := New(t, Script{Agents: 1})
	a := s.Agents[0]
	s.Customer("Nobody", "+821012340050") // takes the tone that the ringing tone has, too
	c := s.Customer("Cora", "+821012340051")
	placed, err := a.Place("010-1234 0051")
	if err != nil {
		t.Fatal(err)
	}
	ring := c.AwaitRing(t)
	if number, _ := ring.From(); number != s.Number.Number {
		t.Errorf("the customer sees %q, want %q", number, s.Number.Number)
	}
	a.HearsTones(t, ringbackHz)
	s.AwaitState(placed.ID, call.Dialing)
	answered := time.Now()
	c.Answer(t)
	AllHear(t, &c.Party, &a.Party)
	t.Logf("outbound: %v after the answer the customer hears the agent", c.After(answered, a.Hz))
	a.Do(placed.ID, call.EndCall)
	if ended := c.AwaitOver(t); ended.Local || ended.Method != "BYE" {
		t.Errorf("the customer was disconnected by %+v", ended)
	}
	got := s.AwaitState(placed.ID, call.Ended)
	if got.Outcome != call.Answered || got.EndedBy != call.ByAgent {
		t.Errorf("the call ended by %q as %q", got.EndedBy, got.Outcome)
	}
	s.Recording(placed.ID).HoldsNot(t, "the mix", ringbackHz)
}

// Why a customer could not be had is told apart (OUT-8).
func TestNotReached_OUT_8(t *testing.T) {
	t.Parallel()
	s := New(t, Script{Agents: 1})
	s.LiftCaps()
	a := s.Agents[0]
	c := s.Customer("Cora", "+821012340060")
	for _, row := range []struct {
		code   int
		reason string
		want   call.Outcome
	}{
		{486, "Busy Here", call.WasBusy},
		{480, "Temporarily Unavailable", call.NoAnswer},
		{408, "Request Timeout", call.NoAnswer},
		{603, "Decline", call.Rejected},
		{404, "Not Found", call.Unreachable},
		{484, "Address Incomplete", call.Unreachable},
		{503, "Service Unavailable", call.Failure},
	} {
		placed, err := a.Place(c.Number)
		if err != nil {
			t.Fatal(row.code, err)
		}
		c.Refuse(t, row.code, row.reason)
		got := s.AwaitState(placed.ID, call.Ended)
		if got.Outcome != row.want || !got.AnsweredAt.IsZero() {
			t.Errorf("%d %s: the call ended as %q, want %q", row.code, row.reason, got.Outcome, row.want)
		}
		a.AwaitOver(t)
		await(t, "the agent is free", actionTime, func() (bool, string) { return a.State().ClaimCall == "", "" })
	}
}

// An agent who gives up while the customer's phone rings.
func TestCancelled_OUT_8(t *testing.T) {
	t.Parallel()
	s := New(t, Script{Agents: 1})
	a, c := s.Agents[0], s.Customer("Cora", "+821012340061")
	placed, err := a.Place(c.Number)
	if err != nil {
		t.Fatal(err)
	}
	ring := c.AwaitRing(t)
	a.Do(placed.ID, call.Leave)
	c.AwaitQuiet(t)
	if ring.Ended().Method != "CANCEL" {
		t.Errorf("the customer's phone stopped ringing by %+v", ring.Ended())
	}
	if got := s.AwaitState(placed.ID, call.Ended); got.Outcome != call.Cancelled {
		t.Errorf("the call ended as %q", got.Outcome)
	}
}

// The second trunk takes the call when the first cannot.
func TestFailover_OUT_5(t *testing.T) {
	t.Parallel()
	t.Run("known to be down", func(t *testing.T) {
		t.Parallel()
		s := New(t, Script{Agents: 1, Trunks: 2})
		s.SetTrunk(s.Trunks[0], func(set *models.TrunkSettings) { set.Remote = "127.0.0.1:9" }) // nothing answers there
		s.Provide()
		await(t, "the first carrier is known to be down", actionTime, func() (bool, string) {
			state := s.State(s.Trunks[0])
			return state == engine.TrunkUnreachable && s.State(s.Trunks[1]) == engine.TrunkReachable, string(state)
		})
		s.failsOver(actionTime)
	})
	t.Run("down since a moment ago", func(t *testing.T) {
		t.Parallel()
		s := New(t, Script{Agents: 1, Trunks: 2})
		s.Trunks[0].Silence()
		s.failsOver(silentCarrier + actionTime)
	})
	t.Run("the carrier is overloaded", func(t *testing.T) {
		t.Parallel()
		s := New(t, Script{Agents: 1, Trunks: 2})
		a, c := s.Agents[0], s.Customer("Cora", "+821012340063")
		placed, err := a.Place(c.Number)
		if err != nil {
			t.Fatal(err)
		}
		c.Refuse(t, 503, "Service Unavailable") // through the first trunk
		await(t, "the second carrier is asked", actionTime, func() (bool, string) { return len(s.Trunks[1].Asked()) == 1, "" })
		c.Answer(t)
		AllHear(t, &c.Party, &a.Party)
		c.Hangup()
		if got := s.AwaitState(placed.ID, call.Ended); got.Outcome != call.Answered {
			t.Errorf("the call ended as %q", got.Outcome)
		}
	})
}

// silentCarrier is how long an INVITE is tried that nothing answers (RFC 3261,
// section 17.1.1.2, timer B).
const silentCarrier = 32 * time.Second

// failsOver places a call that the first carrier does not take.
func (s *Stage) failsOver(within time.Duration) {
	t := s.t
	t.Helper()
	a, c := s.Agents[0], s.Customer("Cora", "+821012340062")
	at := time.Now()
	placed, err := a.Place(c.Number)
	if err != nil {
		t.Fatal(err)
	}
	await(t, "the customer's phone rings", within, func() (bool, string) { return c.ringing() != nil, "" })
	t.Logf("failover after %v", time.Since(at))
	c.Answer(t)
	AllHear(t, &c.Party, &a.Party)
	if got := s.Call(placed.ID); got.Out.Dials != 2 || len(s.Trunks[1].Asked()) != 1 {
		t.Errorf("%d dials; the second carrier was asked for %v", got.Out.Dials, s.Trunks[1].Asked())
	}
	c.Hangup()
	s.AwaitState(placed.ID, call.Ended)
}
