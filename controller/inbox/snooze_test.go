package inbox_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/inbox"
	"ringdesk/controller/tasks"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// workAt runs the durable work of the inbox, as if it were at, until the test or stop
// ends it.
func (r *rig) workAt(at time.Time) (stop func()) {
	r.t.Helper()
	r.Now = func() time.Time { return at }
	all := tasks.New(tasks.Options{Store: r.Store, Now: r.Now}, r.Tasks()...)
	r.Store.OnCommit(func([]models.Change) { all.KickAll() })
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := all.Run(ctx); err != nil {
			r.t.Errorf("the work: %v", err)
		}
	})
	stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	r.t.Cleanup(stop)
	return stop
}

// until waits for a condition.
func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	end := time.NewTimer(20 * time.Second)
	defer end.Stop()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-end.C:
			r.t.Fatalf("never: %s", what)
		case <-look.C:
		}
	}
}

func (r *rig) get(id string) models.Conversation {
	r.t.Helper()
	c, err := r.Store.Conversation(r.t.Context(), r.here.id, id)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// entries are the types of what was done to a conversation, oldest first.
func (r *rig) entries(id string) (types []string) {
	r.t.Helper()
	items, err := r.Store.Timeline(r.t.Context(), r.here.id, id, []string{"none"}, models.TimelineItem{}, 100)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, i := range items {
		if i.Source == models.TimelineConversation {
			types = append(types, i.Type)
		}
	}
	return types
}

// A snoozed conversation opens by itself at its time, and tells whose it is; one
// that was opened, closed or snoozed anew meanwhile stays as it is.
//
// Covers: INBOX-4
func TestSnoozeReturns_INBOX_4(t *testing.T) {
	r := newRig(t)
	soon, later := now.Add(time.Hour), now.Add(3*time.Hour)
	snooze := func(at time.Time) models.Conversation {
		t.Helper()
		c := r.conversation(r.here, "open")
		if err := r.UpdateConversation(t.Context(), r.here.asAgent, c.ID, inbox.ConversationChange{SnoozeUntil: &at, Assignee: &r.here.quiet}); err != nil {
			t.Fatal(err)
		}
		if got := r.get(c.ID); got.State != "snoozed" || !got.SnoozedUntil.Equal(at) {
			t.Fatalf("%+v", got)
		}
		return c
	}
	set := func(c models.Conversation, want inbox.ConversationChange) {
		t.Helper()
		if err := r.UpdateConversation(t.Context(), r.here.asAgent, c.ID, want); err != nil {
			t.Fatal(err)
		}
	}
	due, notYet, opened, closed, again, back := snooze(soon), snooze(later), snooze(soon), snooze(soon), snooze(soon), snooze(soon)
	set(opened, inbox.ConversationChange{State: new("open")})
	set(closed, inbox.ConversationChange{State: new("closed")})
	set(again, inbox.ConversationChange{SnoozeUntil: &later})
	set(back, inbox.ConversationChange{State: new("open")})
	set(back, inbox.ConversationChange{SnoozeUntil: &soon})
	stop := r.workAt(soon.Add(time.Second))
	for _, c := range []models.Conversation{due, back} {
		r.until("it opens", func() bool { return r.get(c.ID).State == "open" })
		if got := r.get(c.ID); !got.SnoozedUntil.IsZero() || !got.UpdatedAt.Equal(soon.Add(time.Second)) {
			t.Errorf("%+v", got)
		}
	}
	equal(t, "what was done", r.entries(due.ID), []string{"conversation.assigned", "conversation.snoozed", "conversation.returned"})
	if unread, err := r.Store.Unread(t.Context(), r.here.quiet, []string{due.ID}); err != nil || !unread[due.ID] {
		t.Errorf("nobody was told: %v, %v", unread, err)
	}
	open, err := r.Store.TaskCounts(t.Context())
	if err != nil || len(open) != 1 || open[0].Open != 2 || open[0].Dead != 0 { // those of later
		t.Errorf("%+v, %v", open, err)
	}
	for want, ids := range map[string][]string{"snoozed": {notYet.ID, again.ID}, "open": {opened.ID}, "closed": {closed.ID}} {
		for _, id := range ids {
			if got := r.get(id); got.State != want {
				t.Errorf("%s, want %s", got.State, want)
			}
		}
	}
	// Whoever works next, such as after a restart, finds what is due by then.
	stop()
	r.workAt(later)
	for _, c := range []models.Conversation{notYet, again} {
		r.until("it opens later", func() bool { return r.get(c.ID).State == "open" })
	}
}

// A moment that has passed, or that nobody will live to see, is refused, and so is
// a missed conversation.
//
// Covers: INBOX-4, MISS-2
func TestSnoozeRefused_INBOX_4_MISS_2(t *testing.T) {
	r := newRig(t)
	for name, tc := range map[string]struct {
		state string
		want  inbox.ConversationChange
		kind  verb.Kind
		field string
	}{
		"to come":            {"open", inbox.ConversationChange{SnoozeUntil: new(now.Add(time.Minute))}, "", ""},
		"with its state":     {"closed", inbox.ConversationChange{State: new("snoozed"), SnoozeUntil: new(now.Add(time.Minute))}, "", ""},
		"now":                {"open", inbox.ConversationChange{SnoozeUntil: new(now)}, verb.Invalid, "snoozeUntil"},
		"past":               {"open", inbox.ConversationChange{SnoozeUntil: new(now.Add(-time.Hour))}, verb.Invalid, "snoozeUntil"},
		"in two years":       {"open", inbox.ConversationChange{SnoozeUntil: new(now.AddDate(2, 0, 0))}, verb.Invalid, "snoozeUntil"},
		"with another state": {"open", inbox.ConversationChange{State: new("closed"), SnoozeUntil: new(now.Add(time.Hour))}, verb.Invalid, "state"},
		"missed":             {"missed", inbox.ConversationChange{SnoozeUntil: new(now.Add(time.Hour))}, verb.Conflict, "state"},
	} {
		t.Run(name, func(t *testing.T) {
			c := r.conversation(r.here, tc.state)
			refused(t, r.UpdateConversation(t.Context(), r.here.asAgent, c.ID, tc.want), tc.kind, tc.field, "")
			if got := r.get(c.ID); (got.State == "snoozed") != (tc.kind == "") {
				t.Errorf("%+v", got)
			}
		})
	}
}

// A conversation has the tags that were given last, each once and without spaces
// around it; what came and went is told once.
//
// Covers: INBOX-4
func TestTags_INBOX_4(t *testing.T) {
	r := newRig(t)
	c := r.conversation(r.here, "missed")
	for _, step := range []struct {
		tags, want []string
		entries    int
	}{
		{[]string{" 환불 ", "vip", "vip"}, []string{"vip", "환불"}, 1},
		{[]string{"vip", "환불"}, []string{"vip", "환불"}, 1},
		{[]string{"late"}, []string{"late"}, 2},
		{[]string{}, nil, 3},
	} {
		if err := r.UpdateConversation(t.Context(), r.here.asKey, c.ID, inbox.ConversationChange{Tags: &step.tags}); err != nil {
			t.Fatal(err)
		}
		tags, err := r.Store.TagsOf(t.Context(), []string{c.ID})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "tags", tags[c.ID], step.want)
		if got := len(r.entries(c.ID)); got != step.entries {
			t.Errorf("%d entries, want %d", got, step.entries)
		}
	}
	many := make([]string, 31)
	for i := range many {
		many[i] = time.Duration(i).String()
	}
	for _, bad := range [][]string{{" "}, {string(make([]rune, 61))}, many} {
		refused(t, r.UpdateConversation(t.Context(), r.here.asAgent, c.ID, inbox.ConversationChange{Tags: &bad}), verb.Invalid, "tags", "")
	}
}
