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

// branch makes another workspace, in which the account of one of the stage's
// agents and one of its own are agents.
func (w *stage) branch(shared int, number string) *stage {
	w.t.Helper()
	b := &stage{t: w.t, store: w.store, sw: w.sw, engine: w.engine, x: w.x}
	at := models.At(time.Now())
	b.ws = models.Workspace{ID: models.NewID(), Name: "branch", Country: "KR", TimeZone: "Asia/Seoul", RingSeconds: 20, QueueSeconds: 3600, CreatedAt: at}
	trunks, err := w.store.Trunks(w.t.Context())
	w.must(err)
	e164, err := models.E164(number, "KR")
	w.must(err)
	a := models.Agent{ID: models.NewID(), WorkspaceID: b.ws.ID, AccountID: w.agents[shared].AccountID, Name: "shared", Role: "agent", Seat: true, TakesPhone: true, CreatedAt: at}
	w.tx(func(tx *models.Tx) error {
		return errors.Join(tx.AddWorkspace(b.ws), tx.AddAgent(a),
			tx.AddNumber(models.Number{ID: models.NewID(), WorkspaceID: b.ws.ID, TrunkID: trunks[0].ID, Number: e164, CreatedAt: at}))
	})
	b.agents, b.phones = []models.Agent{a}, []*memory.Line{w.phones[shared]}
	return b
}

const branchNumber = "07076660002"

// An account has one pair of ears: a call in one workspace keeps it from being
// offered calls in all the others.
func TestSharedAccount_IN_2(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		b := w.branch(0, branchNumber)
		first, _ := w.talk(0, from(1))
		second, c := b.dials(from(2), branchNumber)
		b.state(c.ID, call.Queued)
		later(3 * time.Second)
		if got := w.phones[0].State().Invited.Number; got != "+821011110001" {
			t.Errorf("offered %s while in a call", got)
		}
		first.Hangup()
		w.isOffered(0, 2)
		w.phones[0].Answer()
		b.state(c.ID, call.Talking)
		third, d := w.phone(from(3))
		w.state(d.ID, call.Queued)
		third.Hangup()
		second.Hangup()
		w.clean()
		b.clean()
	})
}

// Accepting an invitation in another workspace leaves the first call, too.
func TestAcceptingElsewhere_IN_9(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 2, sound)
		w.settings(func(s *dialplan.Settings) { s.WrapUpSeconds = count(0) })
		b := w.branch(1, branchNumber)
		// Agent 0 of the stage is one of the branch, too.
		inBranch := models.Agent{ID: models.NewID(), WorkspaceID: b.ws.ID, AccountID: w.agents[0].AccountID, Name: "zero", Role: "agent", Seat: true, TakesPhone: true,
			CreatedAt: models.At(time.Now())}
		w.tx(func(tx *models.Tx) error { return tx.AddAgent(inBranch) })
		w.agent(1, models.AgentUpdate{NotifyUnassigned: new(false)})
		first, a := w.talk(0, from(1))
		other, c := b.dials(from(2), branchNumber)
		w.rings(w.phones[1])
		w.phones[1].Answer()
		b.state(c.ID, call.Talking)
		spare := w.spare(0)
		b.must(b.asks(c, call.Do{AgentID: b.agents[0].ID, Action: call.Invite, Target: inBranch.ID}))
		w.rings(spare)
		spare.Answer()
		w.state(a.ID, call.Ended)
		w.await("the first customer to be let go", func() bool { return first.State().Ended.Method == "BYE" })
		b.await("both in the second", func() bool { return len(joined(b.find(c.ID))) == 2 })
		other.Hangup()
		b.clean()
		w.clean()
	})
}

// Three in a call: hold stays when the one who pressed it leaves, another
// releases it, and the talk goes on until the last agent leaves.
func TestConference_HOLD_3_CALL_3_CALL_6(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 3, sound)
		for _, i := range []int{1, 2} {
			w.agent(i, models.AgentUpdate{NotifyUnassigned: new(false)})
		}
		caller, c := w.talk(0, from(1))
		caller.Say(440)
		for i, p := range w.phones {
			p.Say(700 + 100*i)
		}
		for _, i := range []int{1, 2} {
			w.must(w.asks(c, call.Do{AgentID: w.agents[0].ID, Action: call.Invite, Target: w.agents[i].ID}))
			w.rings(w.phones[i])
			w.phones[i].Answer()
		}
		hears := func(l *memory.Line, hz ...int) func() bool {
			return func() bool {
				for _, h := range hz {
					if !hearsNow(l, h) {
						return false
					}
				}
				return true
			}
		}
		w.await("all to hear all", func() bool {
			return hears(caller, 700, 800, 900)() && hears(w.phones[0], 440, 800, 900)() && hears(w.phones[2], 440, 700, 800)()
		})
		w.must(w.do(0, c, call.PutHold))
		w.must(w.do(0, c, call.Leave))
		later(time.Second)
		if c = w.find(c.ID); c.Hold == nil || c.Hold.AgentID != w.agents[0].ID || !hearsNow(caller, 1500) || hearsNow(caller, 800) || !hearsNow(w.phones[1], 900) {
			t.Errorf("hold is %+v", c.Hold)
		}
		w.must(w.do(2, c, call.Release))
		w.await("talk", hears(caller, 800, 900))
		w.must(w.do(1, c, call.Leave))
		w.state(c.ID, call.Talking)
		w.must(w.do(2, c, call.Leave))
		w.state(c.ID, call.Ended)
		w.clean()
	})
}

// The colleague whom a call is handed over to rings, and nobody beside them,
// the one who handed it over least of all; in vain, it is everybody's again.
func TestTransfer_CALL_7(t *testing.T) {
	for _, automatic := range []bool{false, true} {
		virtual(t, func(t *testing.T) {
			w := newStage(t, 3, sound)
			w.settings(func(s *dialplan.Settings) { quickly(s); s.Automatic = &automatic })
			w.agent(1, models.AgentUpdate{Status: new("meeting")})
			w.agent(2, models.AgentUpdate{Status: new("meeting")})
			caller, c := w.talk(0, from(1))
			w.agent(1, models.AgentUpdate{Status: new("available")})
			w.agent(2, models.AgentUpdate{Status: new("available")})
			w.must(w.asks(c, call.Do{AgentID: w.agents[0].ID, Action: call.Transfer, Target: w.agents[1].ID}))
			w.rings(w.phones[1])
			later(10 * time.Second)
			w.quiet(0, 2)
			if !hearsNow(caller, 1500) {
				t.Error("no music while the colleague rings")
			}
			w.phones[1].Decline()
			w.await("somebody else to ring", func() bool {
				s := w.phones[2].State()
				return s.Invited.Call != "" && s.Ended.Method == ""
			})
			w.phones[2].Answer()
			w.state(c.ID, call.Talking)
			caller.Hangup()
			w.clean()
		})
	}
}

// A supervisor hears both, and with a whisper only the agent hears them.
func TestSupervisor_CALL_7(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 2, sound)
		w.settings(func(s *dialplan.Settings) {
			s.Greeting, s.Monitored, s.WrapUpSeconds = "greeting-recorded", on(), count(0)
		})
		w.agent(1, models.AgentUpdate{NotifyUnassigned: new(false)})
		caller, c := w.talk(0, from(1))
		caller.Say(440)
		w.phones[0].Say(700)
		w.phones[1].Say(800)
		listen := call.Do{AgentID: w.agents[1].ID, Action: call.Listen}
		var refused *call.RefusedError
		if err := w.asks(c, listen); !errors.As(err, &refused) {
			t.Errorf("not a supervisor: %v", err)
		}
		listen.Supervisor = true
		w.must(w.asks(c, listen))
		w.rings(w.phones[1])
		w.phones[1].Answer()
		w.await("the supervisor to hear both", func() bool { return hearsNow(w.phones[1], 440) && hearsNow(w.phones[1], 700) })
		later(time.Second)
		if hearsNow(caller, 800) || hearsNow(w.phones[0], 800) {
			t.Error("a supervisor who listens is heard")
		}
		listen.Action = call.Whisper
		w.must(w.asks(c, listen))
		w.await("the whisper", func() bool { return hearsNow(w.phones[0], 800) })
		if hearsNow(caller, 800) {
			t.Error("the customer hears the whisper")
		}
		listen.Action = call.Barge
		w.must(w.asks(c, listen))
		w.await("all to hear the supervisor", func() bool { return hearsNow(caller, 800) })
		w.must(w.do(1, c, call.Leave))
		w.state(c.ID, call.Talking)
		caller.Hangup()
		w.clean()
	})
}
