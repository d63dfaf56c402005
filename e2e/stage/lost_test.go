package stage_test

import (
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/testkit/stage"
)

// An agent's page is gone in mid-call: the customer hears music, the new page's
// phone is dialled, and they go on.
func TestReload_IN_12(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 2})
	c, a := s.Customer("Cora", "+821012340070"), s.Agents[0]
	id := s.Talk(c, a)
	at := time.Now()
	a.Vanish()
	a.LoseBrowser()
	c.HearsTones(t, stage.MusicHz)
	t.Logf("lost browser: music after %v", c.After(at, stage.MusicHz))
	a.AutoAnswer(true)
	back := time.Now()
	a.SignIn()
	c.Hears(t, &a.Party)
	stage.AllHear(t, &c.Party, &a.Party)
	t.Logf("re-dial: the customer hears the agent %v after the page's return", c.After(back, a.Hz))
	if got := s.Call(id); got.State != call.Talking || !got.AloneSince.IsZero() || s.Agents[1].Rung() != 1 {
		t.Errorf("the call is %s, alone since %v; a colleague's phone rang %d times", got.State, got.AloneSince, s.Agents[1].Rung())
	}
	c.Hangup()
}

// The engine loses an agent's leg although their page is there: it is dialled
// again at once.
func TestLegLost_IN_12(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 1})
	c, a := s.Customer("Cora", "+821012340071"), s.Agents[0]
	id := s.Talk(c, a)
	a.AutoAnswer(true)
	first := a.Leg(id)
	at := time.Now()
	a.CutLeg(id, engine.CauseOutOfOrder)
	stage.Await(t, "the agent is back", stage.ActionTime, func() (bool, string) { return s.Count(id, "agent.returned") == 1, "" })
	talking(t, c, a)
	t.Logf("lost leg: the last music is heard %v after it", c.Until(at, stage.MusicHz))
	if a.Leg(id) == first || s.Count(id, "call.requeued") != 0 {
		t.Error("the agent has no new leg, or the call went to the queue")
	}
	c.Hangup()
}

// An agent's telephone vanishes without a word. The engine ends the leg when
// no sound has come for a while; the agent does not come back, and after 20 s
// the customer is the first whom another agent gets.
func TestAgentGone_IN_12(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 2})
	c, a, other := s.Customer("Cora", "+821012340072"), s.Agents[0], s.Agents[1]
	id := s.Talk(c, a)
	other.AwaitQuiet(t)
	at := time.Now()
	a.Vanish()
	a.Ready(false) // no heartbeats
	const sound, margin = 12 * time.Second, 15 * time.Second
	stage.Await(t, "the customer is alone", sound+margin, func() (bool, string) { return s.Count(id, "call.alone") == 1, "" })
	t.Logf("vanished phone: noticed after %v", time.Since(at))
	c.HearsTones(t, stage.MusicHz)
	alone := s.Call(id).AloneSince
	stage.Await(t, "a colleague's phone rings", 20*time.Second+margin, func() (bool, string) { return other.Ringing() != nil, "" })
	if waited := time.Since(alone); waited < 19*time.Second {
		t.Errorf("the agent was given up after %v", waited)
	}
	if got := other.Answer(t); got != id {
		t.Errorf("call %s rings, want %s", got, id)
	}
	stage.AllHear(t, &c.Party, &other.Party)
	if s.Count(id, "call.requeued") != 1 || a.State().ClaimCall != "" {
		t.Errorf("requeued %d times; the agent is bound to call %q", s.Count(id, "call.requeued"), a.State().ClaimCall)
	}
	c.Hangup()
	s.Recording(id).HoldsNot(t, "the mix", stage.MusicHz)
}

// An agent who accepts an invitation leaves the call they are in, which ends
// when nobody else is there.
func TestAcceptAnother_IN_9_CALL_6(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 2})
	first, second, a, host := s.Customer("Cora", "+821012340073"), s.Customer("Dan", "+821012340074"), s.Agents[0], s.Agents[1]
	one := s.Talk(first, a)
	two := s.Talk(second, host)
	host.DoTo(two, call.Invite, a)
	a.AwaitRing(t)
	talking(t, first, a) // ringing changes nothing
	if got := a.Answer(t); got != two {
		t.Errorf("call %s rang, want %s", got, two)
	}
	if ended := first.AwaitOver(t); ended.Local || ended.Method != "BYE" {
		t.Errorf("the first customer was disconnected by %+v", ended)
	}
	stage.AllHear(t, &second.Party, &host.Party, &a.Party)
	if got := s.AwaitState(one, call.Ended); got.EndedBy != call.ByAgent {
		t.Errorf("the first call was ended by %q", got.EndedBy)
	}
	second.Hangup()
}

// A colleague who was there, too, goes on.
func TestAcceptAnotherOfTwo_IN_9_CALL_6(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 3})
	first, second := s.Customer("Cora", "+821012340075"), s.Customer("Dan", "+821012340076")
	a, colleague, host := s.Agents[0], s.Agents[1], s.Agents[2]
	one := s.Talk(first, a)
	a.Invite(t, one, colleague)
	stage.AllHear(t, &first.Party, &a.Party, &colleague.Party)
	two := s.Talk(second, host)
	host.Invite(t, two, a)
	stage.AllHear(t, &second.Party, &host.Party, &a.Party)
	stage.AllHear(t, &first.Party, &colleague.Party)
	if got := s.Call(one); got.State != call.Talking {
		t.Errorf("the first call is %s", got.State)
	}
	first.Hangup()
	second.Hangup()
}
