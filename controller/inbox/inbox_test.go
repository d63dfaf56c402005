package inbox_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/inbox"
	"ringdesk/controller/verb"
	"ringdesk/models"
	"ringdesk/testkit/database"
)

var now = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// place is a workspace with those who work there.
type place struct {
	id, team, contact string

	agent, quiet, removed string // quiet does not want to be disturbed
	asAgent, asAdmin      verb.By
	asKey                 verb.By
}

// rig is an inbox on a store with two workspaces.
type rig struct {
	*inbox.Inbox
	t          *testing.T
	here, away place
	told       []string // workspaces in which an agent may have become free
}

func newRig(t *testing.T) *rig {
	t.Helper()
	store, err := models.Open(database.Place(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &rig{t: t}
	r.Inbox = &inbox.Inbox{Store: store, Now: func() time.Time { return now }, AgentsChanged: func(w string) { r.told = append(r.told, w) }}
	r.here, r.away = r.place("here"), r.place("away")
	return r
}

func (r *rig) tx(do func(*models.Tx) error) {
	r.t.Helper()
	if err := r.Store.Tx(r.t.Context(), do); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) place(name string) place {
	r.t.Helper()
	at := models.At(now)
	p := place{id: models.NewID(), team: models.NewID(), contact: models.NewID()}
	r.tx(func(tx *models.Tx) error {
		errs := []error{
			tx.AddWorkspace(models.Workspace{ID: p.id, Name: name, Country: "KR", TimeZone: "Asia/Seoul", RingSeconds: 20, QueueSeconds: 60, CreatedAt: at}),
			tx.AddTeam(models.Team{ID: p.team, WorkspaceID: p.id, Name: "Support", CreatedAt: at}),
			tx.AddContact(models.FullContact{Contact: models.Contact{ID: p.contact, WorkspaceID: p.id, Kind: "lead", Profile: "{}", CreatedAt: at},
				Numbers: []string{"+821012345678", "114"}}),
			tx.AddProfileField(models.ProfileField{ID: models.NewID(), WorkspaceID: p.id, FieldKey: "plan", Label: "Plan"}),
		}
		for _, a := range []struct {
			id   *string
			by   *verb.By
			role string
			as   models.Agent
		}{
			{&p.agent, &p.asAgent, "agent", models.Agent{}},
			{new(string), &p.asAdmin, "admin", models.Agent{}},
			{&p.quiet, new(verb.By), "agent", models.Agent{DND: true}},
			{&p.removed, new(verb.By), "agent", models.Agent{RemovedAt: at}},
		} {
			account := models.Account{ID: models.NewID(), Email: models.NewID() + "@example.com", Name: a.role, Locale: "en", CreatedAt: at}
			a.as.ID, a.as.WorkspaceID, a.as.AccountID, a.as.Name, a.as.Role, a.as.CreatedAt = models.NewID(), p.id, account.ID, name+" "+a.role, a.role, at
			*a.id = a.as.ID
			*a.by = verb.By{Workspace: p.id, Account: account.ID, Agent: a.as.ID, Role: a.role}
			errs = append(errs, tx.AddAccount(account), tx.AddAgent(a.as))
		}
		p.asKey = verb.By{Workspace: p.id, Role: "admin"}
		return errors.Join(errs...)
	})
	return p
}

// conversation makes a conversation in a state. A missed one was missed as its
// caller left.
func (r *rig) conversation(p place, state string) models.Conversation {
	r.t.Helper()
	at := models.At(now.Add(-time.Hour))
	c := models.Conversation{ID: models.NewID(), WorkspaceID: p.id, ContactID: p.contact, Kind: "phone", Direction: "inbound", State: state, CreatedAt: at, UpdatedAt: at}
	if state == "missed" {
		c.MissedReason = "userLeft"
	}
	r.tx(func(tx *models.Tx) error { return tx.AddConversation(c) })
	return c
}

// lastChange is the number of the latest change that a screen hears of.
func (r *rig) lastChange() int64 {
	r.t.Helper()
	seq, err := r.Store.LastChange(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return seq
}

// refused checks that a verb was refused as wanted: kind is "" for one that is
// not, and says a part of the reason.
func refused(t *testing.T, err error, kind verb.Kind, field, says string) {
	t.Helper()
	if kind == "" {
		if err != nil {
			t.Errorf("%v", err)
		}
		return
	}
	var no *verb.Refusal
	if !errors.As(err, &no) {
		t.Errorf("%v, want the refusal %s", err, kind)
		return
	}
	if no.Kind != kind || no.Field != field || !strings.Contains(no.Reason, says) {
		t.Errorf("refused as %s %q: %s; want %s %q: …%s…", no.Kind, no.Field, no.Reason, kind, field, says)
	}
}

func equal[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
