package people_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/people"
	"ringdesk/controller/verb"
	"ringdesk/models"
	"ringdesk/testkit/database"
)

var now = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// place is a workspace with an owner, an admin, an agent and a team.
type place struct{ id, owner, admin, agent, team string }

type rig struct {
	*people.People
	t          *testing.T
	here, away place
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
	r := &rig{t: t, People: &people.People{Store: store, Now: func() time.Time { return now }}}
	r.here, r.away = r.place("here"), r.place("away")
	return r
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) place(name string) (p place) {
	r.t.Helper()
	ctx := r.t.Context()
	var err error
	p.id, _, err = r.AddWorkspace(ctx, verb.Operator, people.NewWorkspace{Name: name, Country: "KR", TimeZone: "Asia/Seoul"}, person("owner@"+name+".example", "owner"))
	r.must(err)
	for _, role := range []string{"admin", "agent"} {
		_, err := r.Add(ctx, verb.Operator, p.id, person(role+"@"+name+".example", role))
		r.must(err)
	}
	as, err := r.Store.Agents(ctx, p.id)
	r.must(err)
	for _, a := range as {
		*map[string]*string{"owner": &p.owner, "admin": &p.admin, "agent": &p.agent}[a.Role] = a.ID
	}
	p.team, err = r.AddTeam(ctx, verb.Operator, p.id, people.TeamChange{Name: new("Support"), Members: &[]string{p.agent}})
	r.must(err)
	return p
}

func person(email, role string) people.Person {
	return people.Person{Email: email, Name: role, Locale: "ko", Role: role, Seat: true}
}

func (r *rig) agent(id string) models.AgentState {
	r.t.Helper()
	a, err := r.Store.Agent(r.t.Context(), r.here.id, id)
	r.must(err)
	return a
}

// by is an agent who asks.
func (r *rig) by(id string) verb.By {
	a := r.agent(id)
	return verb.By{Workspace: r.here.id, Account: a.AccountID, Agent: id, Role: a.Role}
}

// outcome is what a verb must have done: refused, or (Kind "") carried out.
type outcome struct {
	kind        verb.Kind
	field, says string
}

func (o outcome) check(t *testing.T, err error) {
	t.Helper()
	if o.kind == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	var r *verb.Refusal
	if !errors.As(err, &r) || r.Kind != o.kind || r.Field != o.field || !strings.Contains(r.Reason, o.says) {
		t.Errorf("got %v (%+v); want %+v", err, r, o)
	}
}

// Who may change whom, and to what. Each case stands alone: what is carried out
// is taken back by a store of its own.
//
// Covers: IN-4, SEC-5
func TestChangeAgent(t *testing.T) {
	r := newRig(t)
	const ownerOnly = "Only an owner"
	for name, tc := range map[string]struct {
		by, agent string
		change    people.AgentChange
		want      outcome
	}{
		"nothing":                {r.here.admin, r.here.agent, people.AgentChange{}, outcome{}},
		"name":                   {r.here.admin, r.here.agent, people.AgentChange{Name: new(" Mina ")}, outcome{}},
		"no name":                {r.here.admin, r.here.agent, people.AgentChange{Name: new(" ")}, outcome{verb.Invalid, "name", "empty"}},
		"an owner by an admin":   {r.here.admin, r.here.owner, people.AgentChange{Name: new("x")}, outcome{verb.Forbidden, "", ownerOnly}},
		"making an owner":        {r.here.admin, r.here.agent, people.AgentChange{Role: new("owner")}, outcome{verb.Forbidden, "", ownerOnly}},
		"the last owner's role":  {r.here.owner, r.here.owner, people.AgentChange{Role: new("admin")}, outcome{verb.Conflict, "role", "needs an owner"}},
		"the same role":          {r.here.owner, r.here.owner, people.AgentChange{Role: new("owner")}, outcome{}},
		"their own seat":         {r.here.owner, r.here.owner, people.AgentChange{Seat: new(false)}, outcome{}},
		"ring time":              {r.here.admin, r.here.agent, people.AgentChange{RingSeconds: new(5)}, outcome{}},
		"too short a ring":       {r.here.admin, r.here.agent, people.AgentChange{RingSeconds: new(4)}, outcome{verb.Invalid, "ringSeconds", "5 to 120"}},
		"no ring time":           {r.here.admin, r.here.agent, people.AgentChange{RingSeconds: new(0)}, outcome{}},
		"skills":                 {r.here.admin, r.here.agent, people.AgentChange{Skills: &map[string]int{"billing": 3}}, outcome{}},
		"a skill without name":   {r.here.admin, r.here.agent, people.AgentChange{Skills: &map[string]int{" ": 3}}, outcome{verb.Invalid, "skills", "needs a name"}},
		"teams":                  {r.here.admin, r.here.agent, people.AgentChange{Teams: &[]string{r.here.team}}, outcome{}},
		"another's team":         {r.here.admin, r.here.agent, people.AgentChange{Name: new("undone"), Teams: &[]string{r.away.team}}, outcome{verb.Invalid, "teams", "no team"}},
		"another's agent":        {r.here.admin, r.away.agent, people.AgentChange{Name: new("x")}, outcome{verb.NotFound, "", "no agent"}},
		"places calls, supervis": {r.here.admin, r.here.agent, people.AgentChange{PlacesCalls: new(true), Supervises: new(true)}, outcome{}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.want.check(t, r.ChangeAgent(t.Context(), r.by(tc.by), r.here.id, tc.agent, tc.change))
		})
	}
	a := r.agent(r.here.agent)
	if a.Name != "Mina" || a.Role != "agent" || a.SkillLevels()["billing"] != 3 || !a.PlacesCalls || !a.Supervises || len(a.Teams) != 1 {
		t.Errorf("the agent is %+v", a)
	}
	if o := r.agent(r.here.owner); o.Seat || o.Role != "owner" {
		t.Errorf("the owner is %+v", o)
	}
	// With a second one, the first may stop being an owner.
	r.must(r.ChangeAgent(t.Context(), r.by(r.here.owner), r.here.id, r.here.admin, people.AgentChange{Role: new("owner")}))
	r.must(r.ChangeAgent(t.Context(), r.by(r.here.owner), r.here.id, r.here.owner, people.AgentChange{Role: new("agent")}))
}

// A workspace keeps an owner who can sign in, nobody shuts themselves out, and
// only owners shut out owners.
//
// Covers: SEC-5
func TestShuttingOut_SEC_5(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	key := verb.By{Workspace: r.here.id, Role: "admin"}
	for name, do := range map[string]func(by verb.By, agent string) error{
		"suspend": func(by verb.By, agent string) error { return r.Suspend(ctx, by, r.here.id, agent) },
		"remove":  func(by verb.By, agent string) error { return r.Remove(ctx, by, r.here.id, agent) },
	} {
		t.Run(name, func(t *testing.T) {
			outcome{verb.Forbidden, "", "Only an owner"}.check(t, do(r.by(r.here.admin), r.here.owner))
			outcome{verb.Forbidden, "", "Only an owner"}.check(t, do(key, r.here.owner))
			outcome{verb.Conflict, "", "to yourself"}.check(t, do(r.by(r.here.owner), r.here.owner))
			outcome{verb.Conflict, "role", "needs an owner"}.check(t, do(verb.Operator, r.here.owner))
			outcome{verb.NotFound, "", "no agent"}.check(t, do(verb.Operator, r.away.agent))
		})
	}
	r.must(r.Suspend(ctx, key, r.here.id, r.here.agent))
	if r.agent(r.here.agent).SuspendedAt.IsZero() {
		t.Error("not suspended")
	}
	r.must(r.Restore(ctx, key, r.here.id, r.here.agent))
	r.must(r.Remove(ctx, key, r.here.id, r.here.agent))
	if _, err := r.Store.Agent(ctx, r.here.id, r.here.agent); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a removed agent: %v", err)
	}
	outcome{verb.NotFound, "", "no agent"}.check(t, r.ChangeAgent(ctx, key, r.here.id, r.here.agent, people.AgentChange{Seat: new(true)}))
}

func TestTeams(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	sales, err := r.AddTeam(ctx, verb.Operator, r.here.id, people.TeamChange{Name: new(" Sales "), Settings: new(`{"rounds":2}`)})
	r.must(err)
	add := func(c people.TeamChange) error { _, err := r.AddTeam(ctx, verb.Operator, r.here.id, c); return err }
	change := func(id string, c people.TeamChange) error { return r.ChangeTeam(ctx, verb.Operator, r.here.id, id, c) }
	for name, tc := range map[string]struct {
		err  error
		want outcome
	}{
		"without name":         {add(people.TeamChange{Name: new(" ")}), outcome{verb.Invalid, "name", "empty"}},
		"a name twice":         {add(people.TeamChange{Name: new("Sales")}), outcome{verb.Conflict, "name", "this name"}},
		"renamed to a name":    {change(sales, people.TeamChange{Name: new("Support")}), outcome{verb.Conflict, "name", "this name"}},
		"another's agent":      {change(sales, people.TeamChange{Members: &[]string{r.away.agent}}), outcome{verb.Invalid, "members", "no agent"}},
		"settings":             {change(sales, people.TeamChange{Settings: new(`{"rounds":11}`)}), outcome{verb.Invalid, "settings.rounds", "1 to 10"}},
		"another's team":       {change(r.away.team, people.TeamChange{Name: new("x")}), outcome{verb.NotFound, "", "no team"}},
		"falling back on one":  {change(sales, people.TeamChange{Settings: new(`{"fallback":[{"team":"` + r.here.team + `"}]}`)}), outcome{}},
		"removing what is led": {r.RemoveTeam(ctx, verb.Operator, r.here.id, r.here.team), outcome{verb.Conflict, "", "the team Sales send calls"}},
		"removing another's":   {r.RemoveTeam(ctx, verb.Operator, r.here.id, r.away.team), outcome{verb.NotFound, "", "no team"}},
	} {
		t.Run(name, func(t *testing.T) { tc.want.check(t, tc.err) })
	}
	got, err := r.Store.Team(ctx, r.here.id, sales)
	r.must(err)
	if got.Name != "Sales" || len(got.Members) != 0 {
		t.Errorf("%+v", got)
	}
	r.must(r.RemoveTeam(ctx, verb.Operator, r.here.id, sales))
	r.must(r.RemoveTeam(ctx, verb.Operator, r.here.id, r.here.team))
}

// Covers: SEC-5
func TestKeysAndWorkspaces_SEC_5(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	k, err := r.AddKey(ctx, verb.Operator, r.here.id, people.KeyChange{Name: new("crm")})
	r.must(err)
	row, err := r.Store.APIKey(ctx, k.AccessKey)
	r.must(err)
	if row.SecretHash != people.HashToken(k.Secret) || strings.Contains(row.SecretHash, k.Secret) || row.Name != "crm" || row.WorkspaceID != r.here.id {
		t.Errorf("%+v of %+v", row, k)
	}
	_, err = r.AddKey(ctx, verb.Operator, "x", people.KeyChange{Name: new("crm")})
	outcome{verb.Invalid, "workspace", r.here.id + " (here)"}.check(t, err)
	outcome{verb.NotFound, "", "no API key"}.check(t, r.DeleteKey(ctx, verb.Operator, r.away.id, k.AccessKey))
	r.must(r.DeleteKey(ctx, verb.Operator, r.here.id, k.AccessKey))
	_, _, err = r.AddWorkspace(ctx, verb.Operator, people.NewWorkspace{Name: "x", TimeZone: "Seoul"}, person("a@b.example", "owner"))
	outcome{verb.Invalid, "timeZone", "Asia/Seoul"}.check(t, err)
	_, err = r.Add(ctx, verb.Operator, r.here.id, person("nobody", "agent"))
	outcome{verb.Invalid, "email", "no e-mail address"}.check(t, err)
}

// Wrong passwords make the next try wait, for their e-mail address and for their
// network alone.
func TestWrongPasswordsWait(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	soon := new(people.TooSoonError)
	for i := range 5 {
		if err := r.MayTry(ctx, "a@b.example", "192.0.2.1"); err != nil {
			t.Fatalf("try %d: %v", i, err)
		}
		r.must(r.Tried(ctx, "a@b.example", "192.0.2.1", false))
	}
	if err := r.MayTry(ctx, "a@b.example", "192.0.2.2"); !errors.As(err, &soon) || soon.Wait != 15*time.Second {
		t.Errorf("after five: %v, %+v", err, soon)
	}
	r.must(r.MayTry(ctx, "c@d.example", "192.0.2.1"))
	r.must(r.Tried(ctx, "a@b.example", "192.0.2.1", true))
	r.must(r.MayTry(ctx, "a@b.example", "192.0.2.1"))
	for i := range 30 {
		r.must(r.Tried(ctx, string(rune('a'+i))+"@x.example", "192.0.2.9", false))
	}
	if err := r.MayTry(ctx, "new@x.example", "192.0.2.9"); !errors.As(err, &soon) || soon.Wait != 10*time.Minute {
		t.Errorf("after thirty of a network: %v, %+v", err, soon)
	}
}
