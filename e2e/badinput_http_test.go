package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// raw sends a body as it is.
func (c *Client) raw(method, path, contentType, body string) Reply {
	c.t.Helper()
	req, err := http.NewRequest(method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	for name, value := range c.headers {
		req.Header.Set(name, value)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		c.t.Fatalf("%s %s with %.40q: %v", method, path, body, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return Reply{Status: resp.StatusCode, Header: resp.Header, Body: b}
}

// mustRefuse asserts that an answer is a problem document (RFC 9457) with one
// of the codes.
func (r Reply) mustRefuse(t testing.TB, what string, codes ...int) {
	t.Helper()
	var p struct {
		Title, Code string
		Status      int
	}
	err := json.Unmarshal(r.Body, &p)
	if err != nil || !slices.Contains(codes, r.Status) || p.Status != r.Status || p.Title == "" || p.Code == "" ||
		!strings.HasPrefix(r.Header.Get("Content-Type"), "application/problem+json") {
		t.Errorf("%s: %d %s %.200s, want a problem document with %v", what, r.Status, r.Header.Get("Content-Type"), r.Body, codes)
	}
}

// Every operation of the contract that takes a body refuses what is none of
// its, with a problem document.
func TestMalformedJSON(t *testing.T) {
	d := desk(t)
	owner := d.Login(t, d.Owner)
	contract, err := openapi3.NewLoader().LoadFromFile("../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	operations := 0
	for path, item := range contract.Paths.Map() {
		path = strings.NewReplacer("{id}", "0192f7a0-0000-7000-8000-000000000000", "{action}", "mute").Replace(path)
		for method, o := range item.Operations() {
			if o.RequestBody == nil {
				continue
			}
			media := o.RequestBody.Value.Content.Get("application/json")
			if media == nil { // an upload
				continue
			}
			operations++
			schema := media.Schema.Value
			for _, body := range badBodies(schema) {
				owner.raw(method, path, "application/json", body).mustRefuse(t, fmt.Sprintf("%s %s with %.60q", method, path, body), 400, 404, 413, 422)
			}
			for _, contentType := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json; charset=\xff", "x"} {
				owner.raw(method, path, contentType, `{"a":1}`).mustRefuse(t, method+" "+path+" as "+contentType, 400, 415)
			}
		}
	}
	if operations < 8 {
		t.Errorf("only %d operations with a body were found", operations)
	}
	d.awaitReadyz(t, http.StatusOK, time.Second)
}

// badBodies are bodies that no value of the schema is.
func badBodies(schema *openapi3.Schema) []string {
	all := []string{`{`, `}`, `[]`, `null`, `"text"`, `12`, `true`, `{"unknownField":1}`, `{"a":`, "\x00", "\xff\xfe{}", `{} {}`,
		`{"":""}`, strings.Repeat(`[`, 100_000), strings.Repeat(`{"a":`, 10_000), `{"x":"` + strings.Repeat("x", 2<<20) + `"}`}
	if len(schema.Required) > 0 {
		all = append(all, ``, `{}`)
	}
	for name, p := range schema.Properties {
		wrong := []string{`{"deep":[{}]}`, `[[1]]`}
		if p.Value.Type.Is("string") {
			wrong = append(wrong, `1`, `true`)
			if p.Value.MaxLength != nil {
				wrong = append(wrong, `"`+strings.Repeat("한", int(*p.Value.MaxLength)+1)+`"`)
			}
		} else {
			wrong = append(wrong, `"text"`, `1e999`)
		}
		for _, w := range wrong {
			all = append(all, fmt.Sprintf(`{%q:%s}`, name, w))
		}
	}
	return all
}

// Ids of another workspace, and texts that are no ids, are found nowhere.
func TestForeignIDs(t *testing.T) {
	d := desk(t)
	alone(t, d)
	caller := d.call(t, "01066660001", CallerHz)
	call := d.API.Call(d.Mina.Answer())
	AwaitHears(t, "Mina", d.Mina, CallerHz)
	stranger := d.Login(t, otherOwner(t, d.Instance))
	agent := List[AgentState](d.API, "/agents")[0].ID
	try := func(what, id, conversation, contact, recording, agent string) {
		t.Helper()
		for _, r := range []struct {
			method, path string
			body         any
		}{
			{"GET", "/calls/" + id, nil}, {"GET", "/calls/" + id + "/journal", nil}, {"POST", "/calls/" + id + "/end", map[string]any{}},
			{"GET", "/conversations/" + conversation, nil}, {"PATCH", "/conversations/" + conversation, map[string]any{"state": "closed"}},
			{"POST", "/conversations/" + conversation + "/notes", map[string]any{"text": "mine"}},
			{"GET", "/contacts/" + contact, nil}, {"PUT", "/contacts/" + contact, map[string]any{"name": "mine"}},
			{"GET", "/recordings/" + recording, nil}, {"GET", "/recordings/" + recording + ".mp3", nil},
			{"PATCH", "/agents/" + agent, map[string]any{"seat": false}},
		} {
			stranger.Do(r.method, r.path, r.body).mustRefuse(t, what+": "+r.method+" "+r.path, 404)
		}
	}
	try("while it goes on", call.ID, call.ConversationID, call.Contact.ID, call.ID, agent)
	caller.Hangup()
	d.Mina.WaitGone("call-box", call.ID)
	rec := d.API.AwaitRecording(call.ID, 10*time.Second)
	try("afterwards", call.ID, call.ConversationID, call.Contact.ID, rec.ID, agent)
	for _, id := range []string{"x", "0", "-1", "%00", "%ff%fe", "%2e%2e", "..%2f..%2fringdesk.db", strings.Repeat("9", 300), "'%20OR%201=1--",
		"0192f7a0-0000-7000-8000-000000000000", "%ED%95%9C"} {
		try("nonsense", id, id, id, id, id)
	}
	if lists := len(List[Call](stranger, "/calls")) + len(List[Conversation](stranger, "/conversations")) + len(List[Contact](stranger, "/contacts")); lists > 0 {
		t.Errorf("the stranger's lists have %d entries", lists)
	}
	if conv := d.API.Conversation(call.ConversationID); conv.State != "open" || len(conv.Notes) != 0 {
		t.Errorf("the conversation is %+v", conv)
	}
}

// otherOwner makes a second workspace and gives its owner's login.
func otherOwner(t *testing.T, in *Instance) Account {
	t.Helper()
	email := fmt.Sprintf("owner%d@other.example", time.Now().UnixNano())
	out, err := in.Run("admin", "workspace", "Other", email)
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	fields := strings.Fields(out)
	return Account{Email: email, Password: fields[len(fields)-1]}
}

// Requests from another site's page, or with no or a forged session.
func TestOriginAndSession(t *testing.T) {
	d := desk(t)
	owner := d.Login(t, d.Owner)
	for origin, want := range map[string]int{d.URL: 200, "http://evil.example": 403, "null": 403, "http://127.0.0.1:1": 403,
		d.URL + ".evil.example": 403, "": 403, "file://": 403} {
		owner.headers["Origin"] = origin
		r := owner.Do("PATCH", "/me", map[string]any{"away": false})
		if want == 200 && r.Status != 200 {
			t.Errorf("from our own page: %d %s", r.Status, r.Body)
		} else if want != 200 {
			r.mustRefuse(t, "PATCH /me with Origin "+origin, want)
		}
	}
	for name, headers := range map[string]map[string]string{
		"nothing": {}, "a forged cookie": {"Cookie": "ringdesk_session=" + strings.Repeat("A", 43)}, "an empty cookie": {"Cookie": "ringdesk_session="},
		"a huge cookie": {"Cookie": "ringdesk_session=" + strings.Repeat("A", 8000)}, "a wrong secret": {"x-access-key": d.AccessKey, "x-access-secret": "x"},
		"no secret": {"x-access-key": d.AccessKey}, "another key": {"x-access-key": "rd_x", "x-access-secret": d.AccessSecret},
	} {
		anybody := d.Anonymous(t)
		anybody.headers = headers
		headers["Origin"] = d.URL
		for _, path := range []string{"/me", "/calls", "/contacts", "/conversations", "/agents", "/numbers", "/live", "/sip", "/recordings/x.mp3"} {
			anybody.Do("GET", path, nil).mustRefuse(t, "GET "+path+" with "+name, 401)
		}
		for _, path := range []string{"/phone", "/logout", "/calls/test"} {
			anybody.Do("POST", path, nil).mustRefuse(t, "POST "+path+" with "+name, 401)
		}
	}
}

// Paths that lead out of a folder find nothing.
func TestPathTraversal(t *testing.T) {
	d := desk(t)
	secrets := []string{"accessSecret", "root:x:0", "SQLite format", d.AccessSecret}
	for _, path := range []string{"/api/v1/recordings/../../../demo.json", "/api/v1/recordings/..%2f..%2f..%2fdemo.json", "/api/v1/recordings/..%2f..%2fringdesk.db.mp3",
		"/api/v1/recordings/%2e%2e/%2e%2e/demo.json", "/api/v1/recordings/....//demo.json.mp3", "/api/v1/recordings//etc/passwd.mp3",
		"/../../../../etc/passwd", "/assets/../../demo.json", "/assets/..%2f..%2f..%2fetc%2fpasswd", "/..%5c..%5cdemo.json", "//etc/passwd",
		"/%00/demo.json", "/assets/%2e%2e/%2e%2e/%2e%2e/proc/self/environ", "http://x/../../demo.json"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(d.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\nx-access-key: %s\r\nx-access-secret: %s\r\nConnection: close\r\n\r\n", path, d.AccessKey, d.AccessSecret)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		body, err := io.ReadAll(resp.Body)
		conn.Close()
		if err != nil || resp.StatusCode >= 500 || strings.HasPrefix(path, "/api/") && resp.StatusCode/100 != 4 {
			t.Errorf("%s: %d %v", path, resp.StatusCode, err)
		}
		for _, secret := range secrets {
			if strings.Contains(string(body), secret) {
				t.Errorf("%s gives %q away", path, secret)
			}
		}
	}
}

// Wrong passwords: the sixth attempt for an e-mail address must wait, also with
// the right password; after the wait the right one is let in and the count
// begins anew. Thirty from one network address stop that address.
func TestWrongPasswords(t *testing.T) {
	t.Parallel()
	in := Start(t, Options{})
	try := func(email, password string) Reply {
		t.Helper()
		return in.Anonymous(t).Do("POST", "/login", Account{email, password})
	}
	mina := in.Agents[0]
	for range 5 {
		try(mina.Email, "wrong").mustRefuse(t, "a wrong password", 401)
	}
	refused := try(mina.Email, mina.Password)
	refused.mustRefuse(t, "the right password too early", 429)
	wait, err := strconv.Atoi(refused.Header.Get("Retry-After"))
	if err != nil || wait < 1 || wait > 15 {
		t.Fatalf("Retry-After is %q", refused.Header.Get("Retry-After"))
	}
	in.Login(t, in.Agents[1]) // a colleague need not wait
	began := time.Now()
	Await(t, "the right password is let in", time.Duration(wait+2)*time.Second, func() (bool, string) {
		r := try(mina.Email, mina.Password)
		return r.Status == 200, fmt.Sprint(r.Status)
	})
	if took := time.Since(began); took < time.Duration(wait-2)*time.Second {
		t.Errorf("it was let in after %v, not after %d s", took, wait)
	}
	try(mina.Email, "wrong").mustRefuse(t, "one wrong password after the right one", 401)
	for n := 7; n <= 30; n++ {
		try(fmt.Sprintf("nobody%d@demo.ringdesk.example", n), "wrong").mustRefuse(t, "a wrong password of nobody", 401)
	}
	stopped := try(in.Owner.Email, in.Owner.Password)
	stopped.mustRefuse(t, "the thirty-first attempt from this address", 429)
	if wait, err := strconv.Atoi(stopped.Header.Get("Retry-After")); err != nil || wait < 1 || wait > 600 {
		t.Errorf("Retry-After is %q", stopped.Header.Get("Retry-After"))
	}
}
