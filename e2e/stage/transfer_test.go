package stage_test

import (
	"errors"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/presence"
	"ringdesk/testkit/stage"
)

// handedOver waits until the agent who handed a call over is out of it, and
// the customer hears music.
func handedOver(t *testing.T, s *stage.Stage, c *stage.Customer, id string, by *stage.Agent, since time.Time) {
	t.Helper()
	by.AwaitOver(t)
	c.HearsTones(t, stage.MusicHz)
	t.Logf("transfer: the customer hears music after %v", c.After(since, stage.MusicHz))
	if got := s.Call(id); got.State != call.Ringing && got.State != call.Queued {
		t.Errorf("the call is %s", got.State)
	}
}

func TestBlindTransfer_CALL_7(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 3})
	c, from, to := s.Customer("Cora", "+821012340020"), s.Agents[0], s.Agents[1]
	id := s.Talk(c, from)
	at := time.Now()
	from.DoTo(id, call.Transfer, to)
	handedOver(t, s, c, id, from, at)
	if got := to.Answer(t); got != id {
		t.Errorf("call %s rang, want %s", got, id)
	}
	answered := time.Now()
	stage.AllHear(t, stage.Parties(s.Agents[1:2], &c.Party)...)
	t.Logf("blind transfer: %v after the answer the customer hears the agent", c.After(answered, to.Hz))
	if s.Agents[2].Rung() != 1 {
		t.Errorf("the third agent's phone rang %d times", s.Agents[2].Rung())
	}
	to.Do(id, call.Leave) // the last agent
	c.AwaitOver(t)
	if got := s.AwaitState(id, call.Ended); got.Outcome != call.Answered {
		t.Errorf("the call ended as %q", got.Outcome)
	}
	s.Recording(id).HoldsNot(t, "the mix", stage.MusicHz)
}

// A colleague who does not answer costs the customer nothing: they are the first
// whom another agent gets, before one who waits already.
//
// Covers: CALL-7, IN-6.
func TestBlindTransferUnanswered_CALL_7(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 3})
	from, to, other := s.Agents[0], s.Agents[1], s.Agents[2]
	to.Change(presence.Change{NotifyUnassigned: new(false)})
	to.RingFor(5)
	c, busy, waiting := s.Customer("Cora", "+821012340021"), s.Customer("Dan", "+821012340024"), s.Customer("Eve", "+821012340025")
	id := s.Talk(c, from)
	s.Talk(busy, other)
	waiting.Dial()
	waiting.HearsTones(t, stage.MusicHz)
	from.Change(presence.Change{Status: new("meal")})
	at := time.Now()
	from.DoTo(id, call.Transfer, to)
	handedOver(t, s, c, id, from, at)
	to.AwaitRing(t)
	to.AwaitQuiet(t)
	s.AwaitState(id, call.Queued)
	c.HearsTones(t, stage.MusicHz)
	busy.Hangup()
	if got := other.Answer(t); got != id {
		t.Errorf("call %s rang, want %s", got, id)
	}
	stage.AllHear(t, &c.Party, &other.Party)
	waiting.HearsTones(t, stage.MusicHz)
	if from.Rung() != 1 || to.Rung() != 1 {
		t.Errorf("their phones rang %d and %d times", from.Rung(), to.Rung())
	}
	c.Hangup()
	waiting.Hangup()
}

func TestAttendedTransfer_CALL_7_HOLD_1(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 2})
	c, from, to := s.Customer("Cora", "+821012340022"), s.Agents[0], s.Agents[1]
	id := s.Talk(c, from)
	from.Do(id, call.PutHold)
	c.HearsTones(t, stage.MusicHz)
	from.DoTo(id, call.Invite, to)
	var refused *stage.Failure
	if err := from.Try(id, call.Do{Action: call.Transfer, Target: to.ID}); !errors.As(err, &refused) || refused.Kind != "refused" {
		t.Errorf("a transfer to one who has not answered yet: %v", err)
	}
	to.Answer(t)
	stage.AllHear(t, stage.Parties(s.Agents)...)
	c.HearsTones(t, stage.MusicHz)
	at := time.Now()
	from.DoTo(id, call.Transfer, to)
	from.AwaitOver(t)
	stage.AllHear(t, stage.Parties(s.Agents[1:], &c.Party)...)
	t.Logf("attended transfer: the customer hears the colleague after %v", c.After(at, to.Hz))
	if got := s.Call(id); got.Hold != nil || got.State != call.Talking {
		t.Errorf("after the transfer the call is %s, hold %+v", got.State, got.Hold)
	}
	c.Hangup()
}

func TestTransferToTeam_CALL_7(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 3})
	c, from, outside, member := s.Customer("Cora", "+821012340023"), s.Agents[0], s.Agents[1], s.Agents[2]
	team := s.AddTeam("Second level", member)
	id := s.Talk(c, from)
	at := time.Now()
	from.DoWith(id, call.Do{Action: call.Transfer, Team: team})
	handedOver(t, s, c, id, from, at)
	if got := member.Answer(t); got != id {
		t.Errorf("call %s rang, want %s", got, id)
	}
	stage.AllHear(t, stage.Parties(s.Agents[2:], &c.Party)...)
	if outside.Rung() != 1 || from.Rung() != 1 {
		t.Errorf("phones outside the team rang %d and %d times", outside.Rung(), from.Rung())
	}
	c.Hangup()
}
