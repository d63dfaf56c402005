package inbox_test

import (
	"testing"
	"time"

	"ringdesk/controller/inbox"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// Covers: CALL-7, MISS-1
func TestBlocks_CALL_7_MISS_1(t *testing.T) {
	r := newRig(t)
	const day = 24 * time.Hour
	blocked := func(workspace, caller string, at time.Time) (is bool) {
		t.Helper()
		r.tx(func(tx *models.Tx) (err error) {
			is, err = tx.Blocked(workspace, caller, at)
			return err
		})
		return is
	}
	for _, step := range []struct {
		name   string
		by     verb.By
		in     inbox.BlockInput
		caller string
		until  time.Duration // from now; 0 means for ever
		kind   verb.Kind
	}{
		{"an agent may not", r.here.asAgent, inbox.BlockInput{Caller: "010-5555-6666"}, "", 0, verb.Forbidden},
		{"three days", r.here.asAdmin, inbox.BlockInput{Caller: "010-5555-6666", Reason: " rude ", Days: 3}, "+821055556666", 3 * day, ""},
		{"never shorter", r.here.asKey, inbox.BlockInput{Caller: "+82 10 5555 6666", Reason: "rude", Days: 1}, "+821055556666", 3 * day, ""},
		{"for ever", r.here.asAdmin, inbox.BlockInput{Caller: "010-5555-6666", Reason: "rude"}, "+821055556666", 0, ""},
		{"never with an end again", r.here.asAdmin, inbox.BlockInput{Caller: "010-5555-6666", Reason: "rude", Days: 9}, "+821055556666", 0, ""},
		{"an address", r.here.asAdmin, inbox.BlockInput{Caller: " Bob@PBX.example", Reason: "rude"}, "Bob@pbx.example", 0, ""},
		{"a short code", r.here.asAdmin, inbox.BlockInput{Caller: "7042", Reason: "rude"}, "+827042", 0, ""},
		{"nobody", r.here.asAdmin, inbox.BlockInput{Caller: " "}, "", 0, verb.Invalid},
		{"half an address", r.here.asAdmin, inbox.BlockInput{Caller: "@pbx.example"}, "", 0, verb.Invalid},
		{"a whole header", r.here.asAdmin, inbox.BlockInput{Caller: "<sip:a@b>"}, "", 0, verb.Invalid},
		{"of two countries", r.here.asAdmin, inbox.BlockInput{Caller: "0012032530000"}, "", 0, verb.Invalid},
	} {
		field := ""
		if step.kind == verb.Invalid {
			field = "number"
		}
		b, err := r.Block(t.Context(), step.by, step.in)
		refused(t, err, step.kind, field, "")
		if step.kind != "" {
			continue
		}
		if b.Number != step.caller || b.Reason != "rude" || b.AgentID != step.by.Agent || b.UntilAt.IsZero() != (step.until == 0) ||
			step.until != 0 && !b.UntilAt.Equal(now.Add(step.until)) {
			t.Errorf("%s: %+v", step.name, b)
		}
		if !blocked(r.here.id, step.caller, now.Add(2*day)) || blocked(r.away.id, step.caller, now) {
			t.Errorf("%s: blocked in the wrong places", step.name)
		}
	}
	bs, err := r.Store.Blocks(t.Context(), r.here.id, now)
	if err != nil || len(bs) != 3 {
		t.Fatalf("%d blocks, %v", len(bs), err)
	}
	refused(t, r.Unblock(t.Context(), r.here.asAgent, bs[0].ID), verb.Forbidden, "", "owner or admin")
	refused(t, r.Unblock(t.Context(), r.away.asAdmin, bs[0].ID), verb.NotFound, "", "no block")
	if !blocked(r.here.id, bs[0].Number, now) {
		t.Error("somebody else let a caller in")
	}
	refused(t, r.Unblock(t.Context(), r.here.asKey, bs[0].ID), "", "", "")
	refused(t, r.Unblock(t.Context(), r.here.asKey, bs[0].ID), verb.NotFound, "", "no block")
	if blocked(r.here.id, bs[0].Number, now) {
		t.Error("still blocked")
	}
}
