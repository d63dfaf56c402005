package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
)

const joinPassword = "my own long password"

func (e *env) invite(by *client, body string) api.Invitation {
	e.t.Helper()
	return into[api.Invitation](by.do("POST", "/agents", body).want(201))
}

// accept uses a link and gives the browser that is signed in by it.
func (e *env) accept(l api.Link, body string) (*answer, *client) {
	e.t.Helper()
	a := e.nobody().do("POST", l.Path, body)
	c := e.nobody()
	if cookie := (&http.Response{Header: a.header}).Cookies(); len(cookie) > 0 {
		c.header.Set("Cookie", cookie[0].Name+"="+cookie[0].Value)
	}
	return a, c
}

// Who is invited is an agent at once, with all that they may, and gets in by the link:
// once, with a password of their own.
//
// Covers: ADM-2, SEC-5.
func TestInvitation_ADM_2(t *testing.T) {
	e := start(t)
	admin := e.as(e.here.admin)
	in := e.invite(admin, fmt.Sprintf(`{"email":" New@Moa.example ","name":"New","role":"admin","placesCalls":false,"supervises":true,"skills":{"refunds":3},"teams":[%q]}`, e.here.team))
	a := in.Agent
	if a.Email != "new@moa.example" || a.Role != "admin" || !a.Seat || a.PlacesCalls || !a.Supervises || a.Skills["refunds"] != 3 || len(a.Teams) != 1 || a.InvitedUntil == nil || a.Suspended != nil {
		t.Errorf("agent: %+v", a)
	}
	admin.do("POST", "/agents", `{"email":"new@moa.example","name":"New"}`).problem(409, api.ProblemCodeConflict)
	for _, what := range []string{"suspend", "restore", "password-link"} { // of whom is not there yet
		admin.do("POST", "/agents/"+a.Id+"/"+what, "").problem(409, api.ProblemCodeConflict)
	}
	e.nobody().do("POST", "/login", `{"email":"new@moa.example","password":""}`).problem(401, api.ProblemCodeUnauthenticated)

	first := in.Link
	again := into[api.Link](admin.do("POST", "/agents/"+a.Id+"/invite", "").want(200))
	e.nobody().do("GET", first.Path, "").problem(404, api.ProblemCodeNotFound)
	j := into[api.Join](e.nobody().do("GET", again.Path, "").want(200))
	if j.Kind != "invitation" || j.Workspace != "Moa" || j.Email != a.Email || j.Name != "New" || j.HasAccount {
		t.Errorf("join: %+v", j)
	}
	e.nobody().do("POST", again.Path, `{"password":"short"}`).problem(400, api.ProblemCodeInvalid)
	answer, me := e.accept(again, fmt.Sprintf(`{"password":%q,"name":"Nari","locale":"en"}`, joinPassword))
	answer.want(200)
	got := into[api.Me](me.do("GET", "/me", "").want(200))
	if got.Name != "Nari" || got.Locale != "en" || got.AgentId != a.Id || got.Role != "admin" {
		t.Errorf("me: %+v", got)
	}
	for _, method := range []string{"GET", "POST"} {
		if p := e.nobody().do(method, again.Path, `{"password":"another long password"}`).problem(404, api.ProblemCodeNotFound); *p.Reason != "linkUsed" {
			t.Errorf("a link that was used: %s", *p.Reason)
		}
	}
	e.nobody().do("POST", "/login", login(a.Email, joinPassword)).want(200)
	admin.do("POST", "/agents/"+a.Id+"/invite", "").problem(409, api.ProblemCodeConflict)
}

// An account of elsewhere joins with the password that it has, and nobody sets it
// another one by inviting it.
func TestInvitationOfAnAccount_SEC_3_SEC_5(t *testing.T) {
	e := start(t)
	in := e.invite(e.as(e.here.admin), fmt.Sprintf(`{"email":%q,"name":"Both"}`, e.away.agent.email))
	there := e.as(e.away.agent)
	if me := into[api.Me](there.do("GET", "/me", "").want(200)); len(me.Workspaces) != 1 {
		t.Errorf("in %d workspaces before accepting", len(me.Workspaces))
	}
	if j := into[api.Join](e.nobody().do("GET", in.Link.Path, "").want(200)); !j.HasAccount {
		t.Errorf("join: %+v", j)
	}
	e.nobody().do("POST", in.Link.Path, fmt.Sprintf(`{"password":%q}`, joinPassword)).problem(401, api.ProblemCodeUnauthenticated)
	answer, me := e.accept(in.Link, fmt.Sprintf(`{"password":%q,"name":"Mallory"}`, password))
	answer.want(200)
	if got := into[api.Me](me.do("GET", "/me", "").want(200)); got.Workspace.Id != e.here.id || len(got.Workspaces) != 2 || got.Name != "Both" {
		t.Errorf("me: %+v", got)
	}
	e.nobody().do("POST", "/login", login(e.away.agent.email, joinPassword)).want(401)
	e.nobody().do("POST", "/login", login(e.away.agent.email, password)).want(200)
}

// A link ends with its time, with the agent, and with whom they may not be made by.
func TestLinksEnd_SEC_5(t *testing.T) {
	e := start(t)
	admin := e.as(e.here.admin)
	in := e.invite(admin, `{"email":"a@moa.example","name":"A"}`)
	admin.do("DELETE", "/agents/"+in.Agent.Id, "").want(204)
	e.nobody().do("POST", in.Link.Path, `{"password":"a long password"}`).problem(404, api.ProblemCodeNotFound)
	back := e.invite(admin, `{"email":"a@moa.example","name":"A"}`)
	if back.Agent.Id != in.Agent.Id {
		t.Error("who comes back is somebody else")
	}
	link := into[api.Link](admin.do("POST", "/agents/"+e.here.agent.agent+"/password-link", "").want(200))
	e.clock.advance(25 * time.Hour)
	if p := e.nobody().do("GET", link.Path, "").problem(404, api.ProblemCodeNotFound); *p.Reason != "linkExpired" {
		t.Errorf("a link that has run out: %s", *p.Reason)
	}
	e.nobody().do("GET", back.Link.Path, "").want(200)
	e.clock.advance(7 * 24 * time.Hour)
	e.nobody().do("GET", back.Link.Path, "").problem(404, api.ProblemCodeNotFound)

	for name, tc := range map[string]struct {
		by   *client
		body string
		says int
	}{
		"an agent invites":           {e.as(e.here.agent), `{"email":"b@moa.example","name":"B"}`, 403},
		"a key invites":              {e.key(e.here), `{"email":"b@moa.example","name":"B"}`, 403},
		"an admin invites an owner":  {admin, `{"email":"b@moa.example","name":"B","role":"owner"}`, 403},
		"no e-mail address":          {admin, `{"email":"b","name":"B"}`, 400},
		"a name of spaces":           {admin, `{"email":"b@moa.example","name":" "}`, 400},
		"another workspace's team":   {admin, fmt.Sprintf(`{"email":"c@moa.example","name":"C","teams":[%q]}`, e.away.team), 400},
		"an owner invites an owner":  {e.as(e.here.owner), `{"email":"b@moa.example","name":"B","role":"owner"}`, 201},
		"a key makes a passwordlink": {e.key(e.here), "", 403},
	} {
		path := "/agents"
		if tc.body == "" {
			path += "/" + e.here.agent.agent + "/password-link"
		}
		if a := tc.by.do("POST", path, tc.body); a.status != tc.says {
			t.Errorf("%s: %d, want %d: %s", name, a.status, tc.says, a.body)
		}
	}
}

// A link to a new password works once, ends all sessions, and signs in.
func TestPasswordLink_SEC_5(t *testing.T) {
	e := start(t)
	admin, old := e.as(e.here.admin), e.as(e.here.agent)
	admin.do("POST", "/agents/"+e.here.owner.agent+"/password-link", "").problem(403, api.ProblemCodeForbidden)
	admin.do("POST", "/agents/"+e.here.admin.agent+"/password-link", "").problem(409, api.ProblemCodeConflict)
	link := into[api.Link](admin.do("POST", "/agents/"+e.here.agent.agent+"/password-link", "").want(200))
	if j := into[api.Join](e.nobody().do("GET", link.Path, "").want(200)); j.Kind != "password" || j.HasAccount {
		t.Errorf("join: %+v", j)
	}
	old.do("GET", "/me", "").want(200)
	answer, me := e.accept(link, fmt.Sprintf(`{"password":%q}`, joinPassword))
	answer.want(200)
	me.do("GET", "/me", "").want(200)
	old.do("GET", "/me", "").want(401)
	e.nobody().do("POST", link.Path, `{"password":"another long password"}`).problem(404, api.ProblemCodeNotFound)
	e.nobody().do("POST", "/login", login(e.here.agent.email, password)).want(401)
	link = into[api.Link](admin.do("POST", "/agents/"+e.here.agent.agent+"/password-link", "").want(200))
	admin.do("PUT", "/agents/"+e.here.agent.agent+"/password", `{"password":"a third long password"}`).want(204)
	e.nobody().do("GET", link.Path, "").problem(404, api.ProblemCodeNotFound)
}

// Sessions are told apart and ended one by one, each by their own person.
func TestSessionList_SEC_5(t *testing.T) {
	e := start(t)
	me, other := e.as(e.here.agent), e.as(e.here.agent)
	signedIn := e.nobody().with("User-Agent", "Browser "+strings.Repeat("x", 400)).do("POST", "/login", login(e.here.agent.email, password))
	signedIn.want(200)
	d := other.live()
	d.snapshot()
	list := into[api.SessionList](me.do("GET", "/me/sessions", "").want(200))
	if len(list.Items) != 3 || len([]rune(list.Items[0].Browser)) != 300 || list.Items[0].Address != "127.0.0.1" {
		t.Fatalf("sessions: %+v", list)
	}
	var theirs string
	for _, s := range list.Items {
		if s.Online {
			theirs = s.Id
		}
		if s.Current && me.do("DELETE", "/me/sessions/"+s.Id, "").status != 409 {
			t.Error("the own session was ended")
		}
	}
	e.as(e.here.owner).do("DELETE", "/me/sessions/"+theirs, "").problem(404, api.ProblemCodeNotFound)
	me.do("DELETE", "/me/sessions/"+theirs, "").want(204)
	other.do("GET", "/me", "").want(401)
	if code := d.ended(); code != 4000 {
		t.Errorf("the live updates ended with %d", code)
	}
	seen := into[api.SessionList](e.as(e.here.admin).do("GET", "/agents/"+e.here.agent.agent+"/sessions", "").want(200))
	if len(seen.Items) != 2 || seen.Items[0].Current || seen.Items[1].Current {
		t.Errorf("as the admin sees them: %+v", seen)
	}
	e.as(e.here.agent).do("GET", "/agents/"+e.here.agent.agent+"/sessions", "").problem(403, api.ProblemCodeForbidden)
}
