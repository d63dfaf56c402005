package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"testing"
	"time"

	"ringdesk/testkit/expect"
)

// Client speaks with the API as a program or as a logged-in person.
type Client struct {
	t       testing.TB
	url     string // with /api/v1
	headers map[string]string
	http    *http.Client
}

// Reply is an answer of the API.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// API is a client with the demo workspace's access key.
func (in *Instance) API(t testing.TB) *Client {
	return &Client{
		t: t, url: in.URL + "/api/v1", http: &http.Client{Timeout: 15 * time.Second, Transport: in.door.transport()},
		headers: map[string]string{"x-access-key": in.AccessKey, "x-access-secret": in.AccessSecret},
	}
}

// Anonymous is a client without a login.
func (in *Instance) Anonymous(t testing.TB) *Client {
	c := in.API(t)
	c.headers = nil
	return c
}

// Login is a client with a person's session.
func (in *Instance) Login(t testing.TB, a Account) *Client {
	t.Helper()
	c := in.Anonymous(t)
	c.headers = map[string]string{"Origin": in.URL}
	c.http.Jar, _ = cookiejar.New(nil) // it never fails
	c.Post("/login", a, nil)
	return c
}

// Do sends a request and gives the answer whatever its status is.
func (c *Client) Do(method, path string, body any) Reply {
	c.t.Helper()
	r, err := c.try(method, path, body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

func (c *Client) try(method, path string, body any) (Reply, error) {
	var text io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return Reply{}, err
		}
		text = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, c.url+path, text)
	if err != nil {
		return Reply{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	for name, value := range c.headers {
		req.Header.Set(name, value)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return Reply{}, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return Reply{Status: resp.StatusCode, Header: resp.Header, Body: b}, err
}

// Get reads a resource into v; anything but 2xx fails the test.
func (c *Client) Get(path string, v any) {
	c.t.Helper()
	c.send(http.MethodGet, path, nil, v)
}

// Post sends body and reads the answer into v, unless it is nil.
func (c *Client) Post(path string, body, v any) {
	c.t.Helper()
	c.send(http.MethodPost, path, body, v)
}

// Patch changes a resource.
func (c *Client) Patch(path string, body, v any) {
	c.t.Helper()
	c.send(http.MethodPatch, path, body, v)
}

func (c *Client) send(method, path string, body, v any) {
	c.t.Helper()
	r := c.Do(method, path, body)
	if r.Status/100 != 2 {
		c.t.Fatalf("%s %s: %d %s", method, path, r.Status, r.Body)
	}
	if v == nil {
		return
	}
	if err := json.Unmarshal(r.Body, v); err != nil {
		c.t.Fatalf("%s %s: %v in %s", method, path, err, r.Body)
	}
}

// List reads the first page of a list, newest first.
func List[T any](c *Client, path string) []T {
	c.t.Helper()
	var page struct {
		Items []T `json:"items"`
	}
	c.Get(path, &page)
	return page.Items
}

// The API's resources, as far as the tests look at them.
type (
	Call struct {
		ID             string
		ConversationID string
		Kind           string
		Direction      string
		State          string
		From, To       string
		Number         Number
		Contact        Contact
		StartedAt      time.Time
		AnsweredAt     time.Time
		EndedAt        time.Time
		EndedBy        string
		MissedReason   string
		Hold           *Hold
		Participants   []Participant
		Recording      *Recording
	}
	Number      struct{ ID, Number, Label string }
	Hold        struct{ AgentID, Name string }
	Participant struct {
		ID, Kind, AgentID, ContactID, Name, State string
		RingingAt, JoinedAt, LeftAt               time.Time
		Muted, OnHold                             bool
	}
	Recording struct {
		ID, CallID, State, Error, URL string
		StartedAt                     time.Time
		DurationMs                    int64
		Peaks                         []int
		Tracks                        []struct {
			ParticipantID, Name string
			StartMs, DurationMs int64
		}
	}
	Contact struct {
		ID, Kind, Name, Email string
		Numbers               []string
		Profile               []struct{ Key, Label, Value string }
	}
	Conversation struct {
		ID, Kind, Direction, State, MissedReason string
		Live                                     bool
		Contact                                  Contact
		Assignee                                 *struct{ ID, Name string }
		Calls                                    []Call
		Notes                                    []struct{ ID, Text string }
	}
	AgentState struct {
		ID, Name, Email, Role, Status string
		Seat                          bool
	}
	JournalEntry struct {
		Seq  int64
		At   time.Time
		Type string
		Data map[string]any
	}
)

// Call reads one call.
func (c *Client) Call(id string) Call {
	c.t.Helper()
	var call Call
	c.Get("/calls/"+id, &call)
	return call
}

// Conversation reads one conversation.
func (c *Client) Conversation(id string) Conversation {
	c.t.Helper()
	var conv Conversation
	c.Get("/conversations/"+id, &conv)
	return conv
}

// Journal reads what happened in a call.
func (c *Client) Journal(id string) []JournalEntry {
	c.t.Helper()
	return List[JournalEntry](c, "/calls/"+id+"/journal")
}

// Await waits until a condition holds; it fails the test at the deadline with
// what the condition last said.
func Await(t testing.TB, what string, within time.Duration, holds func() (bool, string)) {
	t.Helper()
	expect.Soon(t, what, within, holds)
}

// AwaitCall waits until a call is in the given state and gives it.
func (c *Client) AwaitCall(id, state string, within time.Duration) Call {
	c.t.Helper()
	var call Call
	Await(c.t, fmt.Sprintf("call %s is %s", id, state), within, func() (bool, string) {
		call = c.Call(id)
		return call.State == state, call.State
	})
	return call
}
