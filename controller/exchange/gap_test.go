package exchange_test

import (
	"fmt"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// reload gives an agent a new browser.
func (w *stage) reload(agent int) *memory.Line {
	w.t.Helper()
	id := fmt.Sprintf("new%d", agent)
	line := w.sw.Line("sip:"+id+"@192.0.2.50", memory.Manner{})
	at := models.At(time.Now())
	w.tx(func(tx *models.Tx) error {
		_, err := tx.PutPhone(models.Phone{ID: id, AccountID: w.agents[agent].AccountID, SeenAt: at, CreatedAt: at})
		return err
	})
	w.must(w.engine.PutPhone(w.t.Context(), engine.Phone{ID: id}))
	w.sw.Register(id, line)
	w.ready(w.agents[agent], id, true)
	w.x.AgentsChanged(w.ws.ID)
	return line
}

// Covers: SYS-3. A controller that dies in mid-call finds everything again.
func TestKilledController_SYS_3(t *testing.T) {
	w := newStage(t, 2, memory.Options{MusicHz: 1500})
	talking, hungUp, ringing := w.caller("01011110000"), w.caller("01011110001"), w.caller("01011110002")
	talking.Say(440)
	talking.Call(number)
	w.rings(w.phones[0])
	w.phones[0].Answer()
	c := w.last(call.Talking)
	hungUp.Call(number)
	w.await("two calls", func() bool { return len(w.calls()) == 2 })
	w.stop()
	hungUp.Hangup()      // while we were down
	ringing.Call(number) // nobody is there to take it
	if !hearsNow(w.phones[0], 440) {
		t.Error("the parties no longer hear each other")
	}
	w.must(w.store.Close())
	w.open()
	w.start()
	w.await("the lost hang-up to be noticed", func() bool { return w.calls()[len(w.calls())-2].State == call.Missed })
	w.must(w.do(0, c, call.PutHold))
	w.await("music", func() bool { return hearsNow(talking, 1500) })
	w.must(w.do(0, c, call.EndCall))
	w.await("the end", func() bool { return talking.State().Ended.Method == "BYE" })
	ringing.Hangup()
	w.clean()
}

// Covers the gap: hang-ups and answers that happen while the link is cut.
func TestLinkCut_SYS_3(t *testing.T) {
	w := newStage(t, 1, memory.Options{})
	caller := w.caller("01011110000")
	caller.Call(number)
	w.rings(w.phones[0])
	w.sw.CutLink(false)
	w.await("the cut to be noticed", func() bool { return w.x.EngineUp() != nil })
	w.phones[0].Answer()
	w.sw.RestoreLink()
	c := w.last(call.Talking)
	w.sw.CutLink(false)
	w.await("the cut to be noticed", func() bool { return w.x.EngineUp() != nil })
	caller.Hangup()
	w.sw.RestoreLink()
	w.last(call.Ended)
	if err := w.do(0, c, call.PutHold); err == nil {
		t.Error("an ended call took a command")
	}
	w.clean()
}

// A browser that is reloaded while it rings has a new phone, which must ring.
func TestReloadWhileRinging_IN_12(t *testing.T) {
	w := newStage(t, 1, memory.Options{})
	caller := w.caller("01011110000")
	caller.Call(number)
	w.rings(w.phones[0])
	reloaded := w.reload(0)
	w.rings(reloaded)
	w.await("the old phone to stop", func() bool { return w.phones[0].State().Ended.Method == "CANCEL" })
	reloaded.Answer()
	c := w.last(call.Talking)
	if a, _ := c.Agent(w.agents[0].ID); a.State != call.PartyJoined || len(c.Agents) != 2 || c.Agents[0].State != call.PartyMoved {
		t.Errorf("agents %+v", c.Agents)
	}
	caller.Hangup()
	w.clean()
}

// A browser that is reloaded in mid-call comes back into the call: its new
// phone is dialled, joins, and is recorded.
func TestReloadInCall_IN_12(t *testing.T) {
	w := newStage(t, 1, memory.Options{})
	caller := w.caller("01011110000")
	caller.Say(440)
	caller.Call(number)
	w.rings(w.phones[0])
	w.phones[0].Answer()
	c := w.last(call.Talking)
	w.must(w.do(0, c, call.Mute))
	reloaded := w.reload(0)
	w.rings(reloaded)
	if got := w.last(call.Talking); got.Agents[1].State != call.PartyJoined || !got.Agents[1].Muted {
		t.Errorf("while it is dialled, the agent is %+v", got.Agents[1])
	}
	reloaded.Say(700)
	reloaded.Answer()
	w.await("the agent to hear the customer", func() bool { return hearsNow(reloaded, 440) })
	if hearsNow(caller, 700) {
		t.Error("the agent was muted before, and is heard now")
	}
	w.must(w.do(0, c, call.Unmute))
	w.await("the customer to hear the agent", func() bool { return hearsNow(caller, 700) })
	w.must(w.do(0, c, call.Leave))
	c = w.last(call.Ended)
	w.clean()
	tracks, err := w.store.Tracks(t.Context(), c.RecordingID)
	w.must(err)
	if len(tracks) != 3 {
		t.Errorf("%d tracks, want the customer's and two of the agent's", len(tracks))
	}
}

// Time decides nothing while the engine is out of sight: an answer given in
// the meantime counts, however late it is heard of.
func TestAnsweredWhileDown_SYS_3(t *testing.T) {
	w := newStageRinging(t, 1, 1, memory.Options{})
	caller := w.caller("01011110000")
	caller.Call(number)
	w.rings(w.phones[0])
	w.last(call.Ringing)
	w.stop()
	w.phones[0].Answer()
	until := time.Now().Add(1200 * time.Millisecond)
	w.await("the ring time to pass", func() bool { return time.Now().After(until) })
	w.start()
	w.last(call.Talking)
	w.await("both to be connected", func() bool { caller.Say(440); return hearsNow(w.phones[0], 440) })
	caller.Hangup()
	w.clean()
}

// An engine that dies takes its calls with it: each ends, by the system, in one
// class, its agents are free again, and the next call rings them (SYS-3, OPS-3).
func TestEngineCrash_SYS_3(t *testing.T) {
	w := newStage(t, 2, memory.Options{})
	talking, ringing, queued := w.caller("01011110000"), w.caller("01011110001"), w.caller("01011110002")
	talking.Call(number)
	w.rings(w.phones[0])
	w.phones[0].Answer()
	talk := w.last(call.Talking)
	ringing.Call(number)
	w.rings(w.phones[1])
	rings := w.last(call.Ringing)
	queued.Call(number)
	waits := w.last(call.Queued)
	w.sw.Crash()
	w.await("the crash to be noticed", func() bool { return w.x.EngineUp() != nil })
	w.sw.RestoreLink()
	for id, want := range map[string]struct {
		state  call.State
		reason dialplan.MissedReason
	}{talk.ID: {call.Ended, ""}, rings.ID: {call.Missed, dialplan.UserLeft}, waits.ID: {call.Missed, dialplan.UserLeft}} {
		w.await("the end of "+id, func() bool { return w.find(id).State.Over() })
		if c := w.find(id); c.State != want.state || c.MissedReason != want.reason || c.EndedBy != call.BySystem {
			t.Errorf("the call ended as %s, %q, by %s, want %s, %q, by the system", c.State, c.MissedReason, c.EndedBy, want.state, want.reason)
		}
	}
	w.await("the engine to be ready", func() bool { return w.x.EngineUp() == nil })
	again := w.caller("01011110003")
	again.Call(number)
	w.await("a phone to ring for the next call", func() bool {
		for _, phone := range w.phones {
			if id := phone.State().Invited.Call; id != "" && id != talk.ID && id != rings.ID {
				phone.Answer()
				return true
			}
		}
		return false
	})
	w.last(call.Talking)
	again.Hangup()
	w.last(call.Ended)
	w.clean()
}
