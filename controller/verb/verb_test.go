package verb_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// An API key is an admin and no agent; nobody is anything without a role.
func TestWhoMay(t *testing.T) {
	for name, tc := range map[string]struct {
		by                  verb.By
		agent, admin, owner bool
	}{
		"an owner":     {verb.By{Agent: "a", Role: "owner"}, true, true, true},
		"an admin":     {verb.By{Agent: "a", Role: "admin"}, true, true, false},
		"an agent":     {verb.By{Agent: "a", Role: "agent"}, true, false, false},
		"an API key":   {verb.By{Role: "admin"}, false, true, false},
		"the operator": {verb.Operator, false, true, true},
		"nobody":       {verb.By{}, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			agent, admin := tc.by.NeedAgent("do this"), tc.by.NeedAdmin("do this")
			if (agent == nil) != tc.agent || (admin == nil) != tc.admin || tc.by.IsAdmin() != tc.admin || tc.by.IsOwner() != tc.owner {
				t.Errorf("agent: %v, admin: %v, owner: %v", agent, admin, tc.by.IsOwner())
			}
			for _, err := range []error{agent, admin} {
				var no *verb.Refusal
				if err != nil && (!errors.As(err, &no) || no.Kind != verb.Forbidden || !strings.Contains(no.Reason, "can do this")) {
					t.Errorf("%v", err)
				}
			}
		})
	}
}

// Only what is not found is a refusal; what is broken stays an error.
func TestNotFound(t *testing.T) {
	gone, broken := fmt.Errorf("row: %w", models.ErrNotFound), errors.New("disk")
	for name, tc := range map[string]struct {
		err  error
		kind verb.Kind
	}{
		"missing":            {verb.Missing(gone, "There is none: 100%.", reason.NoTeam), verb.NotFound},
		"absent":             {verb.Absent(gone, "teamId", "There is none: 100%.", reason.NoTeam), verb.Invalid},
		"missing and broken": {verb.Missing(broken, "There is none.", reason.NoTeam), ""},
		"absent and broken":  {verb.Absent(broken, "teamId", "There is none.", reason.NoTeam), ""},
		"found":              {verb.Missing(nil, "There is none.", reason.NoTeam), ""},
	} {
		var no *verb.Refusal
		if !errors.As(tc.err, &no) {
			no = &verb.Refusal{}
		}
		if no.Kind != tc.kind || no.Kind != "" && no.Reason != "There is none: 100%." || (no.Field != "") != (tc.kind == verb.Invalid) || (no.Word == reason.NoTeam) != (tc.kind != "") {
			t.Errorf("%s: %v", name, tc.err)
		}
	}
}

func TestShort(t *testing.T) {
	long := strings.Repeat("한", 100)
	for text, want := range map[string]string{"": "", "x": "x", long: long, long + "글": long + "…"} {
		if got := verb.Short(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
