package api_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

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
	Up               bool
	Engine           api.EngineState
	UnchangedMs      int64
}

// desk is a browser's live connection whose messages a test looks at.
type desk struct {
	t    testing.TB
	conn *websocket.Conn

	mu   sync.Mutex
	got  []message
	end  websocket.StatusCode
	seen int // messages that next has given
}

// open opens a WebSocket as the client's browser would.
func (c *client) open(path string, protocols ...string) (*websocket.Conn, *http.Response, error) {
	return c.openBy(http.DefaultClient, path, protocols...)
}

func (c *client) openBy(by *http.Client, path string, protocols ...string) (*websocket.Conn, *http.Response, error) {
	return websocket.Dial(c.e.t.Context(), "ws://"+c.e.host+"/api/v1"+path,
		&websocket.DialOptions{HTTPClient: by, HTTPHeader: c.header, Subprotocols: protocols})
}

// live opens GET /live and reads it on.
func (c *client) live() *desk {
	c.e.t.Helper()
	conn, _, err := c.open("/live")
	d := c.desk(conn, err)
	go d.read()
	return d
}

// liveSilent opens GET /live without reading, on a connection that keeps little of
// what is not read: by itself Linux may keep 32 MB of it.
func (c *client) liveSilent() *desk {
	c.e.t.Helper()
	narrow := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, host string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, host)
		if err != nil {
			return nil, err
		}
		return conn, conn.(*net.TCPConn).SetReadBuffer(64 << 10)
	}}}
	conn, _, err := c.openBy(narrow, "/live")
	return c.desk(conn, err)
}

func (c *client) desk(conn *websocket.Conn, err error) *desk {
	c.e.t.Helper()
	if err != nil {
		c.e.t.Fatal(err)
	}
	conn.SetReadLimit(-1)
	c.e.t.Cleanup(func() { _ = conn.CloseNow() })
	return &desk{t: c.e.t, conn: conn}
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
			checkMessage(d.t, raw)
		}
		d.got = append(d.got, m)
		d.mu.Unlock()
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
func minute(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// narrow keeps little of what its clients do not read: by itself Linux keeps 4 MB.
type narrow struct{ net.Listener }

// Accept implements net.Listener.
func (n narrow) Accept() (net.Conn, error) {
	conn, err := n.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return conn, conn.(*net.TCPConn).SetWriteBuffer(64 << 10)
}
