package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/getkin/kin-openapi/openapi3"

	"ringdesk/api"
)

// message is one from GET /live.
type message struct {
	Type, Topic      string
	Seq              int64
	Data             json.RawMessage
	Me               api.Me
	Agents           []api.Agent
	Calls            []api.Call
	Ready, Elsewhere bool
}

// desk is a browser's live connection whose messages a test looks at.
type desk struct {
	t    *testing.T
	conn *websocket.Conn

	mu   sync.Mutex
	got  []message
	end  websocket.StatusCode
	seen int // messages that next has given
}

// open opens a WebSocket as the client's browser would.
func (c *client) open(path string, protocols ...string) (*websocket.Conn, *http.Response, error) {
	return websocket.Dial(c.e.t.Context(), "ws://"+c.e.host+"/api/v1"+path,
		&websocket.DialOptions{HTTPHeader: c.header, Subprotocols: protocols})
}

// live opens GET /live and reads it on.
func (c *client) live() *desk {
	c.e.t.Helper()
	d := c.liveSilent()
	go d.read()
	return d
}

// liveSilent opens GET /live without reading.
func (c *client) liveSilent() *desk {
	c.e.t.Helper()
	conn, _, err := c.open("/live")
	if err != nil {
		c.e.t.Fatal(err)
	}
	conn.SetReadLimit(-1)
	d := &desk{t: c.e.t, conn: conn}
	c.e.t.Cleanup(func() { _ = conn.CloseNow() })
	return d
}

func (d *desk) read() {
	for {
		_, raw, err := d.conn.Read(context.Background())
		d.mu.Lock()
		if err != nil {
			if d.end = websocket.CloseStatus(err); d.end < 0 {
				d.end = websocket.StatusAbnormalClosure
			}
			d.mu.Unlock()
			return
		}
		var m message
		if err := json.Unmarshal(raw, &m); err != nil {
			d.t.Errorf("%v: %s", err, raw)
		}
		if len(raw) < 50000 { // there are many that large in one test, and they are of the same kind
			checkMessage(d.t, m)
		}
		d.got = append(d.got, m)
		d.mu.Unlock()
	}
}

// checkMessage holds an event's data against its schema in the contract.
func checkMessage(t *testing.T, m message) {
	if m.Type != "event" {
		return
	}
	doc, err := contract()
	if err != nil {
		t.Error(err)
		return
	}
	name := map[string]string{"call": "Call", "conversation": "ConversationSummary", "note": "Note", "contact": "Contact", "agent": "Agent", "me": "Me"}[m.Topic]
	schema := doc.Components.Schemas[name]
	if schema == nil {
		t.Errorf("no schema for topic %q", m.Topic)
		return
	}
	var v any
	if err := json.Unmarshal(m.Data, &v); err != nil {
		t.Error(err)
	} else if err := schema.Value.VisitJSON(v, openapi3.VisitAsResponse()); err != nil {
		t.Errorf("%s: %v", m.Topic, err)
	}
}

// next waits for the next message that fits.
func (d *desk) next(what string, fits func(message) bool) message {
	d.t.Helper()
	var found message
	eventually(d.t, what, func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		i := slices.IndexFunc(d.got[d.seen:], fits)
		if i >= 0 {
			found = d.got[d.seen+i]
			d.seen += i + 1
		}
		return i >= 0
	})
	return found
}

func (d *desk) snapshot() message {
	d.t.Helper()
	return d.next("a snapshot", func(m message) bool { return m.Type == "snapshot" })
}

// agent waits for an agent's status.
func (d *desk) agent(id string, status api.AgentStatus) {
	d.t.Helper()
	d.next("agent "+string(status), func(m message) bool {
		var a api.Agent
		return m.Topic == "agent" && json.Unmarshal(m.Data, &a) == nil && a.Id == id && a.Status == status
	})
}

func (d *desk) say(text string) {
	d.t.Helper()
	if err := d.conn.Write(d.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		d.t.Fatal(err)
	}
}

// ended waits until the server has closed, and gives the code.
func (d *desk) ended() websocket.StatusCode {
	d.t.Helper()
	eventually(d.t, "the end of the connection", func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.end != 0
	})
	return d.end
}

// count says how many events of a topic have come.
func (d *desk) count(topic string) int {
	n := 0
	for _, m := range d.all() {
		if m.Topic == topic {
			n++
		}
	}
	return n
}

func (d *desk) all() []message {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.got)
}

// phone gets a phone and says on a live connection that it is ready.
func (c *client) phone(d *desk) api.Phone {
	c.e.t.Helper()
	p := into[api.Phone](c.do("POST", "/phone", "").want(201))
	d.say(`{"type":"phone","phone":"` + p.Id + `","ready":true}`)
	return p
}

// minute bounds what a test waits for outside eventually.
func minute(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}
