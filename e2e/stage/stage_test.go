package stage_test

import (
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/testkit/stage"
)

func TestMain(m *testing.M) { stage.Main(m) }

// A talk, and one that a crash of the controller does not end.
//
// Covers: IN-1, IN-5, SYS-3.
func TestStage_SYS_3(t *testing.T) {
	s := stage.New(t, stage.Scene{Agents: 2})
	c := s.Customer("Cora", "+821012340001")
	id := s.Talk(c, s.Agents[0])
	s.Agents[1].AwaitQuiet(t)
	s.Kill()
	talking(t, c, s.Agents[0])
	s.Restart()
	s.Agents[0].Do(id, call.PutHold)
	c.HearsTones(t, stage.MusicHz)
	s.Agents[0].Hears(t)
	s.Agents[0].Do(id, call.Release)
	stage.AllHear(t, stage.Parties(s.Agents[:1], &c.Party)...)
	c.Hangup()
	ended := s.AwaitState(id, call.Ended)
	if ended.EndedBy != call.ByCustomer || ended.Outcome != call.Answered {
		t.Errorf("the call ended by %q as %q", ended.EndedBy, ended.Outcome)
	}
	s.Agents[0].AwaitOver(t)
}

// talking waits until two hear each other, and lets that last for a while.
func talking(t *testing.T, c *stage.Customer, a *stage.Agent) stretch {
	t.Helper()
	const long = time.Second
	stage.AllHear(t, &c.Party, &a.Party)
	from := time.Now()
	stage.Tones.Always(t, c.Name, c, from, long, a.Hz)
	stage.Tones.Always(t, a.Name, a, from, long, c.Hz)
	return stretch{from, from.Add(long)}
}
