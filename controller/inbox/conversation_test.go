package inbox_test

import (
	"errors"
	"testing"
	"time"

	"ringdesk/controller/inbox"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// Whoever asks, and whatever state it has by now: what was missed can be closed and
// nothing else.
//
// Covers: MISS-2, INBOX-4
func TestStates_MISS_2_INBOX_4(t *testing.T) {
	r := newRig(t)
	for name, tc := range map[string]struct {
		steps []string // states that it is given one after another
		state string   // the last one
		kind  verb.Kind
	}{
		"open, snoozed":          {[]string{"open", "snoozed"}, "snoozed", ""},
		"open, closed":           {[]string{"open", "closed"}, "closed", ""},
		"closed, open again":     {[]string{"closed", "open"}, "open", ""},
		"snoozed, open":          {[]string{"snoozed", "open"}, "open", ""},
		"missed, closed":         {[]string{"missed", "closed"}, "closed", ""},
		"missed, open":           {[]string{"missed", "open"}, "missed", verb.Conflict},
		"missed, snoozed":        {[]string{"missed", "snoozed"}, "missed", verb.Conflict},
		"missed, closed, open":   {[]string{"missed", "closed", "open"}, "closed", verb.Conflict},
		"missed, closed, snooze": {[]string{"missed", "closed", "snoozed"}, "closed", verb.Conflict},
		"missed by hand":         {[]string{"open", "missed"}, "open", verb.Invalid},
		"no such state":          {[]string{"open", "solved"}, "open", verb.Invalid},
	} {
		for who, by := range map[string]verb.By{"agent": r.here.asAgent, "admin": r.here.asAdmin, "key": r.here.asKey} {
			t.Run(name+" by "+who, func(t *testing.T) {
				c := r.conversation(r.here, tc.steps[0])
				var err error
				for _, state := range tc.steps[1:] {
					err = r.UpdateConversation(t.Context(), by, c.ID, inbox.ConversationChange{State: &state})
				}
				refused(t, err, tc.kind, "state", "")
				got, err := r.Store.Conversation(t.Context(), r.here.id, c.ID)
				if err != nil || got.State != tc.state || got.MissedReason != c.MissedReason {
					t.Errorf("%+v, %v", got, err)
				}
			})
		}
	}
}

// A conversation can be assigned by hand to an agent who does not want to be
// disturbed, but to nobody who is none of the workspace's.
//
// Covers: IN-3, INBOX-4
func TestAssigned_IN_3_INBOX_4(t *testing.T) {
	r := newRig(t)
	for name, tc := range map[string]struct {
		agent, team *string
		kind        verb.Kind
		field       string
	}{
		"an agent":                     {&r.here.agent, nil, "", ""},
		"one who wants no disturbance": {&r.here.quiet, nil, "", ""},
		"a team":                       {nil, &r.here.team, "", ""},
		"both":                         {&r.here.agent, &r.here.team, "", ""},
		"another workspace's agent":    {&r.away.agent, nil, verb.Invalid, "assigneeId"},
		"one who was removed":          {&r.here.removed, nil, verb.Invalid, "assigneeId"},
		"another workspace's team":     {&r.here.agent, &r.away.team, verb.Invalid, "teamId"},
		"a team as agent":              {&r.here.team, nil, verb.Invalid, "assigneeId"},
	} {
		t.Run(name, func(t *testing.T) {
			c := r.conversation(r.here, "open")
			err := r.UpdateConversation(t.Context(), r.here.asKey, c.ID, inbox.ConversationChange{Assignee: tc.agent, Team: tc.team})
			refused(t, err, tc.kind, tc.field, "in your workspace")
			got, err := r.Store.Conversation(t.Context(), r.here.id, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			if tc.kind != "" { // nothing is done by halves
				tc.agent, tc.team = nil, nil
			}
			if !same(got.AssigneeID, tc.agent) || !same(got.TeamID, tc.team) || got.State != "open" {
				t.Errorf("%+v", got)
			}
			if tc.kind != "" {
				return
			}
			if !got.UpdatedAt.Equal(now) {
				t.Errorf("at %v, want %v", got.UpdatedAt, now)
			}
			if err := r.UpdateConversation(t.Context(), r.here.asKey, c.ID, inbox.ConversationChange{Assignee: new(""), Team: new("")}); err != nil {
				t.Fatal(err)
			}
			if got, err = r.Store.Conversation(t.Context(), r.here.id, c.ID); err != nil || got.AssigneeID != nil || got.TeamID != nil {
				t.Errorf("still assigned: %+v, %v", got, err)
			}
		})
	}
}

func same(a, b *string) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// What a conversation is like already is no change, and another workspace's is
// not there.
//
// Covers: INBOX-1, INBOX-4
func TestNothingChanges_INBOX_1(t *testing.T) {
	r := newRig(t)
	c := r.conversation(r.here, "open")
	before := r.lastChange()
	for _, want := range []inbox.ConversationChange{{}, {State: new("open")}, {Assignee: new("")}, {Team: new("")}} {
		if err := r.UpdateConversation(t.Context(), r.here.asAgent, c.ID, want); err != nil {
			t.Error(err)
		}
	}
	for _, id := range []string{r.conversation(r.away, "open").ID, "nothing"} {
		err := r.UpdateConversation(t.Context(), r.here.asAdmin, id, inbox.ConversationChange{State: new("closed")})
		refused(t, err, verb.NotFound, "", inbox.UnknownConversation)
	}
	got, err := r.Store.Conversation(t.Context(), r.here.id, c.ID)
	if err != nil || !got.UpdatedAt.Equal(c.UpdatedAt.Time) {
		t.Errorf("%+v, %v", got, err)
	}
	if after := r.lastChange(); after != before+1 { // the one that away made
		t.Errorf("screens were told %d times of nothing", after-before-1)
	}
}

// Closing or snoozing a conversation ends the wrap-up of it, and of no other.
//
// Covers: END-5
func TestWrapUpEnds_END_5(t *testing.T) {
	for state, ends := range map[string]bool{"closed": true, "snoozed": true, "open": false} {
		t.Run(state, func(t *testing.T) {
			r := newRig(t)
			c, other := r.conversation(r.here, "open"), r.conversation(r.here, "open")
			if state == "open" {
				c = r.conversation(r.here, "closed")
			}
			until := now.Add(time.Minute)
			r.tx(func(tx *models.Tx) error {
				return errors.Join(tx.StartWrapUp(models.WrapUp{WorkspaceID: r.here.id, AgentID: r.here.agent, CallID: "call", ConversationID: c.ID, At: now, Until: until}),
					tx.StartWrapUp(models.WrapUp{WorkspaceID: r.here.id, AgentID: r.here.quiet, ConversationID: other.ID, At: now, Until: until}))
			})
			if err := r.UpdateConversation(t.Context(), r.here.asAdmin, c.ID, inbox.ConversationChange{State: &state}); err != nil {
				t.Fatal(err)
			}
			for agent, want := range map[string]bool{r.here.agent: !ends, r.here.quiet: true} {
				a, err := r.Store.Agent(t.Context(), r.here.id, agent)
				if err != nil || a.WrapUpNow(now) != want {
					t.Errorf("in wrap-up: %v, %v; want %v", a.WrapUpNow(now), err, want)
				}
			}
			equal(t, "free agents were looked for", r.told, []string{r.here.id})
		})
	}
}

// Covers: MISS-3
func TestCloseMissed_MISS_3(t *testing.T) {
	r := newRig(t)
	var ids []string
	for range 3 {
		ids = append(ids, r.conversation(r.here, "missed").ID)
	}
	open, foreign := r.conversation(r.here, "open"), r.conversation(r.away, "missed")
	some := func(ids ...string) func() (int, error) {
		return func() (int, error) { return r.CloseMissed(t.Context(), r.here.asAgent, ids) }
	}
	for _, step := range []struct {
		name string
		do   func() (int, error)
		want int
	}{
		{"none", some(), 0},
		{"one, an open one, another workspace's, nothing", some(ids[0], open.ID, foreign.ID, "x"), 1},
		{"the same again", some(ids[0]), 0},
		{"all", func() (int, error) { return r.CloseAllMissed(t.Context(), r.here.asKey) }, 2},
		{"all again", func() (int, error) { return r.CloseAllMissed(t.Context(), r.here.asKey) }, 0},
	} {
		if n, err := step.do(); err != nil || n != step.want {
			t.Errorf("%s: %d closed, %v; want %d", step.name, n, err, step.want)
		}
	}
	for _, tc := range []struct {
		p     place
		id    string
		state string
	}{{r.here, ids[2], "closed"}, {r.here, open.ID, "open"}, {r.away, foreign.ID, "missed"}} {
		if got, err := r.Store.Conversation(t.Context(), tc.p.id, tc.id); err != nil || got.State != tc.state {
			t.Errorf("%+v, %v; want %s", got, err, tc.state)
		}
	}
}
