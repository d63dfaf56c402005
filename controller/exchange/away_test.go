package exchange_test

import (
	"errors"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// leavesPage is what the API does when an agent's page is closed or reloaded.
func (w *stage) leavesPage(agent int) {
	w.t.Helper()
	w.ready(w.agents[agent], w.phoneID(agent), false)
	w.x.BrowserLost(w.agents[agent].AccountID)
}

func (w *stage) phoneID(agent int) string {
	w.t.Helper()
	a, err := w.store.Agent(w.t.Context(), w.ws.ID, w.agents[agent].ID)
	w.must(err)
	return a.PhoneID
}

// talk lets an agent, the only one whose phone rings then, take a call.
func (w *stage) talk(agent int, number string) (*memory.Line, call.Call) {
	w.t.Helper()
	caller, c := w.phone(number)
	w.rings(w.phones[agent])
	w.phones[agent].Answer()
	return caller, w.state(c.ID, call.Talking)
}

// A page that is reloaded: music at once, and the agent is back within 5 s of
// the page's return.
func TestReload_IN_12(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		caller, c := w.talk(0, from(1))
		caller.Say(440)
		w.leavesPage(0)
		w.await("music", func() bool { return hearsNow(caller, 1500) })
		w.phones[0].Hangup() // the phone's BYE comes late
		later(8 * time.Second)
		back := time.Now()
		line := w.reload(0)
		line.Say(700)
		w.rings(line)
		line.Answer() // the browser does so by itself
		w.await("the agent to be back", func() bool { return hearsNow(caller, 700) && hearsNow(line, 440) })
		if took := time.Since(back); took > 5*time.Second {
			t.Errorf("took %v", took)
		}
		later(time.Second)
		if hearsNow(caller, 1500) {
			t.Error("the music goes on")
		}
		if c = w.find(c.ID); c.State != call.Talking || len(w.entries(c, "call.requeued")) != 0 {
			t.Errorf("state %s", c.State)
		}
		caller.Hangup()
		w.clean()
	})
}

// An agent who does not come back: after 20 s the customer goes to the head of
// the queue, before all who wait.
func TestAgentLostForGood_IN_12(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 2, sound)
		w.agent(1, models.AgentUpdate{Status: new("off")})
		w.settings(func(s *dialplan.Settings) { s.WrapUpSeconds, s.AnnounceSeconds = count(0), -1 })
		lost, c := w.talk(0, from(1))
		waits, other := w.phone(from(2))
		w.state(other.ID, call.Queued)
		at := time.Now()
		w.leavesPage(0)
		later(19 * time.Second)
		w.state(c.ID, call.Talking)
		w.state(c.ID, call.Queued)
		if took := time.Since(at).Round(time.Second); took < 20*time.Second || took > 23*time.Second {
			t.Errorf("queued after %v, want about 20 s", took)
		}
		later(time.Second)
		if !hearsNow(lost, 1500) || !hearsNow(waits, 1500) {
			t.Error("who waits hears no music")
		}
		w.agent(1, models.AgentUpdate{Status: new("available")})
		w.rings(w.phones[1])
		if got := w.phones[1].State().Invited.Number; got != "+821011110001" {
			t.Errorf("the first to be offered is %s", got)
		}
		w.phones[1].Answer()
		w.state(c.ID, call.Talking)
		lost.Hangup()
		w.await("the next", func() bool { return w.phones[1].State().Invited.Number == "+821011110002" })
		waits.Hangup()
		w.clean()
	})
}

// A phone that rings when its page goes rings nobody: the next one rings.
func TestPageGoneWhileRinging_IN_4_IN_12(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 2, sound)
		w.settings(oneAtATime)
		caller, c := w.phone(from(1))
		w.rings(w.phones[0])
		at := time.Now()
		w.leavesPage(0)
		w.rings(w.phones[1])
		if took := time.Since(at); took > 100*time.Millisecond {
			t.Errorf("took %v", took)
		}
		w.phones[1].Answer()
		w.state(c.ID, call.Talking)
		caller.Hangup()
		w.clean()
	})
}

// Phones that change while they ring, and nobody said that the pages had gone
// (the controller was away): each new phone rings, though no agent is free.
func TestNewPhonesWhileAllRing_IN_5_IN_11_IN_12(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 2, sound)
		caller, c := w.phone(from(1))
		w.rings(w.phones[0])
		w.rings(w.phones[1])
		var line *memory.Line
		for i := range 2 {
			at := time.Now()
			line = w.reload(i)
			w.rings(line)
			if took := time.Since(at); took > time.Second {
				t.Errorf("agent %d: took %v", i, took)
			}
		}
		line.Answer()
		w.state(c.ID, call.Talking)
		caller.Hangup()
		w.clean()
	})
}

// Who accepts an invitation leaves the call they were in, as CALL-6 says.
func TestAcceptingAnother_IN_9_CALL_6(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 2, sound)
		w.settings(func(s *dialplan.Settings) { s.WrapUpSeconds = count(0) })
		w.agent(1, models.AgentUpdate{NotifyUnassigned: new(false)})
		first, a := w.talk(0, from(1))
		w.agent(1, models.AgentUpdate{NotifyUnassigned: new(true)})
		second, b := w.talk(1, from(2))
		second.Say(450)
		invite := call.Do{AgentID: w.agents[1].ID, Action: call.Invite, Target: w.agents[0].ID}
		spare := w.spare(0)
		w.must(w.asks(b, invite))
		w.rings(spare)
		if c := w.find(a.ID); c.State != call.Talking {
			t.Fatalf("the first call is %s before the second is accepted", c.State)
		}
		var refused *call.RefusedError
		if err := w.asks(b, invite); !errors.As(err, &refused) {
			t.Errorf("invited twice: %v", err)
		}
		spare.Answer()
		a = w.state(a.ID, call.Ended) // the only agent has left
		w.await("BYE to the first customer", func() bool { return first.State().Ended.Method == "BYE" })
		w.await("the agent in the second call", func() bool { return len(joined(w.find(b.ID))) == 2 && hearsNow(spare, 450) })
		claims, err := w.store.Claims(t.Context())
		w.must(err)
		for _, c := range claims {
			if c.CallID != b.ID || !c.InCall || c.OfferCall != "" {
				t.Errorf("claim %+v", c)
			}
		}
		second.Hangup()
		w.clean()
	})
}

// spare gives the agent's phone a second line, as a browser has: a Line takes
// one call.
func (w *stage) spare(agent int) *memory.Line {
	line := w.sw.Line("sip:spare@192.0.2.50", memory.Manner{})
	w.sw.Register(w.phoneID(agent), line)
	return line
}

// A crash between the step that took an agent into a second call and the one
// that lets them leave the first is put right at the start.
func TestCrashWhileLeaving_IN_9_SYS_3(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 2, sound)
		w.agent(1, models.AgentUpdate{NotifyUnassigned: new(false)})
		_, a := w.talk(0, from(1))
		w.agent(1, models.AgentUpdate{NotifyUnassigned: new(true)})
		second, b := w.talk(1, from(2))
		w.stop()
		w.tx(func(tx *models.Tx) error { // what the second call's step had saved
			_, err := tx.Occupy(w.agents[0].AccountID, b.ID)
			return err
		})
		w.start()
		w.state(a.ID, call.Ended)
		claims, err := w.store.Claims(t.Context())
		w.must(err)
		for _, c := range claims {
			if c.CallID != b.ID {
				t.Errorf("claim %+v", c)
			}
		}
		w.tx(func(tx *models.Tx) error { return tx.Release(w.agents[0].AccountID, b.ID) }) // it never was in there
		second.Hangup()
		w.clean()
	})
}

// A session that is revoked in mid-call: the agent hears nothing more, the
// customer hears music at once, and the agent may sign in again and go on.
func TestSessionRevokedInMidCall_SEC_5_IN_12(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		caller, c := w.talk(0, from(1))
		caller.Say(440)
		at := time.Now()
		w.revoke(w.phoneID(0), "")
		w.await("music", func() bool { return hearsNow(caller, 1500) })
		w.await("the agent's leg to end", func() bool { return w.phones[0].State().Ended.Method == "BYE" })
		if took := time.Since(at); took > 100*time.Millisecond {
			t.Errorf("took %v", took)
		}
		line := w.reload(0)
		line.Say(700)
		w.rings(line)
		line.Answer()
		w.await("the agent to be back", func() bool { return hearsNow(caller, 700) && hearsNow(line, 440) })
		w.state(c.ID, call.Talking)
		caller.Hangup()
		w.clean()
	})
}

// An agent who is removed in mid-call: their customer is offered to the next
// agent, without a moment's silence.
func TestAgentRemovedInMidCall_SEC_5_IN_6(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 2, sound)
		w.agent(1, models.AgentUpdate{Status: new("off")})
		caller, c := w.talk(0, from(1))
		w.agent(0, models.AgentUpdate{Status: new("off")}) // what removing does to the assignment is shown in package people
		w.agent(1, models.AgentUpdate{Status: new("available")})
		at := time.Now()
		w.revoke("", w.agents[0].ID)
		w.await("the agent's leg to end", func() bool { return w.phones[0].State().Ended.Method == "BYE" })
		w.rings(w.phones[1])
		if took := time.Since(at); took > 100*time.Millisecond {
			t.Errorf("took %v", took)
		}
		w.phones[1].Say(800)
		w.phones[1].Answer()
		w.await("the next agent", func() bool { return hearsNow(caller, 800) })
		w.state(c.ID, call.Talking)
		caller.Hangup()
		w.clean()
	})
}
