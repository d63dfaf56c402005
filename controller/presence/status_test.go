package presence_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"ringdesk/controller/presence"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// What agents change of their own. A status runs out by itself where it has an
// end; who says that they are available, or that they are done, is in wrap-up no
// more; calls are told each time, as the agent may have become free.
//
// Covers: IN-2, IN-3, END-5.
func TestChange(t *testing.T) {
	soon := func() *time.Time { return new(time.Now().Add(time.Minute)) }
	for name, row := range map[string]struct {
		change func() presence.Change
		wraps  bool // before
		want   string
		later  string // the state two minutes later, if it is another one
	}{
		"nothing":             {func() presence.Change { return presence.Change{} }, false, "available", ""},
		"nothing in wrap-up":  {func() presence.Change { return presence.Change{} }, true, "wrapUp", ""},
		"done":                {func() presence.Change { return presence.Change{EndWrapUp: true} }, true, "available", ""},
		"available":           {func() presence.Change { return presence.Change{Status: new("available")} }, true, "available", ""},
		"a minute more":       {func() presence.Change { return presence.Change{ExtendWrapUp: true} }, true, "wrapUp", ""},
		"at lunch in wrap-up": {func() presence.Change { return presence.Change{Status: new("meal")} }, true, "meal", ""},
		"do not disturb":      {func() presence.Change { return presence.Change{DND: new(true)} }, false, "dnd", ""},
		"for a minute":        {func() presence.Change { return presence.Change{DND: new(true), DNDUntil: soon()} }, false, "dnd", "available"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := open(t)
				_, p := d.page()
				if row.wraps {
					d.tx(func(tx *models.Tx) error {
						return tx.StartWrapUp(models.WrapUp{WorkspaceID: d.session.WorkspaceID, AgentID: d.agent, ConversationID: "conversation", At: time.Now(), Until: time.Now().Add(time.Hour)})
					})
				}
				_, before := d.seen()
				if _, err := d.Change(t.Context(), d.session, row.change()); err != nil {
					t.Fatal(err)
				}
				if _, after := d.seen(); d.state() != row.want || after != before+1 {
					t.Errorf("the agent is %s, want %s; calls were told %d times", d.state(), row.want, after-before)
				}
				if row.later == "" {
					return
				}
				time.Sleep(2 * time.Minute)
				if err := d.Heard(t.Context(), map[string]time.Time{p.ID: time.Now()}); err != nil {
					t.Fatal(err)
				}
				if d.state() != row.later {
					t.Errorf("later the agent is %s, want %s", d.state(), row.later)
				}
			})
		})
	}
}

// What cannot be is refused, and changes nothing.
//
// Covers: IN-3.
func TestChangeRefused(t *testing.T) {
	for name, row := range map[string]struct {
		change presence.Change
		kind   verb.Kind
	}{
		"an end of nothing":        {presence.Change{DNDUntil: new(time.Now().AddDate(100, 0, 0)), Status: new("meal")}, verb.Invalid},
		"an end in the past":       {presence.Change{DND: new(true), DNDUntil: new(time.Unix(0, 0))}, verb.Invalid},
		"more of no wrap-up":       {presence.Change{ExtendWrapUp: true, Status: new("meal")}, verb.Conflict},
		"somebody else's business": {presence.Change{Workspace: new(models.NewID()), Status: new("meal")}, verb.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := open(t)
				d.page()
				_, err := d.Change(t.Context(), d.session, row.change)
				var refused *verb.Refusal
				if !errors.As(err, &refused) || refused.Kind != row.kind || d.state() != "available" {
					t.Errorf("%v; the agent is %s", err, d.state())
				}
			})
		})
	}
}

// A wrap-up can be made a minute longer three times; the next one begins anew.
//
// Covers: END-5
func TestLongerWrapUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t)
		d.page()
		begin := func() {
			d.tx(func(tx *models.Tx) error {
				return tx.StartWrapUp(models.WrapUp{WorkspaceID: d.session.WorkspaceID, AgentID: d.agent, ConversationID: "conversation", At: time.Now(), Until: time.Now().Add(10 * time.Second)})
			})
		}
		longer := func() error {
			_, err := d.Change(t.Context(), d.session, presence.Change{ExtendWrapUp: true})
			return err
		}
		begin()
		for range presence.MostExtensions {
			if err := longer(); err != nil {
				t.Fatal(err)
			}
		}
		var refused *verb.Refusal
		if err := longer(); !errors.As(err, &refused) || refused.Word != reason.WrapUpExtended || refused.Params["max"] != "3" {
			t.Errorf("a fourth time: %v", err)
		}
		a, err := d.store.Agent(t.Context(), d.session.WorkspaceID, d.agent)
		if err != nil || !a.WrapUpUntil.Equal(time.Now().Add(3*time.Minute+10*time.Second).Truncate(time.Microsecond)) {
			t.Errorf("it lasts until %v, %v", a.WrapUpUntil, err)
		}
		begin()
		if err := longer(); err != nil {
			t.Errorf("after the next call: %v", err)
		}
	})
}
