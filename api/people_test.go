package api_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"ringdesk/api"
	"ringdesk/controller/engine"
	"ringdesk/controller/people"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

const newPassword = "four quite long words"

// operator is the command line: another program on the same database.
func (e *env) operator() *people.People {
	e.t.Helper()
	store, err := models.Open(e.place)
	if err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(func() { add(e, store.Close()) })
	return &people.People{Store: store, Now: e.clock.now}
}

func (e *env) must(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

// revoked says whether the legs of a phone or an agent were to end.
func (f *callsFake) sawRevoked(phone, agent string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.revoked {
		if phone != "" && r[0] == phone || agent != "" && r[1] == agent {
			return true
		}
	}
	return false
}

// Whatever takes a session away, by whichever door, ends all of it at once: both
// sockets, the phone in the engine, the leg in a call, the next request.
//
// Covers: SEC-5, IN-12.
func TestTakenBackAtOnce_SEC_5(t *testing.T) {
	sip := newSIPEngine(t)
	const in = 200 // the log-in works after it
	for name, tc := range map[string]struct {
		take     func(e *env, me *client)
		agent    bool // the agent's calls go on without them
		password string
		login    int
	}{
		"log-out":         {func(e *env, me *client) { me.do("POST", "/logout", "").want(204) }, false, password, in},
		"another logs in": {func(e *env, me *client) { me.do("POST", "/login", login(e.here.admin.email, password)).want(200) }, false, password, in},
		"out everywhere":  {func(e *env, _ *client) { e.as(e.here.agent).do("DELETE", "/me/sessions", "").want(200) }, false, password, in},
		"by an admin": {func(e *env, _ *client) {
			e.as(e.here.admin).do("DELETE", "/agents/"+e.here.agent.agent+"/sessions", "").want(200)
		}, false, password, in},
		"by an API key": {func(e *env, _ *client) {
			e.key(e.here).do("DELETE", "/agents/"+e.here.agent.agent+"/sessions", "").want(200)
		}, false, password, in},
		"new password": {func(e *env, _ *client) { e.setPassword(e.as(e.here.admin)).want(204) }, false, newPassword, in},
		"suspended": {func(e *env, _ *client) {
			e.as(e.here.owner).do("POST", "/agents/"+e.here.agent.agent+"/suspend", "").want(200)
		}, true, password, 403},
		"removed": {func(e *env, _ *client) { e.as(e.here.owner).do("DELETE", "/agents/"+e.here.agent.agent, "").want(204) }, true, password, 403},
		"admin signout": {func(e *env, _ *client) {
			_, err := e.operator().EndSessions(e.t.Context(), verb.Operator, e.here.agent.account)
			e.must(err)
		}, false, password, in},
		"admin password": {func(e *env, _ *client) {
			e.must(e.operator().SetPassword(e.t.Context(), verb.Operator, e.here.agent.account, newPassword))
		}, false, newPassword, in},
		"admin suspend": {func(e *env, _ *client) {
			e.must(e.operator().Suspend(e.t.Context(), verb.Operator, e.here.id, e.here.agent.agent))
		}, true, password, 403},
		"admin remove": {func(e *env, _ *client) {
			e.must(e.operator().Remove(e.t.Context(), verb.Operator, e.here.id, e.here.agent.agent))
		}, true, password, 403},
		"own password else": {func(e *env, _ *client) { e.changePassword(e.as(e.here.agent), password).want(204) }, false, newPassword, in},
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t, func(o *api.Options) { o.SIPSocket = sip.url() })
			me := e.as(e.here.agent)
			d := me.live()
			d.snapshot()
			conn, phone := me.line(t)
			passes(t, conn, phone, "")
			tc.take(e, me)
			me.do("GET", "/me", "").problem(401, api.ProblemCodeUnauthenticated)
			want := websocket.StatusCode(4000)
			if tc.agent { // who may not come in again is told so
				want = 4003
			}
			if code := d.ended(); code != want {
				t.Errorf("the live updates ended with %d, want %d", code, want)
			}
			if code := closeCode(t, conn); code != want {
				t.Errorf("the phone's socket ended with %d, want %d", code, want)
			}
			eventually(t, "the phone is out of the engine", func() bool { return !e.engine.has(phone.Id) })
			eventually(t, "the legs end", func() bool {
				return e.calls.sawRevoked(phone.Id, "") && (!tc.agent || e.calls.sawRevoked("", e.here.agent.agent))
			})
			eventually(t, "nothing is left to be carried out", func() bool {
				left, err := e.store.Revocations(t.Context())
				return err == nil && len(left) == 0
			})
			me.do("POST", "/phone", "").problem(401, api.ProblemCodeUnauthenticated)
			if a := e.nobody().do("POST", "/login", login(e.here.agent.email, tc.password)); a.status != tc.login {
				t.Errorf("logging in again: %d %s", a.status, a.body)
			}
			if tc.password != password {
				e.nobody().do("POST", "/login", login(e.here.agent.email, password)).want(401)
			}
			e.as(e.here.admin).do("GET", "/me", "").want(200) // others are left alone
		})
	}
}

func (e *env) setPassword(by *client) *answer {
	return by.do("PUT", "/agents/"+e.here.agent.agent+"/password", fmt.Sprintf(`{"password":%q}`, newPassword))
}

func (e *env) changePassword(me *client, old string) *answer {
	return me.do("POST", "/me/password", fmt.Sprintf(`{"oldPassword":%q,"password":%q}`, old, newPassword))
}

// A phone that the engine could not be told of is told again, by the next
// controller too.
func TestRevocationIsTriedAgain_SEC_5(t *testing.T) {
	e := start(t)
	me := e.as(e.here.agent)
	phone := into[api.Phone](me.do("POST", "/phone", "").want(201))
	e.engine.mu.Lock()
	e.engine.deleteFails = &engine.Error{Op: "DeletePhone", Kind: engine.KindUnreachable, Err: errors.New("the link is down")}
	e.engine.mu.Unlock()
	me.do("POST", "/logout", "").want(204)
	if left, err := e.store.Revocations(t.Context()); err != nil || len(left) != 1 || left[0].PhoneID != phone.Id {
		t.Fatalf("left %+v, %v", left, err)
	}
	e.engine.mu.Lock()
	e.engine.deleteFails = nil
	e.engine.mu.Unlock()
	eventually(t, "the phone is out of the engine", func() bool { return !e.engine.has(phone.Id) })
}

// What a call could not save is carried out again, by the next controller too.
func TestUnsavedRevocationIsTriedAgain_SEC_5(t *testing.T) {
	e := start(t)
	me := e.as(e.here.agent)
	phone := into[api.Phone](me.do("POST", "/phone", "").want(201))
	unsaved := func(is bool) {
		e.calls.mu.Lock()
		defer e.calls.mu.Unlock()
		e.calls.unsaved = is
	}
	unsaved(true)
	me.do("POST", "/logout", "").want(204)
	if left, err := e.store.Revocations(t.Context()); err != nil || len(left) != 1 || left[0].PhoneID != phone.Id {
		t.Fatalf("left %+v, %v", left, err)
	}
	unsaved(false)
	eventually(t, "nothing is left to be carried out", func() bool {
		left, err := e.store.Revocations(t.Context())
		return err == nil && len(left) == 0
	})
}

// Own passwords are changed by the old one only; guessing it is limited as at
// the log-in, and ends no session.
func TestOwnPassword_SEC_5(t *testing.T) {
	e := start(t)
	me, other := e.as(e.here.agent), e.as(e.here.agent)
	for range 4 {
		if p := e.changePassword(me, "wrong").problem(400, api.ProblemCodeInvalid); *p.Field != "oldPassword" {
			t.Errorf("field %q", *p.Field)
		}
	}
	e.changePassword(me, password).want(204)
	me.do("GET", "/me", "").want(200)
	other.do("GET", "/me", "").want(401)
	for range 5 {
		e.changePassword(me, password).want(400) // it is the old one now
	}
	e.changePassword(me, newPassword).problem(429, api.ProblemCodeLimit)
	e.key(e.here).do("POST", "/me/password", `{"oldPassword":"x","password":"four quite long words"}`).problem(403, api.ProblemCodeForbidden)
}

func TestBadPasswords(t *testing.T) {
	e := start(t)
	for name, tc := range map[string]struct{ password, says string }{
		"empty":         {"", "at least 10"},
		"short":         {"nine char", "at least 10"},
		"short, Korean": {"아홉글자비밀번호임", "at least 10"},
		"one character": {strings.Repeat("가", 12), "repeats"},
		"the address":   {strings.ToUpper(e.here.agent.email), "must not be"},
		"endless":       {strings.Repeat("x1", 501), "at most 1000"},
	} {
		t.Run(name, func(t *testing.T) {
			body := fmt.Sprintf(`{"password":%q}`, tc.password)
			p := e.as(e.here.admin).do("PUT", "/agents/"+e.here.agent.agent+"/password", body).problem(400, api.ProblemCodeInvalid)
			if *p.Field != "password" || !strings.Contains(p.Title, tc.says) {
				t.Errorf("%+v", p)
			}
		})
	}
	e.nobody().do("POST", "/login", login(e.here.agent.email, password)).want(200)
}

// Who may do what to whom: owners are for owners, nobody shuts themselves out,
// and the last owner stays.
func TestPeopleRules_SEC_5(t *testing.T) {
	pw := fmt.Sprintf(`{"password":%q}`, newPassword)
	at := func(p *person, more string) string { return "/agents/" + p.agent + more }
	for name, tc := range map[string]struct {
		by     func(e *env) *client
		method string
		path   func(e *env) string
		body   string
		status int
	}{
		"an agent removes":             {func(e *env) *client { return e.as(e.here.agent) }, "DELETE", func(e *env) string { return at(e.here.admin, "") }, "", 403},
		"an agent suspends":            {func(e *env) *client { return e.as(e.here.agent) }, "POST", func(e *env) string { return at(e.here.admin, "/suspend") }, "", 403},
		"an agent restores":            {func(e *env) *client { return e.as(e.here.agent) }, "POST", func(e *env) string { return at(e.here.admin, "/restore") }, "", 403},
		"an agent sets a password":     {func(e *env) *client { return e.as(e.here.agent) }, "PUT", func(e *env) string { return at(e.here.admin, "/password") }, pw, 403},
		"an agent ends sessions":       {func(e *env) *client { return e.as(e.here.agent) }, "DELETE", func(e *env) string { return at(e.here.admin, "/sessions") }, "", 403},
		"an agent sees keys":           {func(e *env) *client { return e.as(e.here.agent) }, "GET", func(*env) string { return "/keys" }, "", 403},
		"an agent deletes a key":       {func(e *env) *client { return e.as(e.here.agent) }, "DELETE", func(e *env) string { return "/keys/" + e.here.accessKey }, "", 403},
		"an admin removes an owner":    {func(e *env) *client { return e.as(e.here.admin) }, "DELETE", func(e *env) string { return at(e.here.owner, "") }, "", 403},
		"a key suspends an owner":      {func(e *env) *client { return e.key(e.here) }, "POST", func(e *env) string { return at(e.here.owner, "/suspend") }, "", 403},
		"a key sets an agent's":        {func(e *env) *client { return e.key(e.here) }, "PUT", func(e *env) string { return at(e.here.agent, "/password") }, pw, 403},
		"a key sets an owner's":        {func(e *env) *client { return e.key(e.here) }, "PUT", func(e *env) string { return at(e.here.owner, "/password") }, pw, 403},
		"an admin signs an owner out":  {func(e *env) *client { return e.as(e.here.admin) }, "DELETE", func(e *env) string { return at(e.here.owner, "/sessions") }, "", 403},
		"an owner removes themselves":  {func(e *env) *client { return e.as(e.here.owner) }, "DELETE", func(e *env) string { return at(e.here.owner, "") }, "", 409},
		"an admin suspends themselves": {func(e *env) *client { return e.as(e.here.admin) }, "POST", func(e *env) string { return at(e.here.admin, "/suspend") }, "", 409},
		"an own password without old":  {func(e *env) *client { return e.as(e.here.admin) }, "PUT", func(e *env) string { return at(e.here.admin, "/password") }, pw, 409},
		"an owner removes an admin":    {func(e *env) *client { return e.as(e.here.owner) }, "DELETE", func(e *env) string { return at(e.here.admin, "") }, "", 204},
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t)
			if a := tc.by(e).do(tc.method, tc.path(e), tc.body); a.status != tc.status {
				t.Errorf("%d, want %d: %s", a.status, tc.status, a.body)
			}
		})
	}
}

// The last owner who can sign in stays, whoever asks and however.
func TestLastOwnerStays_SEC_5(t *testing.T) {
	e := start(t)
	cli, second := e.operator(), e.here.admin
	e.as(e.here.owner).do("PATCH", "/agents/"+second.agent, `{"role":"owner"}`).want(200)
	ctx := t.Context()
	e.must(cli.Suspend(ctx, verb.Operator, e.here.id, second.agent)) // a suspended owner is no help
	for what, err := range map[string]error{
		"suspend": cli.Suspend(ctx, verb.Operator, e.here.id, e.here.owner.agent),
		"remove":  cli.Remove(ctx, verb.Operator, e.here.id, e.here.owner.agent),
	} {
		var r *verb.Refusal
		if !errors.As(err, &r) || r.Kind != verb.Conflict || !strings.Contains(r.Reason, "needs an owner") {
			t.Errorf("%s: %v", what, err)
		}
	}
	e.as(e.here.owner).do("PATCH", "/agents/"+e.here.owner.agent, `{"role":"agent"}`).problem(409, api.ProblemCodeConflict)
	e.must(cli.Restore(ctx, verb.Operator, e.here.id, second.agent))
	e.must(cli.Remove(ctx, verb.Operator, e.here.id, e.here.owner.agent))
}

// Who administers one workspace gets at nobody's account in another: neither by
// a new password nor by ending what they do there.
func TestOneWorkspaceDoesNotReachAnother_SEC_3_SEC_5(t *testing.T) {
	e := start(t)
	both := e.here.agent
	e.tx(func(tx *models.Tx) error {
		return tx.Join(models.Agent{ID: models.NewID(), WorkspaceID: e.away.id, AccountID: both.account, Name: "Both", Role: "agent", CreatedAt: models.At(e.clock.now())})
	})
	e.setPassword(e.as(e.here.owner)).problem(403, api.ProblemCodeForbidden)
	there := e.as(&person{account: both.account, workspace: e.away.id})
	here := e.as(both)
	e.as(e.here.owner).do("POST", "/agents/"+both.agent+"/suspend", "").want(200)
	here.do("GET", "/me", "").want(401)
	me := into[api.Me](there.do("GET", "/me", "").want(200))
	if len(me.Workspaces) != 1 || me.Workspaces[0].Id != e.away.id {
		t.Errorf("workspaces: %+v", me.Workspaces)
	}
	there.do("PATCH", "/me", fmt.Sprintf(`{"workspaceId":%q}`, e.here.id)).problem(404, api.ProblemCodeNotFound)
	e.as(e.here.owner).do("POST", "/agents/"+both.agent+"/restore", "").want(200)
	there.do("PATCH", "/me", fmt.Sprintf(`{"workspaceId":%q}`, e.here.id)).want(200)
}

// A suspended agent is told of as such and keeps their place; one who was
// removed is in no list and has no open conversation, and the history goes on naming them.
func TestSuspendedAndRemovedAgents_SEC_5(t *testing.T) {
	e := start(t)
	owner := e.as(e.here.owner)
	e.as(e.here.agent).do("POST", "/conversations/"+e.here.conversation+"/notes", `{"text":"hello"}`).want(201)
	d := owner.live()
	d.snapshot()
	a := into[api.Agent](owner.do("POST", "/agents/"+e.here.agent.agent+"/suspend", "").want(200))
	if a.Suspended == nil || !*a.Suspended || len(a.Teams) != 1 || a.Status != "offline" {
		t.Errorf("agent: %+v", a)
	}
	d.next("the suspended agent", func(m message) bool { return strings.Contains(string(m.Data), `"suspended":true`) })
	owner.do("POST", "/agents/"+e.here.agent.agent+"/suspend", "").want(200) // twice is no error
	owner.do("DELETE", "/agents/"+e.here.agent.agent, "").want(204)
	if s := d.snapshot(); len(s.Agents) != 2 {
		t.Errorf("colleagues see %d agents", len(s.Agents))
	}
	if l := into[api.AgentList](owner.do("GET", "/agents", "").want(200)); len(l.Items) != 2 {
		t.Errorf("agents: %+v", l.Items)
	}
	owner.do("PATCH", "/agents/"+e.here.agent.agent, `{"seat":true}`).problem(404, api.ProblemCodeNotFound)
	c := into[api.Conversation](owner.do("GET", "/conversations/"+e.here.conversation, "").want(200))
	if c.Notes[0].Author.Name != "Moa agent" || c.Assignee != nil {
		t.Errorf("conversation: %+v", c)
	}
}

// A deleted key is refused at the next request, and only it.
func TestKeysAreDeleted_SEC_5(t *testing.T) {
	e := start(t)
	admin, key := e.as(e.here.admin), e.key(e.here)
	l := into[api.KeyList](admin.do("GET", "/keys", "").want(200))
	if len(l.Items) != 1 || l.Items[0].AccessKey != e.here.accessKey || l.Items[0].Name != "test" {
		t.Fatalf("keys: %+v", l)
	}
	key.do("GET", "/agents", "").want(200)
	admin.do("DELETE", "/keys/"+e.here.accessKey, "").want(204)
	key.do("GET", "/agents", "").problem(401, api.ProblemCodeUnauthenticated)
	admin.do("DELETE", "/keys/"+e.here.accessKey, "").problem(404, api.ProblemCodeNotFound)
	e.key(e.away).do("GET", "/agents", "").want(200)
	if k, err := e.operator().DeleteKeyAnywhere(t.Context(), verb.Operator, e.away.accessKey); err != nil || k.Name != "test" {
		t.Errorf("%+v, %v", k, err)
	}
	e.key(e.away).do("GET", "/agents", "").problem(401, api.ProblemCodeUnauthenticated)
}

// Whoever had the old password found right before it was changed gets neither a
// session nor a say with it.
func TestOldPasswordIsOfNoUse_SEC_5(t *testing.T) {
	e := start(t)
	cli, ctx := e.operator(), t.Context()
	old, err := e.store.Account(ctx, e.here.agent.account)
	e.must(err)
	e.must(cli.SetPassword(ctx, verb.Operator, old.ID, newPassword))
	now := models.At(e.clock.now())
	session := models.Session{TokenHash: "late", AccountID: old.ID, WorkspaceID: e.here.id, CreatedAt: now, ExpiresAt: models.At(now.Add(time.Hour))}
	if err := cli.SignIn(ctx, old, session); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("signing in: %v", err)
	}
	var r *verb.Refusal
	if err := cli.ChangePassword(ctx, verb.Operator, old, "", "another four long words"); !errors.As(err, &r) || r.Kind != verb.Conflict {
		t.Errorf("changing it: %v", err)
	}
	if n, err := cli.EndSessions(ctx, verb.Operator, old.ID); err != nil || n != 0 {
		t.Errorf("%d sessions, %v", n, err)
	}
}
