package cli

import (
	"context"
	"errors"
	"strings"
	"testing"

	"ringdesk/configs"
	"ringdesk/controller/people"
	"ringdesk/models"
)

// Commands about people say what to do where they cannot do what was asked.
//
// Covers: SEC-5.
func TestAdminSaysWhatToDo_SEC_5(t *testing.T) {
	s := configs.Default()
	s.Storage.Data = t.TempDir()
	first := newWorkspace(t, s, "First", "owner@first.example")
	second := newWorkspace(t, s, "Second", "owner@second.example")
	mina := agentCmd{Workspace: first, Email: "Mina@first.example", Name: "Mina", Role: "agent", Seat: true}
	if err := mina.Run(s); err != nil {
		t.Fatal(err)
	}
	there := agentArgs{Workspace: first, Email: "mina@first.example"}
	for name, tc := range map[string]struct {
		do   interface{ Run(configs.Settings) error }
		says []string
	}{
		"an agent who is one already": {mina, []string{"is an agent of this workspace already", "ringdesk admin password mina@first.example", "PATCH /agents/"}},
		"an account of elsewhere": {agentCmd{Workspace: second, Email: "mina@first.example", Name: "Mina", Role: "agent"},
			[]string{"has an account already, an agent of First", "--existing", "ringdesk admin password mina@first.example"}},
		"an agent of no workspace": {agentCmd{Workspace: "x", Email: "new@first.example", Name: "N", Role: "agent"},
			[]string{`no workspace with the id "x"`, first + " (First)", second + " (Second)"}},
		"an owner with an account":      {workspaceCmd{Name: "Third", Owner: "owner@first.example", TimeZone: "Asia/Seoul"}, []string{"has an account already", "an agent of First"}},
		"a password of nobody":          {passwordCmd{Email: "typo@first.example"}, []string{"nobody has an account", "typo@first.example"}},
		"sessions of nobody":            {signoutCmd{Email: "typo@first.example"}, []string{"nobody has an account"}},
		"suspending somebody else's":    {suspendCmd{agentArgs{Workspace: second, Email: "mina@first.example"}}, []string{"is no agent of this workspace, but of: First (" + first + ")"}},
		"removing the last owner":       {removeCmd{agentArgs{Workspace: first, Email: "owner@first.example"}}, []string{"needs an owner: make somebody else one first"}},
		"suspending the last owner":     {suspendCmd{agentArgs{Workspace: first, Email: "owner@first.example"}}, []string{"needs an owner"}},
		"deleting a key that is none":   {unkeyCmd{AccessKey: "rd_none"}, []string{`no API key "rd_none"`, "ringdesk admin keys"}},
		"restoring where there is none": {restoreCmd{agentArgs{Workspace: "x", Email: "mina@first.example"}}, []string{`no workspace with the id "x"`}},
	} {
		err := tc.do.Run(s)
		if !errors.As(err, new(usageError)) {
			t.Errorf("%s: %v, want something for the operator to mend", name, err)
			continue
		}
		for _, words := range tc.says {
			if !strings.Contains(err.Error(), words) {
				t.Errorf("%s says %q, not %q", name, err, words)
			}
		}
	}
	if err := (inviteCmd{Workspace: first, Email: "nari@first.example", Name: "Nari", Role: "admin", Seat: true}).Run(s); err != nil {
		t.Error(err)
	}
	if err := (inviteCmd{Workspace: first, Email: "nari@first.example", Name: "Nari", Role: "admin"}).Run(s); !errors.As(err, new(usageError)) {
		t.Errorf("inviting twice: %v", err)
	}
	joins := agentCmd{Workspace: second, Email: "mina@first.example", Name: "Mina", Role: "agent", Existing: true}
	back := mina
	back.Existing = true
	for _, cmd := range []interface{ Run(configs.Settings) error }{joins, suspendCmd{there}, restoreCmd{there}, removeCmd{there}, back,
		passwordCmd{Email: "MINA@first.example"}, signoutCmd{Email: "mina@first.example"}, keysCmd{Workspace: first}} {
		if err := cmd.Run(s); err != nil {
			t.Errorf("%T: %v", cmd, err)
		}
	}
	inStore(t, s, func(ctx context.Context, p *people.People) {
		account, err := p.Store.AccountByEmail(ctx, "mina@first.example")
		if err != nil {
			t.Fatal(err)
		}
		ws, err := p.Store.WorkspacesOf(ctx, account.ID)
		if err != nil || len(ws) != 2 {
			t.Errorf("in %v, %v", ws, err)
		}
	})
}

func newWorkspace(t *testing.T, s configs.Settings, name, owner string) (id string) {
	t.Helper()
	if err := (workspaceCmd{Name: name, Owner: owner, TimeZone: "Asia/Seoul"}).Run(s); err != nil {
		t.Fatal(err)
	}
	inStore(t, s, func(ctx context.Context, p *people.People) {
		err := p.Store.Tx(ctx, func(tx *models.Tx) error {
			ws, err := tx.Workspaces()
			for _, w := range ws {
				if w.Name == name {
					id = w.ID
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	return id
}

func inStore(t *testing.T, s configs.Settings, do func(context.Context, *people.People)) {
	t.Helper()
	err := withVerbs(s, func(ctx context.Context, v verbs) error {
		do(ctx, v.people)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
