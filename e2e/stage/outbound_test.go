package stage_test

import (
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/models"
	"ringdesk/testkit/stage"
)

// ringbackHz is the lower of the two tones that the engine's ringing tone is
// made of.
const ringbackHz = 440

func TestPlace_OUT_2_OUT_5(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 1})
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
	stage.AllHear(t, &c.Party, &a.Party)
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

// Covers: OUT-8, END-1. The agent hears the carrier's announcement instead of our
// own ringing tone, then the customer; the recording has neither of the first two.
func TestCarrierAnnounces(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 1})
	a := s.Agents[0]
	s.Customer("Nobody", "+821012340070") // takes the tone that the ringing tone has, too
	c := s.Customer("Cora", "+821012340071")
	placed, err := a.Place(c.Number)
	if err != nil {
		t.Fatal(err)
	}
	ring := c.AwaitRing(t)
	a.HearsTones(t, ringbackHz)
	ring.SayTone(stage.PromptHz)
	if err := ring.Progress(true); err != nil {
		t.Fatal(err)
	}
	a.HearsTones(t, stage.PromptHz)
	s.AwaitState(placed.ID, call.Dialing)
	c.Answer(t)
	stage.AllHear(t, &c.Party, &a.Party)
	c.Hangup()
	if got := s.AwaitState(placed.ID, call.Ended); got.Outcome != call.Answered || got.AnsweredAt.Sub(got.StartedAt) <= 0 {
		t.Errorf("the call ended as %q, answered at %v", got.Outcome, got.AnsweredAt)
	}
	rec := s.Recording(placed.ID)
	rec.HoldsNot(t, "the mix", ringbackHz)
	rec.HoldsNot(t, "the mix", stage.PromptHz)
}

// Why a customer could not be had is told apart (OUT-8).
func TestNotReached_OUT_8(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 1})
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
		{410, "Gone", call.Moved},
		{302, "Moved Temporarily", call.Moved},
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
		stage.Await(t, "the agent is free", stage.ActionTime, func() (bool, string) { return a.State().ClaimCall == "", "" })
	}
}

// An agent who gives up while the customer's phone rings.
func TestCancelled_OUT_8(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 1})
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
		s := stage.New(t, stage.Scene{Agents: 1, Trunks: 2})
		s.SetTrunk(s.Trunks[0], func(set *models.TrunkSettings) { set.Remote = "127.0.0.1:9" }) // nothing answers there
		s.Provide()
		stage.Await(t, "the first carrier is known to be down", stage.ActionTime, func() (bool, string) {
			state := s.State(s.Trunks[0])
			return state == engine.TrunkUnreachable && s.State(s.Trunks[1]) == engine.TrunkReachable, string(state)
		})
		failsOver(t, s, stage.ActionTime)
	})
	t.Run("down since a moment ago", func(t *testing.T) {
		t.Parallel()
		s := stage.New(t, stage.Scene{Agents: 1, Trunks: 2})
		s.Trunks[0].Silence()
		failsOver(t, s, silentCarrier+stage.ActionTime)
	})
	t.Run("the carrier is overloaded", func(t *testing.T) {
		t.Parallel()
		s := stage.New(t, stage.Scene{Agents: 1, Trunks: 2})
		a, c := s.Agents[0], s.Customer("Cora", "+821012340063")
		placed, err := a.Place(c.Number)
		if err != nil {
			t.Fatal(err)
		}
		c.Refuse(t, 503, "Service Unavailable") // through the first trunk
		stage.Await(t, "the second carrier is asked", stage.ActionTime, func() (bool, string) { return len(s.Trunks[1].Asked()) == 1, "" })
		c.Answer(t)
		stage.AllHear(t, &c.Party, &a.Party)
		c.Hangup()
		if got := s.AwaitState(placed.ID, call.Ended); got.Outcome != call.Answered {
			t.Errorf("the call ended as %q", got.Outcome)
		}
	})
}

// silentCarrier is how long a carrier may answer nothing.
const silentCarrier = engine.DefaultFirstAnswer

// failsOver places a call that the first carrier does not take.
func failsOver(t *testing.T, s *stage.Stage, within time.Duration) {
	t.Helper()
	a, c := s.Agents[0], s.Customer("Cora", "+821012340062")
	at := time.Now()
	placed, err := a.Place(c.Number)
	if err != nil {
		t.Fatal(err)
	}
	stage.Await(t, "the customer's phone rings", within, func() (bool, string) { return c.Ringing() != nil, "" })
	t.Logf("failover after %v", time.Since(at))
	c.Answer(t)
	stage.AllHear(t, &c.Party, &a.Party)
	if got := s.Call(placed.ID); got.Out.Dials != 2 || len(s.Trunks[1].Asked()) != 1 {
		t.Errorf("%d dials; the second carrier was asked for %v", got.Out.Dials, s.Trunks[1].Asked())
	}
	c.Hangup()
	s.AwaitState(placed.ID, call.Ended)
}
