package inbox_test

import (
	"fmt"
	"testing"
	"time"

	"ringdesk/controller/inbox"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// many makes conversations in a state.
func (r *rig) many(p place, state string, n int) (ids []string) {
	r.t.Helper()
	at := models.At(now.Add(-time.Hour))
	r.tx(func(tx *models.Tx) error {
		for range n {
			c := models.Conversation{ID: models.NewID(), WorkspaceID: p.id, ContactID: p.contact, Kind: "phone", Direction: "inbound", State: state, CreatedAt: at, UpdatedAt: at}
			if state == "missed" {
				c.MissedReason = "userLeft"
			}
			if err := tx.AddConversation(c); err != nil {
				return err
			}
			ids = append(ids, c.ID)
		}
		return nil
	})
	return ids
}

func (r *rig) bulk(by verb.By, key string, q inbox.BulkRequest) models.Bulk {
	r.t.Helper()
	b, err := r.StartBulk(r.t.Context(), by, key, q)
	if err != nil {
		r.t.Fatal(err)
	}
	return b
}

// done waits until a bulk action is done.
func (r *rig) done(id string) (b models.Bulk) {
	r.t.Helper()
	r.until("the bulk action is done", func() bool {
		var err error
		if b, err = r.Store.Bulk(r.t.Context(), r.here.id, id); err != nil {
			r.t.Fatal(err)
		}
		return !b.FinishedAt.IsZero()
	})
	return b
}

// came checks what came of a bulk action.
func (r *rig) came(b models.Bulk, total, changed, unchanged int, refused map[string]int) {
	r.t.Helper()
	if b.Total != total || b.Changed != changed || b.Unchanged != unchanged || fmt.Sprint(b.RefusedBy()) != fmt.Sprint(refused) {
		r.t.Errorf("of %d: %d changed, %d unchanged, refused %v; want of %d: %d, %d, %v", b.Total, b.Changed, b.Unchanged, b.RefusedBy(), total, changed, unchanged, refused)
	}
}

func (r *rig) count(list string) int {
	r.t.Helper()
	ids, err := r.Store.ConversationIDs(r.t.Context(), r.here.id, models.ConversationFilter{List: list, Limit: 10_000})
	if err != nil {
		r.t.Fatal(err)
	}
	return len(ids)
}

// All that a filter finds is closed across pages, also when the work is cut off and
// somebody else goes on, and each once; the same key again does nothing more.
// Another workspace's conversations stay as they are.
//
// Covers: MISS-3, INBOX-4
func TestBulkClose_MISS_3(t *testing.T) {
	r := newRig(t)
	r.many(r.here, "missed", 530)
	theirs := r.many(r.away, "missed", 3)
	kept := r.many(r.here, "open", 2)
	request := inbox.BulkRequest{Action: inbox.BulkClose, Filter: &models.ConversationFilter{List: "missed"}}
	first := r.bulk(r.here.asAgent, "key-1", request)
	later := r.many(r.here, "missed", 4) // after the click
	if again := r.bulk(r.here.asAgent, "key-1", request); again.ID != first.ID || again.Total != 530 {
		t.Errorf("the same key began %+v", again)
	}
	stop := r.workAt(now)
	r.until("a page is done", func() bool { return r.count("missed") < 534 })
	stop()
	r.workAt(now)
	b := r.done(first.ID)
	r.came(b, 530, 530, 0, map[string]int{})
	if n := r.count("missed"); n != len(later) {
		t.Errorf("%d are still missed, want those that came later", n)
	}
	for _, id := range kept {
		if got := r.get(id); got.State != "open" {
			t.Errorf("%+v", got)
		}
	}
	if c, err := r.Store.Conversation(t.Context(), r.away.id, theirs[0]); err != nil || c.State != "missed" {
		t.Errorf("another workspace's: %+v, %v", c, err)
	}
	if again := r.bulk(r.here.asAgent, "key-1", request); again.ID != first.ID {
		t.Errorf("the same key began %+v", again)
	}
	_, err := r.StartBulk(t.Context(), r.here.asAgent, "key-1", inbox.BulkRequest{Action: inbox.BulkOpen, IDs: kept})
	refused(t, err, verb.Conflict, "key", "another bulk action")
	var closed []string
	for _, id := range later[:1] {
		closed = r.entries(id)
	}
	equal(t, "what was done to a later one", closed, nil)
}

// What the rules forbid is counted by its reason, and the rest is done; an undo
// gives back what nobody has changed since, and opens no missed conversation.
//
// Covers: INBOX-4, MISS-2
func TestBulkAndUndo_INBOX_4_MISS_2(t *testing.T) {
	r := newRig(t)
	r.workAt(now)
	opened, missed := r.many(r.here, "open", 150), r.many(r.here, "missed", 3)
	theirs := r.many(r.away, "open", 1)
	all := append(append(append([]string{}, opened...), missed...), theirs[0], "nothing", opened[0]) // one twice
	until := now.Add(time.Hour)
	snoozed := r.done(r.bulk(r.here.asAgent, "", inbox.BulkRequest{Action: inbox.BulkSnooze, IDs: all, SnoozeUntil: &until}).ID)
	r.came(snoozed, 155, 150, 0, map[string]int{"missedOnlyClosed": 3, "noConversation": 2})
	if got := r.get(opened[120]); got.State != "snoozed" || !got.SnoozedUntil.Equal(until) {
		t.Errorf("%+v", got)
	}
	if err := r.UpdateConversation(t.Context(), r.here.asAdmin, opened[7], inbox.ConversationChange{Assignee: &r.here.quiet}); err != nil {
		t.Fatal(err)
	}
	undo, err := r.UndoBulk(t.Context(), r.here.asAgent, snoozed.ID)
	if err != nil {
		t.Fatal(err)
	}
	r.came(r.done(undo.ID), 150, 149, 0, map[string]int{"changedSince": 1})
	if got := r.get(opened[120]); got.State != "open" || !got.SnoozedUntil.IsZero() {
		t.Errorf("%+v", got)
	}
	if again, err := r.UndoBulk(t.Context(), r.here.asAgent, snoozed.ID); err != nil || again.ID != undo.ID {
		t.Errorf("a second undo: %+v, %v", again, err)
	}
	_, err = r.UndoBulk(t.Context(), r.here.asAgent, undo.ID)
	refused(t, err, verb.Conflict, "", "cannot be undone")

	assigned := r.done(r.bulk(r.here.asKey, "", inbox.BulkRequest{Action: inbox.BulkAssign, IDs: append(missed, opened[7]), Assignee: &r.here.quiet}).ID)
	r.came(assigned, 4, 3, 1, map[string]int{})
	tagged := r.done(r.bulk(r.here.asAgent, "", inbox.BulkRequest{Action: inbox.BulkTags, IDs: missed, AddTags: []string{"vip", "late"}, RemoveTags: []string{"late"}}).ID)
	r.came(tagged, 3, 3, 0, map[string]int{})
	if tags, err := r.Store.TagsOf(t.Context(), missed); err != nil || fmt.Sprint(tags[missed[0]]) != "[vip]" {
		t.Errorf("%v, %v", tags, err)
	}
	closed := r.done(r.bulk(r.here.asAgent, "", inbox.BulkRequest{Action: inbox.BulkClose, IDs: missed}).ID)
	r.came(closed, 3, 3, 0, map[string]int{})
	if closed.Final != 3 || tagged.Final != 0 {
		t.Errorf("%d closed and %d tagged ones are said to be final, want 3 and 0", closed.Final, tagged.Final)
	}
	for _, step := range []struct {
		of                 models.Bulk
		changed, unchanged int
		refused            map[string]int
	}{
		{closed, 0, 0, map[string]int{"missedOnlyClosed": 3}},
		{tagged, 0, 0, map[string]int{"changedSince": 3}}, // they were closed since
	} {
		undo, err := r.UndoBulk(t.Context(), r.here.asAgent, step.of.ID)
		if err != nil {
			t.Fatal(err)
		}
		r.came(r.done(undo.ID), 3, step.changed, step.unchanged, step.refused)
	}
}

// Covers: INBOX-4
func TestBulkRefused_INBOX_4(t *testing.T) {
	r := newRig(t)
	ids := r.many(r.here, "open", 1)
	past := now.Add(-time.Hour)
	for name, tc := range map[string]struct {
		q     inbox.BulkRequest
		field string
	}{
		"neither ids nor filter":   {inbox.BulkRequest{Action: inbox.BulkClose}, "ids"},
		"both":                     {inbox.BulkRequest{Action: inbox.BulkClose, IDs: ids, Filter: &models.ConversationFilter{}}, "ids"},
		"assign without an agent":  {inbox.BulkRequest{Action: inbox.BulkAssign, IDs: ids}, "assigneeId"},
		"assign to a stranger":     {inbox.BulkRequest{Action: inbox.BulkAssign, IDs: ids, Assignee: &r.away.agent}, "assigneeId"},
		"another workspace's team": {inbox.BulkRequest{Action: inbox.BulkTeam, IDs: ids, Team: &r.away.team}, "teamId"},
		"tags without tags":        {inbox.BulkRequest{Action: inbox.BulkTags, IDs: ids}, "addTags"},
		"an empty tag":             {inbox.BulkRequest{Action: inbox.BulkTags, IDs: ids, AddTags: []string{" "}}, "tags"},
		"snooze without a time":    {inbox.BulkRequest{Action: inbox.BulkSnooze, IDs: ids}, "snoozeUntil"},
		"snooze into the past":     {inbox.BulkRequest{Action: inbox.BulkSnooze, IDs: ids, SnoozeUntil: &past}, "snoozeUntil"},
		"close with an agent":      {inbox.BulkRequest{Action: inbox.BulkClose, IDs: ids, Assignee: &r.here.agent}, "assigneeId"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.StartBulk(t.Context(), r.here.asAgent, "", tc.q)
			refused(t, err, verb.Invalid, tc.field, "")
		})
	}
	waiting := r.bulk(r.here.asAgent, "", inbox.BulkRequest{Action: inbox.BulkClose, IDs: ids})
	_, err := r.UndoBulk(t.Context(), r.here.asAgent, waiting.ID)
	refused(t, err, verb.Conflict, "", "not done yet")
	_, err = r.UndoBulk(t.Context(), r.away.asAgent, waiting.ID)
	refused(t, err, verb.NotFound, "", "")
}
