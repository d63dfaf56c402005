package api_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/inbox"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// keyOf is a program with an API key of its own.
func (e *env) keyOf(body string) (*client, api.NewKey) {
	e.t.Helper()
	k := into[api.NewKey](e.as(e.here.admin).do("POST", "/keys", body).want(201))
	return e.key(place{accessKey: k.Key.AccessKey, accessSecret: k.Secret}), k
}

// An API key may what its scope says, and one of before all that an admin may; its
// secret is shown once.
//
// Covers: ADM-1, ADM-2, SEC-5.
func TestScopesOfKeys_ADM_1(t *testing.T) {
	e := start(t)
	conversation := "/conversations/" + e.here.conversation
	for name, tc := range map[string]struct{ read, work, admin, see int }{
		"read": {200, 403, 403, 403}, "calls": {200, 200, 403, 403}, "admin": {200, 200, 200, 200},
	} {
		c, made := e.keyOf(fmt.Sprintf(`{"name":"crm","scope":%q}`, name))
		if made.Key.PerMinute != 600 || made.Key.LastUsedAt != nil || string(made.Key.Scope) != name {
			t.Errorf("%s: %+v", name, made.Key)
		}
		for what, got := range map[string][2]int{
			"reads":           {c.do("GET", conversation, "").status, tc.read},
			"asks for a HEAD": {c.do("HEAD", "/agents", "").status, tc.read},
			"works":           {c.do("PATCH", conversation, `{"state":"open"}`).status, tc.work},
			"changes a team":  {c.do("PATCH", "/teams/"+e.here.team, `{"name":"S"}`).status, tc.admin},
			"blocks":          {c.do("POST", "/blocks", `{"number":"010-1234-5678"}`).status, map[int]int{200: 201, 403: 403}[tc.admin]},
			"reads keys":      {c.do("GET", "/keys", "").status, tc.see},
			"makes a key":     {c.do("POST", "/keys", `{"name":"x","scope":"read"}`).status, 403},
			"changes itself":  {c.do("PATCH", "/keys/"+made.Key.AccessKey, `{"scope":"admin"}`).status, 403},
		} {
			if got[0] != got[1] {
				t.Errorf("a key with the scope %s %s: %d, want %d", name, what, got[0], got[1])
			}
		}
	}
	e.key(e.here).do("PATCH", "/teams/"+e.here.team, `{"name":"Support"}`).want(200)
	all := e.as(e.here.admin).do("GET", "/keys", "").want(200)
	if strings.Contains(string(all.body), "ecret") {
		t.Errorf("a list shows secrets: %s", all.body)
	}
}

// A key is changed without a new secret, and when it was used is told to the minute.
func TestKeyIsChanged_ADM_1(t *testing.T) {
	e := start(t)
	c, made := e.keyOf(`{"name":"crm","scope":"read"}`)
	admin := e.as(e.here.admin)
	c.do("PATCH", "/conversations/"+e.here.conversation, `{"state":"open"}`).problem(403, api.ProblemCodeForbidden)
	k := into[api.Key](admin.do("PATCH", "/keys/"+made.Key.AccessKey, `{"name":"CRM","scope":"calls","perMinute":7}`).want(200))
	if k.Name != "CRM" || k.Scope != "calls" || k.PerMinute != 7 || k.LastUsedAt == nil || e.clock.now().Sub(*k.LastUsedAt) > 2*time.Minute {
		t.Errorf("key: %+v", k)
	}
	c.do("PATCH", "/conversations/"+e.here.conversation, `{"state":"open"}`).want(200)
	admin.do("PATCH", "/keys/none", `{"name":"x"}`).problem(404, api.ProblemCodeNotFound)
	for _, body := range []string{`{"scope":"all"}`, `{"perMinute":0}`, `{"name":" "}`} {
		admin.do("PATCH", "/keys/"+made.Key.AccessKey, body).problem(400, api.ProblemCodeInvalid)
	}
}

// A key that asks too often is told when it may ask again; others are not held up.
func TestKeysHaveLimits_ADM_1(t *testing.T) {
	e := start(t)
	c, _ := e.keyOf(`{"name":"crm","scope":"read","perMinute":6}`)
	other, _ := e.keyOf(`{"name":"other","scope":"read","perMinute":6}`)
	e.clock.set(e.clock.now().Truncate(time.Minute)) // what the requests take counts for nothing
	for range 6 {
		c.do("GET", "/agents", "").want(200)
	}
	a := c.do("GET", "/agents", "")
	a.problem(429, api.ProblemCodeLimit)
	if wait, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || wait < 1 || wait > 10 {
		t.Errorf("Retry-After is %q", a.header.Get("Retry-After"))
	}
	other.do("GET", "/agents", "").want(200)
	e.clock.advance(10 * time.Second)
	c.do("GET", "/agents", "").want(200)
	c.do("GET", "/agents", "").problem(429, api.ProblemCodeLimit)
	e.clock.advance(time.Hour)
	for range 6 {
		c.do("GET", "/agents", "").want(200)
	}
}

// The workspace is changed by owners and admins; what cannot be read is refused.
func TestWorkspaceIsChanged_ADM_2(t *testing.T) {
	e := start(t)
	admin := e.as(e.here.admin)
	w := into[api.Workspace](admin.do("PATCH", "/workspace", `{"name":" Moa Care ","language":"en","country":"DE","timeZone":"Europe/Berlin"}`).want(200))
	if w.Name != "Moa Care" || w.Language != "en" || w.Country != "DE" || w.TimeZone != "Europe/Berlin" || w.Id != e.here.id {
		t.Errorf("workspace: %+v", w)
	}
	if me := into[api.Me](e.as(e.here.agent).do("GET", "/me", "").want(200)); me.Workspace != w {
		t.Errorf("as an agent sees it: %+v", me.Workspace)
	}
	in := e.invite(admin, `{"email":"n@moa.example","name":"N"}`)
	_, me := e.accept(in.Link, fmt.Sprintf(`{"password":%q}`, joinPassword))
	if got := into[api.Me](me.do("GET", "/me", "").want(200)); got.Locale != "en" {
		t.Errorf("who is invited has the language %s", got.Locale)
	}
	for body, field := range map[string]string{`{"timeZone":"Seoul"}`: "timeZone", `{"timeZone":"Local"}`: "timeZone", `{"country":"XQ"}`: "country", `{"country":"kr"}`: "country", `{"name":" "}`: "name", `{"language":"fr"}`: "language"} {
		if p := admin.do("PATCH", "/workspace", body).problem(400, api.ProblemCodeInvalid); p.Field == nil || *p.Field != field {
			t.Errorf("%s: %+v", body, p)
		}
	}
	e.as(e.here.agent).do("PATCH", "/workspace", `{"name":"x"}`).problem(403, api.ProblemCodeForbidden)
	if got := into[api.Workspace](e.as(e.away.agent).do("GET", "/workspace", "").want(200)); got.Name != "Lumen" {
		t.Errorf("another workspace: %+v", got)
	}
}

// tagsOf gives a conversation's tags.
func (e *env) tagsOf(conversation string) []string {
	e.t.Helper()
	return into[api.Conversation](e.as(e.here.agent).do("GET", "/conversations/"+conversation, "").want(200)).Tags
}

// A tag's new name reaches the conversations that have it, and so do merging and
// deleting, which say how many they were.
func TestTagsAreChanged_ADM_2(t *testing.T) {
	e := start(t)
	admin, agent := e.as(e.here.admin), e.as(e.here.agent)
	for _, p := range []place{e.here, e.away} {
		e.tx(func(tx *models.Tx) error { return tx.TagConversation(p.id, p.conversation, "vip") })
	}
	e.tx(func(tx *models.Tx) error { return tx.TagConversation(e.here.id, e.here.conversation, "urgent") })
	list := into[api.TagList](agent.do("GET", "/tags", "").want(200)).Items
	if len(list) != 2 || list[0].Name != "urgent" || list[0].Colour != "gray" || list[1].Conversations != 1 {
		t.Fatalf("tags: %+v", list)
	}
	vip := "/tags/" + e.here.tag
	admin.do("PATCH", vip, `{"name":"urgent"}`).problem(409, api.ProblemCodeConflict)
	got := into[api.Tag](admin.do("PATCH", vip, `{"name":" 단골 ","colour":"teal"}`).want(200))
	if got.Name != "단골" || got.Colour != "teal" || got.Conversations != 1 || !slices.Equal(e.tagsOf(e.here.conversation), []string{"urgent", "단골"}) {
		t.Errorf("renamed: %+v, the conversation has %v", got, e.tagsOf(e.here.conversation))
	}
	if found := agent.do("GET", "/search?q=%EB%8B%A8%EA%B3%A8", "").want(200); !strings.Contains(string(found.body), e.here.conversation) {
		t.Errorf("the new name finds %s", found.body)
	}
	if found := agent.do("GET", "/search?q=vip", "").want(200); strings.Contains(string(found.body), e.here.conversation) {
		t.Errorf("the old name finds %s", found.body)
	}
	n := into[api.Retagged](admin.do("POST", vip+"/merge", fmt.Sprintf(`{"into":%q}`, list[0].Id)).want(200))
	if n.Conversations != 1 || !slices.Equal(e.tagsOf(e.here.conversation), []string{"urgent"}) {
		t.Errorf("merged %+v, the conversation has %v", n, e.tagsOf(e.here.conversation))
	}
	for _, into := range []string{list[0].Id, e.away.tag, "x"} {
		admin.do("POST", "/tags/"+list[0].Id+"/merge", fmt.Sprintf(`{"into":%q}`, into)).problem(400, api.ProblemCodeInvalid)
	}
	n = into[api.Retagged](admin.do("DELETE", "/tags/"+list[0].Id, "").want(200))
	if n.Conversations != 1 || len(e.tagsOf(e.here.conversation)) != 0 {
		t.Errorf("deleted: %+v", n)
	}
	admin.do("DELETE", "/tags/"+list[0].Id, "").problem(404, api.ProblemCodeNotFound)
	agent.do("POST", "/tags", `{"name":"mine"}`).problem(403, api.ProblemCodeForbidden)
	admin.do("POST", "/tags", `{"name":"  "}`).problem(400, api.ProblemCodeInvalid)
	if there := e.as(e.away.agent).do("GET", "/conversations/"+e.away.conversation, ""); !slices.Equal(into[api.Conversation](there).Tags, []string{"vip"}) {
		t.Errorf("another workspace's conversation: %s", there.body)
	}
}

// More conversations than one transaction takes have the new name too, and each
// transaction leaves room for others.
func TestTagOfManyConversations_ADM_2(t *testing.T) {
	e := start(t)
	const many = 450
	e.tx(func(tx *models.Tx) error {
		for range many {
			id := models.NewID()
			if err := tx.AddConversation(models.Conversation{ID: id, WorkspaceID: e.here.id, ContactID: e.here.contact, Kind: "phone", Direction: "inbound", State: "open",
				CreatedAt: models.At(time.Now()), UpdatedAt: models.At(time.Now())}); err != nil {
				return err
			}
			if err := tx.TagConversation(e.here.id, id, "many"); err != nil {
				return err
			}
		}
		return nil
	})
	var id string
	for _, tag := range into[api.TagList](e.as(e.here.admin).do("GET", "/tags", "").want(200)).Items {
		if tag.Name == "many" {
			id = tag.Id
		}
	}
	verbs := &inbox.Inbox{Store: e.store, Now: e.clock.now}
	by := verb.By{Workspace: e.here.id, Role: "admin", Agent: e.here.admin.agent}
	e.must(verbs.ChangeTag(t.Context(), by, id, inbox.TagChange{Name: new("lots")}))
	if n, err := verbs.RemoveTag(t.Context(), by, id); err != nil || n != many {
		t.Errorf("%d conversations, %v", n, err)
	}
}

// How long things are kept is changed field by field, and who signs in afterwards stays
// signed in for that long.
func TestRetention_ADM_2(t *testing.T) {
	e := start(t)
	admin := e.as(e.here.admin)
	was := into[api.Retention](e.as(e.here.agent).do("GET", "/retention", "").want(200))
	if was != (api.Retention{CallMonths: 6, AuditDays: 365, SessionDays: 14, ChangeHours: 48}) {
		t.Errorf("by default: %+v", was)
	}
	got := into[api.Retention](admin.do("PATCH", "/retention", `{"callMonths":3,"sessionDays":1,"recordingDays":30}`).want(200))
	if got != (api.Retention{CallMonths: 3, RecordingDays: 30, AuditDays: 365, SessionDays: 1, ChangeHours: 48}) {
		t.Errorf("changed: %+v", got)
	}
	if got := into[api.Retention](admin.do("PATCH", "/retention", `{"recordingDays":0}`).want(200)); got.RecordingDays != 0 || got.CallMonths != 3 {
		t.Errorf("recordings as long as their calls: %+v", got)
	}
	for _, body := range []string{`{"callMonths":7}`, `{"callMonths":0}`, `{"auditDays":29}`, `{"sessionDays":91}`, `{"changeHours":0}`} {
		admin.do("PATCH", "/retention", body).problem(400, api.ProblemCodeInvalid)
	}
	e.as(e.here.agent).do("PATCH", "/retention", `{"callMonths":1}`).problem(403, api.ProblemCodeForbidden)
	e.nobody().do("POST", "/login", login(e.here.agent.email, password)).want(200)
	s := into[api.SessionList](admin.do("GET", "/agents/"+e.here.agent.agent+"/sessions", "").want(200)).Items[0]
	if length := s.ExpiresAt.Sub(s.CreatedAt); length != 24*time.Hour {
		t.Errorf("signed in for %v", length)
	}
	if other := into[api.Retention](e.as(e.away.admin).do("GET", "/retention", "").want(200)); other != was {
		t.Errorf("another workspace: %+v", other)
	}
}

// A job is run when an admin asks for it, and its last run is shown with what it has done.
func TestJobs_ADM_4(t *testing.T) {
	e := start(t)
	admin := e.as(e.here.admin)
	of := func(name api.JobName) api.Job {
		for _, j := range into[api.JobList](admin.do("GET", "/jobs", "").want(200)).Items {
			if j.Name == name {
				return j
			}
		}
		t.Fatalf("there is no job %s", name)
		return api.Job{}
	}
	if j := of("audit"); j.Last != nil || j.Running || !j.NextAt.After(e.clock.now()) {
		t.Errorf("before: %+v", j)
	}
	admin.do("PATCH", "/retention", `{"auditDays":30}`).want(200)
	e.clock.advance(31 * 24 * time.Hour)
	admin = e.as(e.here.admin) // the session of before has run out
	admin.do("POST", "/jobs/audit/run", "").want(202)
	eventually(t, "the job has ended", func() bool { return !of("audit").Running })
	last := of("audit").Last
	if last == nil || last.EndedAt == nil || last.DurationMs == nil || last.Error != nil || *last.Removed != 1 {
		t.Errorf("last run: %+v", last)
	}
	admin.do("POST", "/jobs/none/run", "").problem(404, api.ProblemCodeNotFound)
	e.tx(func(tx *models.Tx) error { return tx.StartJob("calls", e.clock.now(), e.clock.now().Add(time.Minute)) })
	admin.do("POST", "/jobs/calls/run", "").problem(409, api.ProblemCodeConflict)
	e.clock.advance(2 * time.Minute)
	if j := of("calls"); j.Running || j.Last.Error == nil {
		t.Errorf("a run whose controller has died: %+v", j)
	}
	for _, path := range []string{"/jobs", "/jobs/calls/run"} {
		method := map[bool]string{true: "GET", false: "POST"}[path == "/jobs"]
		e.as(e.here.agent).do(method, path, "").problem(403, api.ProblemCodeForbidden)
	}
}
