package stage

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/sounds"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// Each reason for which a call is missed, by a real call, with the SIP status
// that its caller gets, or the announcement before the end; and the reason that
// goes before another where both hold.
func TestMissed_MISS_1(t *testing.T) {
	t.Parallel()
	yes, none, one, closed := true, 0, 1, &dialplan.Override{}
	block := func(s *Stage, c *Customer) {
		s.tx(func(tx *models.Tx) error {
			return tx.Block(models.Block{ID: models.NewID(), WorkspaceID: s.Workspace, Number: c.Number, CreatedAt: models.At(time.Now())})
		})
	}
	occupy := func(s *Stage, _ *Customer) { s.Talk(s.Customer("Dan", "+821012340150"), s.Agents[0]) }
	rings := func(s *Stage, _ *Customer) { s.Agents[0].AwaitRing(s.t) }
	hangsUp := func(_ *Stage, c *Customer) { c.Hangup() }
	for _, row := range []struct {
		name     string
		settings dialplan.Settings
		agents   int
		before   func(*Stage, *Customer) // the call
		during   func(*Stage, *Customer)
		hears    string // the announcement; "" for callers who are never connected
		then     func(*Stage, *Customer)
		code     int // the SIP status of those who are never connected; 0 if they hung up
		reason   call.MissedReason
		by       call.EndedBy
	}{
		{name: "blocked", agents: 1, before: block, code: 403, reason: call.BlockedUser, by: call.BySystem},
		{name: "blocked and closed", settings: dialplan.Settings{Override: closed}, before: block, code: 403, reason: call.BlockedUser, by: call.BySystem},
		{name: "too many in a minute", settings: dialplan.Settings{InboundPerMinute: &one}, agents: 1, before: occupy,
			hears: sounds.BusyLine, reason: call.InboundRateLimit, by: call.BySystem},
		{name: "too many in a minute, turned away and closed", settings: dialplan.Settings{InboundPerMinute: &one, Turn: &yes, Override: closed},
			before: func(s *Stage, _ *Customer) { s.endsAfterAnnouncement(s.Customer("Dan", "+821012340150")) },
			hears:  sounds.BusyLine, reason: call.InboundRateLimit, by: call.BySystem},
		{name: "turned away", settings: dialplan.Settings{Turn: &yes}, agents: 1, hears: sounds.Unavailable, reason: call.Workflow, by: call.BySystem},
		{name: "turned away and closed", settings: dialplan.Settings{Turn: &yes, Override: closed}, hears: sounds.Unavailable, reason: call.Workflow, by: call.BySystem},
		{name: "closed", settings: dialplan.Settings{Override: closed}, agents: 1, hears: sounds.Closed, reason: call.NotInOperation, by: call.BySystem},
		{name: "closed, nobody there, and the caller hangs up", settings: dialplan.Settings{Override: closed}, hears: sounds.Closed, then: hangsUp,
			reason: call.NotInOperation, by: call.ByCustomer},
		{name: "nobody there", code: 480, reason: call.NoOperator, by: call.BySystem},
		{name: "nobody there, after the greeting", settings: dialplan.Settings{Greeting: sounds.Greeting}, hears: sounds.Unavailable,
			reason: call.NoOperator, by: call.BySystem},
		{name: "nobody there, and the caller hangs up", settings: dialplan.Settings{Greeting: sounds.Greeting}, hears: sounds.Unavailable, then: hangsUp,
			reason: call.NoOperator, by: call.ByCustomer},
		{name: "queue full", settings: dialplan.Settings{QueueCalls: &none}, agents: 1, before: occupy, code: 486, reason: call.ExceededQueue, by: call.BySystem},
		{name: "queue full, after the greeting", settings: dialplan.Settings{QueueCalls: &none, Greeting: sounds.Greeting}, agents: 1, before: occupy,
			hears: sounds.QueueFull, reason: call.ExceededQueue, by: call.BySystem},
		{name: "waited too long", settings: dialplan.Settings{QueueSeconds: 1}, agents: 1, before: occupy, hears: sounds.Unavailable,
			reason: call.AbandonedInQueue, by: call.BySystem},
		{name: "rang in vain", settings: dialplan.Settings{RingSeconds: 5}, agents: 1, during: rings, code: 480, reason: call.RingTimeOver, by: call.BySystem},
		{name: "declined", agents: 1, during: func(s *Stage, _ *Customer) { s.Agents[0].Refuse(s.t, 603, "Decline") }, code: 480,
			reason: call.RingTimeOver, by: call.BySystem},
		{name: "the caller hangs up while a phone rings", agents: 1, during: func(s *Stage, c *Customer) { rings(s, c); c.Hangup() }, code: 487,
			reason: call.UserLeft, by: call.ByCustomer},
		{name: "the caller hangs up while waiting", agents: 1, before: occupy, during: func(s *Stage, c *Customer) { c.HearsTones(s.t, MusicHz); c.Hangup() },
			reason: call.UserLeft, by: call.ByCustomer},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := New(t, Script{Agents: row.agents, Settings: row.settings})
			if row.hears != "" {
				s.Prompt(row.hears, 2*time.Second)
			}
			c := s.Customer("Cora", "+821012340151")
			if row.before != nil {
				row.before(s, c)
			}
			c.Dial()
			if row.during != nil {
				row.during(s, c)
			}
			if row.hears != "" {
				c.HearsTones(t, PromptHz)
			}
			if row.then != nil {
				row.then(s, c)
			}
			end := c.AwaitOver(t)
			if code := c.Phone().Final().Code; code != row.code && (row.code != 0 || code != 200) {
				t.Errorf("the caller gets %d, want %d", code, row.code)
			}
			if end.Local != (row.by == call.ByCustomer) {
				t.Errorf("the caller's call ended by %+v", end)
			}
			s.missedAs(c, row.reason, row.by)
		})
	}
}

// endsAfterAnnouncement lets a customer call who is told something and then
// disconnected.
func (s *Stage) endsAfterAnnouncement(c *Customer) {
	s.t.Helper()
	c.Dial()
	if end := c.AwaitOver(s.t); end.Local || end.Method != "BYE" {
		s.t.Errorf("%s's call ended by %+v", c.Name, end)
	}
}

// missedAs waits until the call of a customer is missed, and asserts why.
func (s *Stage) missedAs(c *Customer, reason call.MissedReason, by call.EndedBy) models.Call {
	s.t.Helper()
	row := s.row(c.Number)
	got := s.AwaitState(row.ID, call.Missed)
	if got.MissedReason != reason || got.EndedBy != by || got.Outcome != call.WasMissed || !got.AnsweredAt.IsZero() {
		s.t.Errorf("the call was missed as %q by %q, answered %v, want %q by %q", got.MissedReason, got.EndedBy, got.AnsweredAt, reason, by)
	}
	if n := s.Count(row.ID, "call.ended"); n != 1 {
		s.t.Errorf("the journal ends %d times", n)
	}
	return row
}

// A number that nobody has belongs to no workspace: the journal alone tells.
func TestUnregisteredNumber_MISS_1(t *testing.T) {
	t.Parallel()
	s := New(t, Script{Agents: 1})
	c := s.Customer("Cora", "+821012340152")
	at := time.Now()
	c.DialNumber("+82707666" + "9999")
	if code := c.AwaitFinal(); code != 404 {
		t.Errorf("the caller gets %d", code)
	}
	await(t, "the journal tells of it", actionTime, func() (bool, string) {
		all, err := s.house.store.RefusedSince(t.Context(), at.Add(-time.Second), 100)
		for _, e := range all {
			if strings.Contains(e.Data, c.Number) && strings.Contains(e.Data, string(call.UnregisteredNumber)) {
				return true, ""
			}
		}
		return false, fmt.Sprint(all, err)
	})
	if got := s.calls(); len(got) != 0 || s.Agents[0].Rung() != 0 {
		t.Errorf("the workspace has %d calls", len(got))
	}
}

// The only agent answers and hangs up at once: it is managerLeft unless both
// were together, which is a talk, however short.
func TestManagerLeft_MISS_1(t *testing.T) {
	t.Parallel()
	s := New(t, Script{Agents: 1})
	seen := map[string]int{}
	for i := range 10 {
		c := s.Customer("Cora", fmt.Sprintf("+8210123416%02d", i))
		c.Dial()
		id := s.Agents[0].Answer(t)
		s.Agents[0].Hangup()
		if end := c.AwaitOver(t); end.Local {
			t.Errorf("the caller's call ended by %+v", end)
		}
		got := s.AwaitCall(id, "is over", func(c call.Call) bool { return c.State.Over() })
		switch {
		case got.State == call.Missed && got.MissedReason == call.ManagerLeft && got.EndedBy == call.ByAgent && got.AnsweredAt.IsZero():
		case got.State == call.Ended && got.Outcome == call.Answered && got.EndedBy == call.ByAgent && got.Met:
		default:
			t.Errorf("the call is %s as %q %q by %q, met: %v", got.State, got.Outcome, got.MissedReason, got.EndedBy, got.Met)
		}
		seen[string(got.Outcome)+" "+string(got.MissedReason)]++
		await(t, "the agent is free", actionTime, func() (bool, string) { return s.Agents[0].State().ClaimCall == "", "" })
	}
	t.Logf("agents who answer and hang up at once: %v", seen)
	if seen["missed "+string(call.ManagerLeft)] == 0 {
		t.Error("no call was missed as managerLeft")
	}
}

// Two agents call back at the same moment: one dials, the other is told. That
// one may call anyway.
func TestCallBack_MISS_5(t *testing.T) {
	t.Parallel()
	s := New(t, Script{Agents: 2})
	c := s.Customer("Cora", "+821012340153")
	c.Dial()
	s.Agents[0].AwaitRing(t)
	c.Hangup()
	missed := s.missedAs(c, call.UserLeft, call.ByCustomer)
	for _, a := range s.Agents {
		a.AwaitQuiet(t)
		a.AutoAnswer(true)
		await(t, a.Name+" is free", actionTime, func() (bool, string) { return a.State().ClaimCall == "", "" })
	}
	callBack := func(a *Agent, anyway bool) error {
		return s.house.process().ask("place", call.Place{Workspace: s.Workspace, AgentID: a.ID, MissedCallID: missed.ID, Anyway: anyway}, nil)
	}
	errs := make([]error, 2)
	var both sync.WaitGroup
	for i, a := range s.Agents {
		both.Go(func() { errs[i] = callBack(a, false) })
	}
	both.Wait()
	told := 0
	if errs[0] == nil {
		told = 1
	}
	if f := (*Failure)(nil); errs[1-told] != nil || !errors.As(errs[told], &f) || f.Kind != "handled" {
		t.Fatalf("two call back at once: %v and %v", errs[0], errs[1])
	}
	c.AwaitRing(t)
	c.Answer(t)
	AllHear(t, &c.Party, &s.Agents[1-told].Party)
	if n := len(s.Trunks[0].Asked()); n != 1 {
		t.Errorf("the customer was called %d times", n)
	}
	c.Hangup()
	c.AwaitOver(t)
	if err := callBack(s.Agents[told], true); err != nil {
		t.Errorf("calling anyway: %v", err)
	}
	c.Answer(t)
	AllHear(t, &c.Party, &s.Agents[told].Party)
	row, err := s.house.store.Call(t.Context(), s.Workspace, missed.ID)
	if err != nil || row.MissedHandledAt.IsZero() {
		t.Errorf("the missed call is not marked as handled: %v", err)
	}
	c.Hangup()
}
