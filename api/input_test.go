package api_test

import (
	"fmt"
	"strings"
	"testing"

	"ringdesk/api"
)

func TestBadInput(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	note, contact := "/conversations/"+e.here.conversation+"/notes", "/contacts"
	for name, tc := range map[string]struct {
		method, path, body string
		status             int
		field, says        string
	}{
		"no body":             {"POST", contact, "", 415, "", "JSON"},
		"broken JSON":         {"POST", contact, `{"name":`, 400, "", "not valid JSON"},
		"two values":          {"POST", contact, `{"name":"a"}{}`, 400, "", "not valid JSON"},
		"a list":              {"POST", contact, `[]`, 400, "", "JSON object"},
		"null":                {"POST", contact, `null`, 400, "", "JSON object"},
		"deep nesting":        {"POST", contact, strings.Repeat("[", 200000), 400, "", "not valid JSON"},
		"unknown field":       {"POST", contact, `{"name":"a","nmae":"b"}`, 400, "nmae", "email, name, numbers, profile"},
		"other spelling":      {"POST", contact, `{"Name":"a"}`, 400, "Name", "no field"},
		"missing field":       {"POST", note, `{}`, 400, "text", "missing"},
		"wrong type":          {"POST", note, `{"text":7}`, 400, "text", "string"},
		"null field":          {"POST", note, `{"text":null}`, 400, "text", "string"},
		"empty text":          {"POST", note, `{"text":""}`, 400, "text", "empty"},
		"blank text":          {"POST", note, `{"text":" \n "}`, 400, "text", "empty"},
		"too long text":       {"POST", note, fmt.Sprintf(`{"text":%q}`, strings.Repeat("a", 10001)), 400, "text", "at most 10000"},
		"too long list":       {"POST", contact, `{"name":"a","numbers":["1"` + strings.Repeat(`,"1"`, 10) + `]}`, 400, "numbers", "at most 10"},
		"wrong type in list":  {"POST", contact, `{"name":"a","numbers":[1]}`, 400, "numbers.0", "string"},
		"no number":           {"POST", contact, `{"name":"a","numbers":["010-1111-2222","hello"]}`, 400, "numbers.1", "\"hello\": not a telephone number"},
		"no e-mail":           {"POST", contact, `{"name":"a","email":"x"}`, 400, "email", "e-mail"},
		"e-mail with name":    {"POST", contact, `{"name":"a","email":"A <a@b.example>"}`, 400, "email", "e-mail"},
		"unknown profile key": {"POST", contact, `{"name":"a","profile":{"shoe":"42"}}`, 400, "profile.shoe", "no profile field"},
		"profile not text":    {"POST", contact, `{"name":"a","profile":{"plan":1}}`, 400, "profile.plan", "string"},
		"member without name": {"POST", contact, `{"name":"  "}`, 400, "name", "needs a name"},
		"unknown state":       {"PATCH", "/conversations/" + e.here.conversation, `{"state":"missed"}`, 400, "state", "open, snoozed, closed"},
		"unknown locale":      {"PATCH", "/me", `{"locale":"fr"}`, 400, "locale", "ko, en"},
		"unknown action":      {"POST", "/calls/" + e.here.call + "/sing", `{}`, 404, "", "decline, mute"},
		"digits missing":      {"POST", "/calls/" + e.here.call + "/dtmf", `{}`, 400, "digits", "0-9"},
		"digits wrong":        {"POST", "/calls/" + e.here.call + "/dtmf", `{"digits":"12x"}`, 400, "digits", "0-9"},
		"digits too many":     {"POST", "/calls/" + e.here.call + "/dtmf", fmt.Sprintf(`{"digits":%q}`, strings.Repeat("1", 33)), 400, "digits", "at most 32"},
		"limit 0":             {"GET", "/calls?limit=0", "", 400, "limit", "from 1 to 500"},
		"limit 501":           {"GET", "/contacts?limit=501", "", 400, "limit", "from 1 to 500"},
		"limit -1":            {"GET", "/conversations?limit=-1", "", 400, "limit", "from 1 to 500"},
		"limit text":          {"GET", "/calls?limit=ten", "", 400, "limit", "from 1 to 500"},
		"limit empty":         {"GET", "/calls?limit=", "", 400, "limit", "from 1 to 500"},
		"limit huge":          {"GET", "/calls?limit=99999999999999999999", "", 400, "limit", "from 1 to 500"},
		"bool text":           {"GET", "/calls?live=maybe", "", 400, "live", "true or false"},
		"unknown list":        {"GET", "/conversations?list=spam", "", 400, "list", "all, mine"},
		"q too long":          {"GET", "/contacts?q=" + strings.Repeat("a", 101), "", 400, "q", "at most 100"},
		"cursor garbage":      {"GET", "/calls?cursor=%21%21", "", 400, "cursor", "next"},
		"cursor empty":        {"GET", "/calls?cursor=", "", 400, "cursor", "next"},
		"cursor of no list":   {"GET", "/calls?cursor=Y2FsbHMgeCAw", "", 400, "cursor", "next"},
		"nothing there":       {"GET", "/nothing", "", 404, "", "nothing at this address"},
		"trailing slash":      {"GET", "/calls/", "", 404, "", "nothing at this address"},
		"wrong method":        {"DELETE", "/calls", "", 405, "", "Allow"},
		"no WebSocket":        {"GET", "/live", "", 426, "", "WebSocket"},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.do(tc.method, tc.path, tc.body)
			code := api.ProblemCodeInvalid
			if tc.status == 404 {
				code = api.ProblemCodeNotFound
			}
			p := a.problem(tc.status, code)
			field := ""
			if p.Field != nil {
				field = *p.Field
			}
			if field != tc.field || !strings.Contains(p.Title, tc.says) {
				t.Errorf("field %q, title %q; want field %q, saying %q", field, p.Title, tc.field, tc.says)
			}
		})
	}
}

func TestBodyMustBeJSON(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	for mime, status := range map[string]int{"application/json": 201, "application/json; charset=utf-8": 201,
		"text/plain": 415, "application/x-www-form-urlencoded": 415, "multipart/form-data; boundary=x": 415, "json": 415} {
		a := c.with("Content-Type", mime).do("POST", "/contacts", `{"name":"Kim"}`).want(status)
		if status != 201 {
			a.problem(415, api.ProblemCodeInvalid)
		}
	}
}

func TestBodyTooLarge(t *testing.T) {
	e := start(t)
	body := fmt.Sprintf(`{"text":%q}`, strings.Repeat("a", 1<<20))
	p := e.as(e.here.agent).do("POST", "/conversations/"+e.here.conversation+"/notes", body).problem(413, api.ProblemCodeInvalid)
	if !strings.Contains(p.Title, "1 MiB") {
		t.Errorf("title %q", p.Title)
	}
}

func TestEmptyBodyStandsForNoFields(t *testing.T) {
	e := start(t)
	e.as(e.here.admin).do("POST", "/calls/test", "").want(202)
}

// walk reads a list page by page.
func walk(t *testing.T, c *client, path string, limit int) []string {
	t.Helper()
	var got []string
	next := ""
	for range 100 {
		url := fmt.Sprintf("%s?limit=%d", path, limit)
		if next != "" {
			url += "&cursor=" + next
		}
		page := into[struct {
			Items []struct{ Id string }
			Next  *string
		}](c.do("GET", url, "").want(200))
		if len(page.Items) > limit {
			t.Fatalf("%d items, limit %d", len(page.Items), limit)
		}
		for _, item := range page.Items {
			got = append(got, item.Id)
		}
		if page.Next == nil {
			return got
		}
		next = *page.Next
	}
	t.Fatal("the list does not end")
	return nil
}

func TestPagesGiveEveryRowOnceNewestFirst(t *testing.T) {
	e := start(t)
	want := map[string][]string{"/calls": {e.here.call}, "/conversations": {e.here.conversation}, "/contacts": {e.here.contact}}
	for i := range 10 {
		contact := e.addContact(e.here.id, "", fmt.Sprintf("+82109999000%d", i))
		conversation, call := e.addCall(e.here, contact, "", "ended")
		want["/contacts"] = append(want["/contacts"], contact)
		want["/conversations"] = append(want["/conversations"], conversation)
		want["/calls"] = append(want["/calls"], call)
	}
	c := e.as(e.here.agent)
	for path, rows := range want {
		for _, limit := range []int{1, 3, 10, 11, 12, 500} {
			got := walk(t, c, path, limit)
			if len(got) != len(rows) {
				t.Fatalf("%s limit %d: %d rows, want %d", path, limit, len(got), len(rows))
			}
			for i, id := range got {
				if id != rows[len(rows)-1-i] {
					t.Errorf("%s limit %d: row %d is not the next older one", path, limit, i)
				}
			}
		}
	}
	contacts := into[api.ContactList](c.do("GET", "/contacts?limit=1", "").want(200))
	c.do("GET", "/calls?cursor="+*contacts.Next, "").problem(400, api.ProblemCodeInvalid) // another list's cursor
}

func TestEmptyListsAreLists(t *testing.T) {
	e := start(t)
	c := e.as(e.here.agent)
	for _, path := range []string{"/calls?missed=true", "/conversations?list=missed", "/contacts?q=zzz"} {
		if a := c.do("GET", path, "").want(200); string(a.body) != `{"items":[]}` {
			t.Errorf("%s: %s", path, a.body)
		}
	}
}
