package exchange_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/exchange"
	"ringdesk/controller/outbound"
	"ringdesk/controller/provision"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// carrier lets the stage's trunk take outbound calls, and the agents place them.
func (w *stage) carrier() models.Trunk {
	w.t.Helper()
	trunks, err := w.store.Trunks(w.t.Context())
	w.must(err)
	trunk := trunks[0]
	w.remote(&trunk)
	w.tx(func(tx *models.Tx) error { return tx.UpdateTrunk(trunk) })
	for i := range w.agents {
		w.agent(i, models.AgentUpdate{PlacesCalls: new(true)})
	}
	return trunk
}

// remote sets where a trunk's calls go, in the engine, too.
func (w *stage) remote(trunk *models.Trunk) {
	w.t.Helper()
	set := models.DefaultTrunk()
	set.Remote = "192.0.2.10:5060"
	w.must(trunk.SetSettings(set))
	in, err := provision.Trunk(*trunk)
	w.must(err)
	w.must(w.engine.PutTrunk(w.t.Context(), in))
}

func (w *stage) places(agent int, to string) (call.Call, error) {
	return w.x.Place(w.t.Context(), exchange.Place{Workspace: w.ws.ID, AgentID: w.agents[agent].ID, To: to})
}

const tokyo, seoul = "+81312345678", "+8223123456"

// A call to Japan: the agent's browser first, then the customer, who sees the
// workspace's number; each minute begun is charged.
func TestOutboundCall_OUT_2_OUT_4_OUT_5_OUT_7(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.carrier()
		customer := w.sw.Subscriber(tokyo, memory.Manner{})
		customer.Say(440)
		c, err := w.places(0, "００１ 81 (3) 1234-5678")
		w.must(err)
		w.rings(w.phones[0])
		if s := customer.State(); s.Invited.Number != "" {
			t.Fatal("the customer is called before the agent is there")
		}
		if got := w.phones[0].State().Invited.Number; got != tokyo {
			t.Errorf("the agent sees %q", got)
		}
		w.phones[0].Answer()
		w.isCalled(customer)
		if got := customer.State().Invited.Number; got != "+827076660001" {
			t.Errorf("the customer sees %q", got)
		}
		w.await("the ringing tone", func() bool { return hearsNow(w.phones[0], memory.RingHz) })
		w.phones[0].Say(700)
		customer.Answer()
		w.await("talk", func() bool { return hearsNow(customer, 700) && hearsNow(w.phones[0], 440) })
		later(61 * time.Second)
		w.must(w.do(0, c, call.Leave))
		c = w.state(c.ID, call.Ended)
		w.clean()
		if c.Outcome != call.Answered || c.Direction != "outbound" {
			t.Errorf("%s, %s", c.Outcome, c.Direction)
		}
		u, err := w.store.Usage(t.Context(), w.ws.ID, c.ID)
		w.must(err)
		if u.ChargeMCU != 400_000 || u.Seconds < 61 || u.Seconds > 62 || u.AgentID != w.agents[0].ID || u.Country != "JP" {
			t.Errorf("ledger %+v, want two minutes at 200 CU", u)
		}
		contact, err := w.store.Contact(t.Context(), w.ws.ID, c.Customer.ContactID)
		w.must(err)
		if contact.Kind != "lead" || !slices.Contains(contact.Numbers, tokyo) {
			t.Errorf("contact %+v", contact)
		}
		conv, err := w.store.Conversation(t.Context(), w.ws.ID, c.ConversationID)
		w.must(err)
		if conv.Direction != "outbound" || conv.State != "open" || conv.AssigneeID == nil || *conv.AssigneeID != w.agents[0].ID {
			t.Errorf("conversation %+v", conv)
		}
	})
}

// isCalled waits until a phone of a customer rings.
func (w *stage) isCalled(l *memory.Line) {
	w.t.Helper()
	w.await("the customer's phone to ring", func() bool { return l.State().Invited.Number != "" && l.State().Ended.Method == "" })
}

// What is refused leaves nothing behind: no claim, call, conversation or lead,
// and no place in the caps.
func TestRefusedByPolicy_OUT_1_OUT_5_OUT_6_OUT_9(t *testing.T) {
	cases := []struct {
		name string
		set  models.AgentUpdate
		do   exchange.Place
		code outbound.Code
	}{
		{"no seat", models.AgentUpdate{Seat: new(false)}, exchange.Place{To: seoul}, outbound.NoSeat},
		{"no permission", models.AgentUpdate{PlacesCalls: new(false)}, exchange.Place{To: seoul}, outbound.NoPermission},
		{"Jamaica", models.AgentUpdate{}, exchange.Place{To: "+1 876 523 0123"}, outbound.Country},
		{"premium", models.AgentUpdate{}, exchange.Place{To: "060-700-1234"}, outbound.PremiumNumber},
		{"nonsense", models.AgentUpdate{}, exchange.Place{To: "evil"}, outbound.NotANumber},
		{"another's number", models.AgentUpdate{}, exchange.Place{To: seoul, NumberID: "00000000-0000-7000-8000-000000000000"}, outbound.CallerID},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				w := newStage(t, 1, sound)
				w.carrier()
				w.agent(0, c.set)
				c.do.Workspace, c.do.AgentID = w.ws.ID, w.agents[0].ID
				_, err := w.x.Place(t.Context(), c.do)
				var refused *outbound.Refusal
				if !errors.As(err, &refused) || refused.Code != c.code {
					t.Errorf("got %v, want %s", err, c.code)
				}
				w.nothing()
			})
		})
	}
}

// nothing says that the stage is as if nobody had called.
func (w *stage) nothing() {
	w.t.Helper()
	w.clean()
	if n := len(w.calls()); n != 0 {
		w.t.Errorf("%d calls", n)
	}
	convs, err := w.store.Conversations(w.t.Context(), w.ws.ID, models.ConversationFilter{List: "all", Limit: 10})
	w.must(err)
	contacts, err := w.store.Contacts(w.t.Context(), w.ws.ID, models.ContactFilter{Limit: 10})
	w.must(err)
	if len(convs)+len(contacts) != 0 {
		w.t.Errorf("%d conversations, %d contacts", len(convs), len(contacts))
	}
	w.tx(func(tx *models.Tx) error {
		open, err := tx.OpenOutbound()
		if len(open) != 0 {
			w.t.Errorf("in the caps: %+v", open)
		}
		return err
	})
	if w.phones[0].State().Invited.Call != "" {
		w.t.Error("the agent's phone has rung")
	}
}

func TestNotAnswered_OUT_8(t *testing.T) {
	cases := []struct {
		want   call.Outcome
		manner *memory.Manner // nil: no such subscriber
		then   func(w *stage, c call.Call)
	}{
		{call.WasBusy, &memory.Manner{Reply: memory.Busy, After: time.Second}, nil},
		{call.Rejected, &memory.Manner{Reply: memory.Decline, After: time.Second}, nil},
		{call.NoAnswer, &memory.Manner{}, func(*stage, call.Call) { later(60 * time.Second) }},
		{call.Unreachable, nil, nil},
		{call.Cancelled, &memory.Manner{}, func(w *stage, c call.Call) {
			later(5 * time.Second)
			w.must(w.do(0, c, call.EndCall))
		}},
	}
	for _, c := range cases {
		t.Run(string(c.want), func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				w := newStage(t, 1, sound)
				w.carrier()
				if c.manner != nil {
					w.sw.Subscriber(seoul, *c.manner)
				}
				got, err := w.places(0, seoul)
				w.must(err)
				w.rings(w.phones[0])
				w.phones[0].Answer()
				if c.then != nil {
					c.then(w, got)
				}
				if got = w.state(got.ID, call.Ended); got.Outcome != c.want {
					t.Errorf("outcome %q, want %q", got.Outcome, c.want)
				}
				w.clean()
				u, err := w.store.Usage(t.Context(), w.ws.ID, got.ID)
				w.must(err)
				if u.Seconds != 0 || u.ChargeMCU != 0 {
					t.Errorf("charged %+v", u)
				}
			})
		})
	}
}

// The second trunk takes over when the first cannot, and the ledger says so.
func TestTrunkFailover_OUT_9(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		first := w.carrier()
		second := models.Trunk{ID: models.NewID(), WorkspaceID: w.ws.ID, Name: "second", CreatedAt: models.At(time.Now())}
		w.remote(&second)
		w.tx(func(tx *models.Tx) error { return tx.AddTrunk(second, []string{"192.0.2.11"}) })
		w.must(w.engine.DeleteTrunk(t.Context(), engine.TrunkID(first.ID)))
		customer := w.sw.Subscriber(seoul, memory.Manner{Reply: memory.Accept, After: time.Second})
		c, err := w.places(0, seoul)
		w.must(err)
		w.rings(w.phones[0])
		w.phones[0].Answer()
		w.state(c.ID, call.Talking)
		customer.Hangup()
		c = w.state(c.ID, call.Ended)
		w.clean()
		u, err := w.store.Usage(t.Context(), w.ws.ID, c.ID)
		w.must(err)
		if u.TrunkID != second.ID || c.Out.Dials != 2 {
			t.Errorf("by trunk %s after %d dials", u.TrunkID, c.Out.Dials)
		}
	})
}

// The caps' longest talk ends it.
func TestLongestTalk_OUT_9(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.carrier()
		set := models.DefaultOutbound()
		set.MaxSeconds = 60
		w.tx(func(tx *models.Tx) error { return tx.UpdateOutbound(w.ws.ID, set) })
		w.sw.Subscriber(seoul, memory.Manner{Reply: memory.Accept})
		c, err := w.places(0, seoul)
		w.must(err)
		w.rings(w.phones[0])
		w.phones[0].Answer()
		w.state(c.ID, call.Talking)
		later(61 * time.Second)
		c = w.state(c.ID, call.Ended)
		if talk := c.EndedAt.Sub(c.AnsweredAt).Round(time.Second); talk != 60*time.Second || c.EndedBy != call.BySystem {
			t.Errorf("ended after %v by %s", talk, c.EndedBy)
		}
		w.clean()
	})
}

// Two agents call a missed caller back at the same moment: one calls, the other
// is told, and may call anyway.
func TestCallingBack_MISS_5(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 2, sound)
		w.settings(func(s *dialplan.Settings) { s.WrapUpSeconds = count(0) })
		w.carrier()
		caller, missed := w.phone(from(1))
		w.rings(w.phones[1])
		caller.Hangup()
		missed = w.state(missed.ID, call.Missed)
		customer := w.sw.Subscriber("+821011110001", memory.Manner{Reply: memory.Accept, After: time.Second})
		back := func(agent int, anyway bool) (call.Call, error) {
			return w.x.Place(t.Context(), exchange.Place{Workspace: w.ws.ID, AgentID: w.agents[agent].ID, MissedCallID: missed.ID, Anyway: anyway})
		}
		var both sync.WaitGroup
		errs, placed := make([]error, 2), make([]call.Call, 2)
		for i := range 2 {
			both.Go(func() { placed[i], errs[i] = back(i, false) })
		}
		both.Wait()
		first := slices.Index(errs, nil)
		var handled *exchange.HandledError
		if first < 0 || !errors.As(errs[1-first], &handled) || handled.At.IsZero() {
			t.Fatalf("got %v", errs)
		}
		w.rings(w.phones[first])
		w.quiet(1 - first)
		w.phones[first].Answer()
		c := w.state(placed[first].ID, call.Talking)
		if c.To != "+821011110001" || c.MissedCallID != missed.ID {
			t.Errorf("called %s for %q", c.To, c.MissedCallID)
		}
		customer.Hangup()
		w.state(c.ID, call.Ended)
		later(2 * time.Second) // caps: one call a second
		again, err := back(1-first, true)
		w.must(err)
		w.rings(w.phones[1-first])
		w.must(w.do(1-first, again, call.EndCall))
		w.clean()
	})
}

// An agent who is in a call cannot place another.
func TestPlacingWhileInACall_OUT_1_IN_2(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.carrier()
		caller, _ := w.talk(0, from(1))
		var refused *call.RefusedError
		if _, err := w.places(0, seoul); !errors.As(err, &refused) {
			t.Errorf("got %v", err)
		}
		if n := len(w.calls()); n != 1 {
			t.Errorf("%d calls", n)
		}
		caller.Hangup()
		w.clean()
	})
}
