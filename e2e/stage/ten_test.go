package stage_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/testkit/stage"
)

// A customer and nine agents, from the first answer to "end for all".
func TestTenParties_CALL_3_CALL_6_HOLD_1_HOLD_3_HOLD_4_END_6(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 10})
	c := s.Customer("Cora", "+821012340010")
	c.Dial()
	for _, a := range s.Agents { // all ring (IN-5)
		a.AwaitRing(t)
	}
	agents := s.Agents[:9]
	id := agents[0].Answer(t)
	for _, a := range s.Agents[1:] { // one wins (IN-11)
		if ended := a.AwaitQuiet(t).Ended(); ended.Method != "CANCEL" || ended.Cause() != int(engine.CauseAnsweredElsewhere) {
			t.Errorf("%s's phone stopped ringing by %s, cause %d", a.Name, ended.Method, ended.Cause())
		}
	}
	s.AwaitState(id, call.Talking)
	for _, a := range agents[1:] {
		agents[0].Invite(t, id, a)
	}
	everybody := stage.Parties(agents, &c.Party)
	stage.AllHear(t, everybody...)

	var refused *stage.Failure
	if err := agents[3].Try(id, call.Do{Action: call.Invite, Target: s.Agents[9].ID}); !errors.As(err, &refused) || refused.Kind != "full" {
		t.Errorf("inviting an eleventh participant: %v", err)
	}

	agents[8].Do(id, call.Mute)
	unheard := muted(t, everybody, &agents[8].Party)
	agents[8].Do(id, call.Unmute)
	stage.AllHear(t, everybody...)

	holdFrom, holdTo := hold(t, s, c, id, agents)
	agents[2].Do(id, call.Leave)
	agents[2].AwaitOver(t)
	staying := stage.Parties(slices.Concat(agents[1:2], agents[3:]), &c.Party)
	stage.AllHear(t, staying...)

	agents[4].Do(id, call.EndCall)
	for _, p := range staying {
		if ended := p.AwaitOver(t); ended.Method != "BYE" || ended.Local {
			t.Errorf("%s was disconnected by %+v", p.Name, ended)
		}
	}
	ended := s.AwaitState(id, call.Ended)
	if ended.EndedBy != call.ByAgent || ended.Outcome != call.Answered || s.Agents[9].Rung() != 1 {
		t.Errorf("the call ended by %q as %q; the tenth agent's phone rang %d times", ended.EndedBy, ended.Outcome, s.Agents[9].Rung())
	}

	rec := s.Recording(id)
	rec.Holds(t, "during hold", holdFrom, holdTo, pitches(stage.Parties(agents))...)
	rec.Holds(t, "while one was muted", unheard.from, unheard.to, pitches(everybody[:9])...)
	rec.HoldsNot(t, "the mix", stage.MusicHz)
}

// stretch is a time in which something was so.
type stretch struct{ from, to time.Time }

// muted waits until nobody hears the one who is muted, who hears all, and lets
// that last for a while.
func muted(t *testing.T, everybody []*stage.Party, who *stage.Party) stretch {
	t.Helper()
	var since time.Time
	for i, p := range everybody {
		others := slices.Concat(everybody[:i], everybody[i+1:])
		if p != who {
			others = slices.DeleteFunc(others, func(o *stage.Party) bool { return o == who })
		}
		since = p.Hears(t, others...)
	}
	return stretch{since, since.Add(400 * time.Millisecond)}
}

// hold puts the customer on hold, lets the one who pressed leave, and another
// one release. It gives the time in which all nine talked among themselves.
func hold(t *testing.T, s *stage.Stage, c *stage.Customer, id string, agents []*stage.Agent) (from, to time.Time) {
	t.Helper()
	pressed := time.Now()
	agents[0].Do(id, call.PutHold)
	since := c.HearsTones(t, stage.MusicHz)
	t.Logf("hold: music after %v", c.After(pressed, stage.MusicHz))
	stage.AllHear(t, stage.Parties(agents)...)
	from, to = since, time.Now()
	if held := s.Call(id); held.Hold == nil || held.Hold.AgentID != agents[0].ID {
		t.Errorf("the call shows hold as %+v", held.Hold)
	}
	agents[0].Do(id, call.Leave)
	agents[0].AwaitOver(t)
	if held := s.Call(id); held.State != call.Talking || held.Hold == nil {
		t.Errorf("when the one who pressed has left, the call is %s, hold %+v", held.State, held.Hold)
	}
	stage.AllHear(t, stage.Parties(agents[1:])...)
	c.HearsTones(t, stage.MusicHz)
	pressed = time.Now()
	agents[1].Do(id, call.Release)
	stage.AllHear(t, stage.Parties(agents[1:], &c.Party)...)
	t.Logf("release: the customer's music ends after %v", c.Until(pressed, stage.MusicHz))
	return from, to
}

// pitches are the parties' tones.
func pitches(ps []*stage.Party) []int {
	var hz []int
	for _, p := range ps {
		hz = append(hz, p.Hz)
	}
	return hz
}
