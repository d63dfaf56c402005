package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/engine"
	"ringdesk/models"
)

func login(email, password string) string {
	return fmt.Sprintf(`{"email":%q,"password":%q}`, email, password)
}

func TestLogin(t *testing.T) {
	e := start(t)
	for name, tc := range map[string]struct {
		email, password string
		status          int
	}{
		"right":                 {e.here.agent.email, password, 200},
		"right, other spelling": {" " + strings.ToUpper(e.here.agent.email) + " ", password, 200},
		"wrong password":        {e.here.agent.email, "wrong", 401},
		"empty password":        {e.here.agent.email, "", 401},
		"unknown e-mail":        {"nobody@moa.example", password, 401},
	} {
		t.Run(name, func(t *testing.T) {
			a := e.nobody().do("POST", "/login", login(tc.email, tc.password)).want(tc.status)
			if tc.status == 200 {
				me := into[api.Me](a)
				if me.AgentId != e.here.agent.agent || me.Workspace.Name != "Moa" || len(me.Workspaces) != 1 {
					t.Errorf("me: %s", a.body)
				}
				return
			}
			if p := a.problem(401, api.ProblemCodeUnauthenticated); p.Title != "The e-mail address or the password is wrong." {
				t.Errorf("title %q tells which of the two was wrong", p.Title)
			}
			if a.header.Get("Set-Cookie") != "" {
				t.Error("a cookie was set")
			}
		})
	}
}

func TestSessionLastsFromLoginToLogout(t *testing.T) {
	e := start(t, func(o *api.Options) { o.Secure = true })
	https := e.nobody().with("Origin", "https://"+e.host)
	a := https.do("POST", "/login", login(e.here.agent.email, password)).want(200)
	cookie, err := http.ParseSetCookie(a.header.Get("Set-Cookie"))
	if err != nil {
		t.Fatal(err)
	}
	if !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.MaxAge != 15*24*3600 || len(cookie.Value) < 43 {
		t.Errorf("cookie: %+v", cookie)
	}
	browser := https.with("Cookie", "ringdesk_session="+cookie.Value)
	browser.do("GET", "/me", "").want(200)
	phone := into[api.Phone](browser.do("POST", "/phone", "").want(201))
	if !e.engine.has(phone.Id) {
		t.Fatal("the engine has no phone")
	}
	out := browser.do("POST", "/logout", "").want(204)
	if c := out.header.Get("Set-Cookie"); !strings.HasPrefix(c, "ringdesk_session=;") {
		t.Errorf("cookie after logout: %q", c)
	}
	browser.do("GET", "/me", "").problem(401, api.ProblemCodeUnauthenticated)
	if e.engine.has(phone.Id) {
		t.Error("the phone outlived its session")
	}
}

func TestSessionExpires(t *testing.T) {
	e := start(t)
	browser := e.as(e.here.agent)
	browser.do("GET", "/me", "").want(200)
	e.clock.advance(14*24*time.Hour + time.Second)
	browser.do("GET", "/me", "").problem(401, api.ProblemCodeUnauthenticated)
}

// A session does not run out in a call, nor in the wrap-up after it. Another one of the same
// account does, and what is taken back ends in a call, too.
//
// Covers: IN-12, END-5, SEC-5.
func TestSessionInACallDoesNotRunOut_IN_12(t *testing.T) {
	e := start(t)
	talks, looks, who := e.as(e.here.agent), e.as(e.here.agent), e.here.agent
	d := talks.live()
	d.snapshot()
	talks.phone(d)
	e.tx(func(tx *models.Tx) error {
		_, err := tx.Occupy(who.account, e.here.call)
		return err
	})
	clearAway := func() { e.tx(func(tx *models.Tx) error { return tx.EndExpiredSessions(e.clock.now()) }) }
	e.clock.advance(14*24*time.Hour + time.Second)
	clearAway()
	looks.do("GET", "/me", "").problem(401, api.ProblemCodeUnauthenticated)
	talks.do("GET", "/me", "").want(200)
	talks.do("POST", "/phone", "").want(201) // the page is loaded anew
	if list := into[api.SessionList](talks.do("GET", "/me/sessions", "").want(200)); len(list.Items) != 1 || !list.Items[0].Current {
		t.Errorf("sessions: %+v", list)
	}
	e.tx(func(tx *models.Tx) error {
		return errors.Join(tx.Release(who.account, e.here.call), tx.StartWrapUp(models.WrapUp{WorkspaceID: e.here.id, AgentID: who.agent, ConversationID: "c", At: e.clock.now(), Until: e.clock.now().Add(time.Minute)}))
	})
	clearAway()
	talks.do("GET", "/me", "").want(200)
	e.clock.advance(time.Minute)
	talks.do("GET", "/me", "").problem(401, api.ProblemCodeUnauthenticated)
	clearAway()
	if code := d.ended(); code != 4000 {
		t.Errorf("the live updates ended with %d", code)
	}

	back := e.as(e.here.agent)
	live := back.live()
	live.snapshot()
	back.phone(live)
	e.tx(func(tx *models.Tx) error {
		_, err := tx.Occupy(who.account, e.here.call)
		return err
	})
	e.as(e.here.admin).do("DELETE", "/agents/"+who.agent+"/sessions", "").want(200)
	back.do("GET", "/me", "").problem(401, api.ProblemCodeUnauthenticated)
}

// Who signs in again goes on in the workspace that they were in.
func TestLoginToAWorkspace(t *testing.T) {
	e := start(t)
	in := e.invite(e.as(e.here.admin), fmt.Sprintf(`{"email":%q,"name":"Both"}`, e.away.agent.email))
	e.nobody().do("POST", in.Link.Path, fmt.Sprintf(`{"password":%q}`, password)).want(200)
	for wanted, want := range map[string]string{e.here.id: e.here.id, e.away.id: e.away.id, "of another": ""} {
		me := into[api.Me](e.nobody().do("POST", "/login", fmt.Sprintf(`{"email":%q,"password":%q,"workspaceId":%q}`, e.away.agent.email, password, wanted)).want(200))
		if want != "" && me.Workspace.Id != want {
			t.Errorf("wanted %s, got %s", wanted, me.Workspace.Id)
		}
	}
}

func TestExpiredSessionsAreClearedAway(t *testing.T) {
	e := start(t, func(o *api.Options) {
		now := time.Now()
		account, err := o.Store.AccountByEmail(t.Context(), "agent@moa.example")
		if err != nil {
			t.Fatal(err)
		}
		ws, err := o.Store.WorkspacesOf(t.Context(), account.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Presence.Engine.PutPhone(t.Context(), engine.Phone{ID: "pold", Password: "x"}); err != nil {
			t.Fatal(err)
		}
		err = o.Store.Tx(t.Context(), func(tx *models.Tx) error {
			if err := tx.AddSession(models.Session{TokenHash: sha("old"), AccountID: account.ID, WorkspaceID: ws[0].ID,
				CreatedAt: models.At(now.Add(-time.Hour)), ExpiresAt: models.At(now.Add(-time.Second))}); err != nil {
				return err
			}
			_, err := tx.PutPhone(models.Phone{ID: "pold", SessionHash: sha("old"), AccountID: account.ID, CreatedAt: models.At(now), SeenAt: models.At(now)})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	eventually(t, "the session's phone is gone", func() bool {
		phones, err := e.store.Phones(t.Context())
		return err == nil && len(phones) == 0 && !e.engine.has("pold")
	})
	if n, err := e.store.ExpiredSessions(t.Context(), time.Now()); err != nil || n != 0 {
		t.Errorf("%d expired sessions, %v", n, err)
	}
}

func TestWrongPasswordsMustWait(t *testing.T) {
	e := start(t)
	try := func(password string) *answer {
		return e.nobody().do("POST", "/login", login(e.here.agent.email, password))
	}
	for range 5 {
		try("wrong").want(401)
	}
	a := try(password)
	a.problem(429, api.ProblemCodeLimit)
	if s, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || s < 1 || s > 15 {
		t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
	e.nobody().do("POST", "/login", login(e.here.owner.email, password)).want(200) // others are free
	e.clock.advance(15 * time.Second)
	try("wrong").want(401)
	e.clock.advance(16 * time.Second)
	try(password).problem(429, api.ProblemCodeLimit) // now twice as long
	e.clock.advance(15 * time.Second)
	try(password).want(200)
	try("wrong").want(401) // success forgets
	try(password).want(200)
}

func TestWrongPasswordsFromOneAddress(t *testing.T) {
	e := start(t)
	e.tx(func(tx *models.Tx) error {
		for range 30 {
			add(e, tx.LoginFailed("address:127.0.0.1", e.clock.now(), 10*time.Minute))
		}
		return nil
	})
	e.nobody().do("POST", "/login", login(e.here.agent.email, password)).problem(429, api.ProblemCodeLimit)
	e.clock.advance(10*time.Minute + time.Second)
	e.nobody().do("POST", "/login", login(e.here.agent.email, password)).want(200)
}

func TestOrigin(t *testing.T) {
	e := start(t, func(o *api.Options) { o.Origins = []string{"https://desk.example.com"} })
	own := "http://" + e.host
	browser, key := e.as(e.here.agent), e.key(e.here)
	for name, tc := range map[string]struct {
		client       *client
		origin, site string
		status       int
	}{
		"own":                       {browser, own, "", 200},
		"own, https":                {browser, "https://" + e.host, "", 200},
		"allowed":                   {browser, "https://desk.example.com", "", 200},
		"none, same-origin":         {browser, "", "same-origin", 200},
		"none at all":               {browser, "", "", 403},
		"none, cross-site":          {browser, "", "cross-site", 403},
		"none, same-site":           {browser, "", "same-site", 403},
		"another":                   {browser, "https://evil.example", "", 403},
		"another, though it says":   {browser, "https://evil.example", "same-origin", 403},
		"another port":              {browser, "http://127.0.0.1:1", "", 403},
		"own with something behind": {browser, own + ".evil.example", "", 403},
		"null":                      {browser, "null", "", 403},
		"key without":               {key, "", "", 200},
		"login from another":        {e.nobody(), "https://evil.example", "", 403},
	} {
		t.Run(name, func(t *testing.T) {
			c := tc.client.with("Origin", tc.origin).with("Sec-Fetch-Site", tc.site)
			method, path, body := "PATCH", "/conversations/"+e.here.conversation, `{}`
			if strings.HasPrefix(name, "login") {
				method, path, body = "POST", "/login", login(e.here.agent.email, password)
			}
			a := c.do(method, path, body).want(tc.status)
			if tc.status == 403 {
				a.problem(403, api.ProblemCodeForbidden)
			}
			if tc.client == browser {
				c.do("GET", "/me", "").want(200) // reading needs no origin
			}
		})
	}
}

func TestAPIKey(t *testing.T) {
	e := start(t)
	key := e.key(e.here)
	key.do("GET", "/calls", "").want(200)
	key.do("PATCH", "/agents/"+e.here.agent.agent, `{"seat":false}`).want(200)
	key.do("POST", "/calls/test", `{}`).want(202)
	for _, path := range []string{"/phone", "/logout", "/calls/" + e.here.call + "/hold"} {
		key.do("POST", path, "").problem(403, api.ProblemCodeForbidden)
	}
	key.do("GET", "/me", "").problem(403, api.ProblemCodeForbidden)
	key.do("GET", "/conversations?list=mine", "").problem(403, api.ProblemCodeForbidden)
	key.do("POST", "/conversations/"+e.here.conversation+"/notes", `{"text":"x"}`).problem(403, api.ProblemCodeForbidden)
	key.with("X-Access-Secret", "wrong").do("GET", "/calls", "").problem(401, api.ProblemCodeUnauthenticated)
	key.with("X-Access-Secret", "").do("GET", "/calls", "").problem(401, api.ProblemCodeUnauthenticated)
	key.with("X-Access-Key", "unknown").do("GET", "/calls", "").problem(401, api.ProblemCodeUnauthenticated)
	// A wrong key is not made good by a cookie.
	e.as(e.here.agent).with("X-Access-Key", "unknown").do("GET", "/calls", "").problem(401, api.ProblemCodeUnauthenticated)
}

func TestRoles(t *testing.T) {
	e := start(t)
	for _, tc := range []struct {
		who    *person
		status int
	}{{e.here.owner, 200}, {e.here.admin, 200}, {e.here.agent, 403}} {
		t.Run(tc.who.email, func(t *testing.T) {
			c := e.as(tc.who)
			c.do("PATCH", "/agents/"+e.here.agent.agent, `{"seat":true}`).want(tc.status)
			test := map[int]int{200: 202, 403: 403}[tc.status]
			c.do("POST", "/calls/test", `{}`).want(test)
		})
	}
}
