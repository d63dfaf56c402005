package api_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/people"
	"ringdesk/models"
)

// begin is what an owner says who begins a new installation.
const beginBody = `{"workspace":"Moa","name":"Olivia","email":" Olivia@Moa.example","password":"my own long password","locale":"en","timeZone":"Europe/Berlin"}`

// fresh is a server without a workspace, with what makes its links.
func fresh(t *testing.T) (*env, *people.People) {
	t.Helper()
	e := startWith(t, func(*env) {}, func(o *api.Options) { o.Country = "DE" })
	return e, &people.People{Store: e.store, Now: e.clock.now}
}

// firstLink is what the first start tells.
func firstLink(t *testing.T, p *people.People) api.Link {
	t.Helper()
	l, err := p.FirstStart(t.Context())
	if err != nil || l.Token == "" {
		t.Fatalf("the first start gives %+v, %v", l, err)
	}
	return api.Link{Path: "/join/" + l.Token, ExpiresAt: l.ExpiresAt.Time}
}

// The owner begins a new installation by a link, with a password of their own, and is
// signed in. The link works once, and after that no start makes another.
//
// Covers: ADM-2, SEC-5.
func TestOwnerBegins_SEC_5(t *testing.T) {
	e, p := fresh(t)
	link := firstLink(t, p)
	if j := into[api.Join](e.nobody().do("GET", link.Path, "").want(200)); j.Kind != "owner" || j.HasAccount || j.Workspace+j.Email+j.Name != "" {
		t.Errorf("join: %+v", j)
	}
	if again, err := p.FirstStart(t.Context()); err != nil || again.Token != "" || !again.ExpiresAt.Equal(link.ExpiresAt) {
		t.Errorf("a second start: %+v, %v", again, err)
	}
	for field, body := range map[string]string{
		"workspace": `{"name":"O","email":"o@moa.example","password":"my own long password"}`,
		"name":      `{"workspace":"Moa","email":"o@moa.example","password":"my own long password"}`,
		"email":     `{"workspace":"Moa","name":"O","email":"o","password":"my own long password"}`,
		"password":  `{"workspace":"Moa","name":"O","email":"o@moa.example","password":"short"}`,
		"timeZone":  `{"workspace":"Moa","name":"O","email":"o@moa.example","password":"my own long password","timeZone":"Moon/Sea"}`,
	} {
		if pr := e.nobody().do("POST", link.Path, body).problem(400, api.ProblemCodeInvalid); pr.Field == nil || *pr.Field != field {
			t.Errorf("a bad %s: %+v", field, pr)
		}
	}
	answer, owner := e.accept(link, beginBody)
	answer.want(200)
	me := into[api.Me](owner.do("GET", "/me", "").want(200))
	if me.Name != "Olivia" || me.Locale != "en" || me.Role != "owner" || me.Email != "olivia@moa.example" || !me.Seat || me.Workspace.Name != "Moa" {
		t.Errorf("me: %+v", me)
	}
	w, err := e.store.Workspace(t.Context(), me.Workspace.Id)
	if err != nil || w.Country != "DE" || w.TimeZone != "Europe/Berlin" || w.Language != "en" {
		t.Errorf("the workspace: %+v, %v", w, err)
	}
	for _, method := range []string{"GET", "POST"} {
		if pr := e.nobody().do(method, link.Path, beginBody).problem(404, api.ProblemCodeNotFound); *pr.Reason != "linkUsed" {
			t.Errorf("a link that was used: %s", *pr.Reason)
		}
	}
	e.nobody().do("POST", "/login", login("olivia@moa.example", "my own long password")).want(200)
	if l, err := p.FirstStart(t.Context()); err != nil || l != (people.Link{}) {
		t.Errorf("a start with an owner: %+v, %v", l, err)
	}
	if _, err := p.OwnerLink(t.Context()); err == nil {
		t.Error("there is a link to an installation that has an owner")
	}
}

// The owner's link runs out, is replaced by a new one, and ends when the operator
// has made a workspace.
func TestOwnerLinkEnds_SEC_5(t *testing.T) {
	e, p := fresh(t)
	first := firstLink(t, p)
	e.clock.advance(24*time.Hour + time.Second)
	if pr := e.nobody().do("POST", first.Path, beginBody).problem(404, api.ProblemCodeNotFound); *pr.Reason != "linkExpired" {
		t.Errorf("a link that has run out: %s", *pr.Reason)
	}
	second := firstLink(t, p)
	e.nobody().do("GET", second.Path, "").want(200)
	l, err := p.OwnerLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	third := "/join/" + l.Token
	for path, status := range map[string]int{first.Path: 404, second.Path: 404, third: 200} {
		e.nobody().do("GET", path, "").want(status)
	}
	if err := e.store.Tx(t.Context(), func(tx *models.Tx) error {
		return tx.AddWorkspace(models.Workspace{ID: models.NewID(), Name: "Made", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: models.At(e.clock.now())})
	}); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"GET", "POST"} {
		e.nobody().do(method, third, beginBody).problem(404, api.ProblemCodeNotFound)
	}
}

// Of several who use the owner's link at once one begins the installation.
func TestOwnerLinkOnce_SEC_5(t *testing.T) {
	e, p := fresh(t)
	link := firstLink(t, p)
	const tries = 4
	got := make(chan int, tries)
	for i := range tries {
		c := e.nobody()
		go func() {
			got <- c.do("POST", link.Path, fmt.Sprintf(`{"workspace":"Moa","name":"O","email":"o%d@moa.example","password":"my own long password"}`, i)).status
		}()
	}
	had := map[int]int{}
	for range tries {
		had[<-got]++
	}
	if n, err := e.store.CountWorkspaces(t.Context()); err != nil || n != 1 || had[http.StatusOK] != 1 || had[http.StatusNotFound] != tries-1 {
		t.Errorf("answers %v, %d workspaces, %v", had, n, err)
	}
}

// Who tries links waits after some, whatever they then have; other networks do not.
//
// Covers: SEC-4.
func TestLinksAreNotGuessed_SEC_4(t *testing.T) {
	e, p := fresh(t)
	link := firstLink(t, p)
	for i := range 30 {
		e.nobody().do("GET", fmt.Sprintf("/join/guess-%d", i), "").problem(404, api.ProblemCodeNotFound)
	}
	for _, method := range []string{"GET", "POST"} {
		pr := e.nobody().do(method, link.Path, beginBody).problem(429, api.ProblemCodeLimit)
		if *pr.Reason != "tooSoon" {
			t.Errorf("reason: %s", *pr.Reason)
		}
	}
	e.clock.advance(10*time.Minute + time.Second)
	e.nobody().do("GET", link.Path, "").want(200)
}
