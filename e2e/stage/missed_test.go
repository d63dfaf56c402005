package stage_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/exchange"
	"ringdesk/controller/sounds"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/stage"
)

// Each reason for which a call is missed, by a real call, with the SIP status
// that its caller gets, or the announcement before the end; and the reason that
// goes before another where both hold.
func TestMissed_MISS_1(t *testing.T) {
	t.Parallel()
	yes, none, one, closed := true, 0, 1, &dialplan.Override{}
	block := func(s *stage.Stage, c *stage.Customer) {
		s.Tx(func(tx *models.Tx) error {
			return tx.Block(models.Block{ID: models.NewID(), WorkspaceID: s.Workspace, Number: c.Number, CreatedAt: models.At(time.Now())})
		})
	}
	occupy := func(s *stage.Stage, _ *stage.Customer) { s.Talk(s.Customer("Dan", "+821012340150"), s.Agents[0]) }
	rings := func(s *stage.Stage, _ *stage.Customer) { s.Agents[0].AwaitRing(s.T) }
	hangsUp := func(_ *stage.Stage, c *stage.Customer) { c.Hangup() }
	for _, row := range []struct {
		name     string
		settings dialplan.Settings
		agents   int
		before   func(*stage.Stage, *stage.Customer) // the call
		during   func(*stage.Stage, *stage.Customer)
		hears    string // the announcement; "" for callers who are never connected
		then     func(*stage.Stage, *stage.Customer)
		code     int // the SIP status of those who are never connected; 0 if they hung up
		reason   dialplan.MissedReason
		by       call.EndedBy
	}{
		{name: "blocked", agents: 1, before: block, code: 403, reason: dialplan.BlockedUser, by: call.BySystem},
		{name: "blocked and closed", settings: dialplan.Settings{Override: closed}, before: block, code: 403, reason: dialplan.BlockedUser, by: call.BySystem},
		{name: "too many in a minute", settings: dialplan.Settings{InboundPerMinute: &one}, agents: 1, before: occupy,
			hears: sounds.BusyLine, reason: dialplan.InboundRateLimit, by: call.BySystem},
		{name: "too many in a minute, turned away and closed", settings: dialplan.Settings{InboundPerMinute: &one, TurnAway: &yes, Override: closed},
			before: func(s *stage.Stage, _ *stage.Customer) {
				endsAfterAnnouncement(s.T, s, s.Customer("Dan", "+821012340150"))
			},
			hears: sounds.BusyLine, reason: dialplan.InboundRateLimit, by: call.BySystem},
		{name: "turned away", settings: dialplan.Settings{TurnAway: &yes}, agents: 1, hears: sounds.Unavailable, reason: dialplan.Workflow, by: call.BySystem},
		{name: "turned away and closed", settings: dialplan.Settings{TurnAway: &yes, Override: closed}, hears: sounds.Unavailable, reason: dialplan.Workflow, by: call.BySystem},
		{name: "closed", settings: dialplan.Settings{Override: closed}, agents: 1, hears: sounds.Closed, reason: dialplan.NotInOperation, by: call.BySystem},
		{name: "closed, nobody there, and the caller hangs up", settings: dialplan.Settings{Override: closed}, hears: sounds.Closed, then: hangsUp,
			reason: dialplan.NotInOperation, by: call.ByCustomer},
		{name: "nobody there", code: 480, reason: dialplan.NoOperator, by: call.BySystem},
		{name: "nobody there, after the greeting", settings: dialplan.Settings{Greeting: sounds.Greeting}, hears: sounds.Unavailable,
			reason: dialplan.NoOperator, by: call.BySystem},
		{name: "nobody there, and the caller hangs up", settings: dialplan.Settings{Greeting: sounds.Greeting}, hears: sounds.Unavailable, then: hangsUp,
			reason: dialplan.NoOperator, by: call.ByCustomer},
		{name: "queue full", settings: dialplan.Settings{QueueCalls: &none}, agents: 1, before: occupy, code: 486, reason: dialplan.ExceededQueue, by: call.BySystem},
		{name: "queue full, after the greeting", settings: dialplan.Settings{QueueCalls: &none, Greeting: sounds.Greeting}, agents: 1, before: occupy,
			hears: sounds.QueueFull, reason: dialplan.ExceededQueue, by: call.BySystem},
		{name: "waited too long", settings: dialplan.Settings{QueueSeconds: 1}, agents: 1, before: occupy, hears: sounds.Unavailable,
			reason: dialplan.AbandonedInQueue, by: call.BySystem},
		{name: "rang in vain", settings: dialplan.Settings{RingSeconds: 5}, agents: 1, during: rings, code: 480, reason: dialplan.RingTimeOver, by: call.BySystem},
		{name: "declined", agents: 1, during: func(s *stage.Stage, _ *stage.Customer) { s.Agents[0].Refuse(s.T, 603, "Decline") }, code: 480,
			reason: dialplan.RingTimeOver, by: call.BySystem},
		{name: "the caller hangs up while a phone rings", agents: 1, during: func(s *stage.Stage, c *stage.Customer) { rings(s, c); c.Hangup() }, code: 487,
			reason: dialplan.UserLeft, by: call.ByCustomer},
		{name: "the caller hangs up while waiting", agents: 1, before: occupy, during: func(s *stage.Stage, c *stage.Customer) { c.HearsTones(s.T, stage.MusicHz); c.Hangup() },
			reason: dialplan.UserLeft, by: call.ByCustomer},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Scene{Agents: row.agents, Settings: row.settings})
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
				c.HearsTones(t, stage.PromptHz)
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
			missedAs(t, s, c, row.reason, row.by)
		})
	}
}

// endsAfterAnnouncement lets a customer call who is told something and then
// disconnected.
func endsAfterAnnouncement(t testing.TB, s *stage.Stage, c *stage.Customer) {
	t.Helper()
	c.Dial()
	if end := c.AwaitOver(t); end.Local || end.Method != "BYE" {
		t.Errorf("%s's call ended by %+v", c.Name, end)
	}
}

// missedAs waits until the call of a customer is missed, and asserts why.
func missedAs(t *testing.T, s *stage.Stage, c *stage.Customer, reason dialplan.MissedReason, by call.EndedBy) models.Call {
	t.Helper()
	row := s.CallFrom(c.Number)
	got := s.AwaitState(row.ID, call.Missed)
	if got.MissedReason != reason || got.EndedBy != by || got.Outcome != call.WasMissed || !got.AnsweredAt.IsZero() {
		t.Errorf("the call was missed as %q by %q, answered %v, want %q by %q", got.MissedReason, got.EndedBy, got.AnsweredAt, reason, by)
	}
	if n := s.Count(row.ID, "call.ended"); n != 1 {
		t.Errorf("the journal ends %d times", n)
	}
	return row
}

// A number that nobody has belongs to no workspace: the journal alone tells.
func TestUnregisteredNumber_MISS_1(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 1})
	c := s.Customer("Cora", "+821012340152")
	at := time.Now()
	c.DialNumber("+82707666" + "9999")
	if code := c.AwaitFinal(); code != 404 {
		t.Errorf("the caller gets %d", code)
	}
	stage.Await(t, "the journal tells of it", stage.ActionTime, func() (bool, string) {
		all, err := s.Store().RefusedSince(t.Context(), at.Add(-time.Second), 100)
		for _, e := range all {
			if strings.Contains(e.Data, c.Number) && strings.Contains(e.Data, string(dialplan.UnregisteredNumber)) {
				return true, ""
			}
		}
		return false, fmt.Sprint(all, err)
	})
	if got := s.Calls(); len(got) != 0 || s.Agents[0].Rung() != 0 {
		t.Errorf("the workspace has %d calls", len(got))
	}
}

// The only agent answers and hangs up at once: it is managerLeft unless both
// were together, which is a talk, however short.
func TestManagerLeft_MISS_1(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 1})
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
		case got.State == call.Missed && got.MissedReason == dialplan.ManagerLeft && got.EndedBy == call.ByAgent && got.AnsweredAt.IsZero():
		case got.State == call.Ended && got.Outcome == call.Answered && got.EndedBy == call.ByAgent && got.Met:
		default:
			t.Errorf("the call is %s as %q %q by %q, met: %v", got.State, got.Outcome, got.MissedReason, got.EndedBy, got.Met)
		}
		seen[string(got.Outcome)+" "+string(got.MissedReason)]++
		stage.Await(t, "the agent is free", stage.ActionTime, func() (bool, string) { return s.Agents[0].State().ClaimCall == "", "" })
	}
	t.Logf("agents who answer and hang up at once: %v", seen)
	if seen["missed "+string(dialplan.ManagerLeft)] == 0 {
		t.Error("no call was missed as managerLeft")
	}
}

// Two agents call back at the same moment: one dials, the other is told. That
// one may call anyway.
func TestCallBack_MISS_5(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Scene{Agents: 2})
	c := s.Customer("Cora", "+821012340153")
	c.Dial()
	for _, a := range s.Agents {
		a.AwaitRing(t)
	}
	c.Hangup()
	missed := missedAs(t, s, c, dialplan.UserLeft, call.ByCustomer)
	for _, a := range s.Agents {
		a.AwaitQuiet(t)
		a.AutoAnswer(true)
		stage.Await(t, a.Name+" is free", stage.ActionTime, func() (bool, string) { return a.State().ClaimCall == "", "" })
	}
	callBack := func(a *stage.Agent, anyway bool) error {
		_, err := a.PlaceWith(exchange.Place{MissedCallID: missed.ID, Anyway: anyway})
		return err
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
	if f := (*stage.Failure)(nil); errs[1-told] != nil || !errors.As(errs[told], &f) || f.Kind != "handled" {
		t.Fatalf("two call back at once: %v and %v", errs[0], errs[1])
	}
	c.AwaitRing(t)
	c.Answer(t)
	stage.AllHear(t, &c.Party, &s.Agents[1-told].Party)
	if n := len(s.Trunks[0].Asked()); n != 1 {
		t.Errorf("the customer was called %d times", n)
	}
	c.Hangup()
	c.AwaitOver(t)
	if err := callBack(s.Agents[told], true); err != nil {
		t.Errorf("calling anyway: %v", err)
	}
	c.Answer(t)
	stage.AllHear(t, &c.Party, &s.Agents[told].Party)
	row, err := s.Store().Call(t.Context(), s.Workspace, missed.ID)
	if err != nil || row.MissedHandledAt.IsZero() {
		t.Errorf("the missed call is not marked as handled: %v", err)
	}
	c.Hangup()
}
