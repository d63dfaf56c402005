package exchange_test

import (
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

func (w *stage) participants(c call.Call) []models.Participant {
	w.t.Helper()
	all, err := w.store.Participants(w.t.Context(), c.ID)
	w.must(err)
	return all[c.ID]
}

// about says whether a time is as wanted, but for what waiting for conditions takes.
func about(ms, want int64) bool { return ms >= want && ms < want+100 }

// Everybody in a call is a row that is kept with each step: who, since when, how
// it ended, and how long they were muted and on hold; also over a restart in
// mid-hold.
func TestParticipantsAreRows(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 2, memory.Options{})
		line, c := w.phone("01011110000")
		w.rings(w.phones[0])
		w.rings(w.phones[1])
		later(4 * time.Second)
		w.phones[0].Answer()
		c = w.state(c.ID, call.Talking)
		later(time.Second)
		w.must(w.do(0, c, call.PutHold))
		later(10 * time.Second)
		w.stop() // killed in mid-hold
		later(5 * time.Second)
		w.start()
		later(5 * time.Second)
		w.must(w.do(0, c, call.Release))
		w.must(w.do(0, c, call.Mute))
		later(7 * time.Second)
		w.must(w.do(0, c, call.Unmute))
		later(time.Second)
		w.must(w.do(0, c, call.Mute))
		later(2 * time.Second)
		w.must(w.do(0, c, call.PutHold))
		later(3 * time.Second)
		line.Hangup()
		w.clean()
		ps := w.participants(c)
		if len(ps) != 3 {
			t.Fatalf("%d participants: %+v", len(ps), ps)
		}
		customer, talked, other := ps[0], ps[1], ps[2]
		if talked.AgentID != w.agents[0].ID {
			talked, other = other, talked
		}
		if customer.Kind != models.ContactParticipant || customer.ContactID == "" || customer.State != "left" || customer.LeftAt.IsZero() || !about(customer.HeldMS, 23000) || customer.MutedMS != 0 {
			t.Errorf("customer %+v", customer)
		}
		if talked.Kind != models.AgentParticipant || talked.State != "left" || !about(talked.HeldMS, 23000) || !about(talked.MutedMS, 12000) ||
			!about(talked.Rang(time.Time{}).Milliseconds(), 4000) || !about(talked.LeftAt.Sub(talked.JoinedAt.Time).Milliseconds(), 34000) {
			t.Errorf("agent %+v", talked)
		}
		if other.State != "taken" || !about(other.Rang(time.Time{}).Milliseconds(), 4000) || !other.JoinedAt.IsZero() || other.HeldMS != 0 {
			t.Errorf("the other agent %+v", other)
		}
		for _, p := range ps {
			if !p.HeldAt.IsZero() || !p.MutedAt.IsZero() {
				t.Errorf("something lasts after the end: %+v", p)
			}
		}
	})
}

// A supervisor's ways of listening, and who called a colleague in, stand in the
// rows as well.
func TestParticipantsOfSupervision(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 3, sound)
		w.settings(func(s *dialplan.Settings) {
			s.Greeting, s.Monitored, s.WrapUpSeconds = "greeting-recorded", on(), count(0)
		})
		w.agent(1, models.AgentUpdate{TakesPhone: new(false)})
		w.agent(2, models.AgentUpdate{TakesPhone: new(false)})
		line, c := w.phone("01011110000")
		w.rings(w.phones[0])
		w.phones[0].Answer()
		c = w.state(c.ID, call.Talking)
		command := func(do call.Do) {
			t.Helper()
			_, err := w.x.Do(t.Context(), w.ws.ID, c.ID, do)
			w.must(err)
			later(time.Second)
		}
		for i, act := range []call.Action{call.Listen, call.Whisper, call.Listen, call.Barge} {
			command(call.Do{AgentID: w.agents[1].ID, Action: act, Supervisor: true})
			if i == 0 {
				w.phones[1].Answer()
				later(time.Second)
			}
			want := map[call.Action]string{call.Listen: "listen", call.Whisper: "whisper"}[act]
			if got := w.participants(c)[2].Supervision; got != want {
				t.Errorf("after %s the supervisor is in the call as %q", act, got)
			}
		}
		w.agent(2, models.AgentUpdate{TakesPhone: new(true)})
		command(call.Do{AgentID: w.agents[0].ID, Action: call.Invite, Target: w.agents[2].ID})
		w.phones[2].Decline()
		later(time.Second)
		line.Hangup()
		w.clean()
		ps := w.participants(c)
		if got := ps[2]; got.Supervised != "listen,whisper,barge" || got.State != "left" || got.AgentID != w.agents[1].ID {
			t.Errorf("the supervisor %+v", got)
		}
		if got := ps[3]; got.State != "declined" || got.InvitedBy != w.agents[0].ID || got.LeftAt.IsZero() {
			t.Errorf("the invited colleague %+v", got)
		}
	})
}
