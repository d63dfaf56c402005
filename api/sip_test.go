package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/coder/websocket"

	"ringdesk/api"
)

// sipEngine is a SIP WebSocket that sends back what it gets, and closes when
// it gets "close".
type sipEngine struct {
	*httptest.Server
	open atomic.Int64
}

func newSIPEngine(t *testing.T) *sipEngine {
	t.Helper()
	s := &sipEngine{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"sip"}})
		if err != nil {
			return
		}
		defer func() { _ = conn.CloseNow() }()
		conn.SetReadLimit(1 << 20)
		s.open.Add(1)
		defer s.open.Add(-1)
		for {
			kind, data, err := conn.Read(r.Context())
			if err != nil || conn.Subprotocol() != "sip" || string(data) == "close" {
				return
			}
			if string(data) == "much" {
				data = make([]byte, 64<<10+1)
			}
			if err := conn.Write(r.Context(), kind, data); err != nil {
				return
			}
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *sipEngine) url() string { return "ws" + strings.TrimPrefix(s.URL, "http") + "/ws" }

// line opens the SIP WebSocket of a new phone.
func (c *client) line(t *testing.T) (*websocket.Conn, api.Phone) {
	t.Helper()
	p := into[api.Phone](c.do("POST", "/phone", "").want(201))
	if !strings.HasPrefix(p.Uri, "sip:"+p.Username+"@") || len(p.Password) < 32 || p.Id[0] != 'p' {
		t.Errorf("phone: %+v", p)
	}
	conn, _, err := c.open(strings.TrimPrefix(p.Socket, "/api/v1"), "sip")
	if err != nil {
		t.Fatal(err)
	}
	if conn.Subprotocol() != "sip" {
		t.Errorf("subprotocol %q", conn.Subprotocol())
	}
	conn.SetReadLimit(1 << 20)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return conn, p
}

func exchange(t *testing.T, conn *websocket.Conn, text string) {
	t.Helper()
	if err := conn.Write(minute(t), websocket.MessageText, []byte(text)); err != nil {
		t.Fatal(err)
	}
	kind, got, err := conn.Read(minute(t))
	if err != nil || string(got) != text || kind != websocket.MessageText {
		t.Fatalf("%d bytes, kind %v, %v", len(got), kind, err)
	}
}

func closeCode(t *testing.T, conn *websocket.Conn) websocket.StatusCode {
	t.Helper()
	for {
		if _, _, err := conn.Read(minute(t)); err != nil {
			return websocket.CloseStatus(err)
		}
	}
}

func TestSIPGoesToTheEngineAndBack(t *testing.T) {
	engine := newSIPEngine(t)
	e := start(t, func(o *api.Options) { o.SIPSocket = engine.url() })
	conn, _ := e.as(e.here.agent).line(t)
	exchange(t, conn, "REGISTER sip:ringdesk.invalid SIP/2.0\r\n\r\n")
	exchange(t, conn, strings.Repeat("x", 64<<10))
	if err := conn.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Error(err)
	}
	eventually(t, "the engine's side is closed too", func() bool { return engine.open.Load() == 0 })
}

func TestSIPEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		do   func(t *testing.T, e *env, c *client, conn *websocket.Conn)
		code websocket.StatusCode
	}{
		"signing out": {func(_ *testing.T, _ *env, c *client, _ *websocket.Conn) { c.do("POST", "/logout", "").want(204) }, 4000},
		"another window": {func(_ *testing.T, e *env, _ *client, _ *websocket.Conn) {
			e.as(e.here.agent).do("POST", "/phone", "").want(201)
		}, 4001},
		"the engine closes": {func(t *testing.T, _ *env, _ *client, conn *websocket.Conn) { send(t, conn, "close") }, websocket.StatusTryAgainLater},
		"too much from the browser": {func(t *testing.T, _ *env, _ *client, conn *websocket.Conn) {
			send(t, conn, strings.Repeat("x", 64<<10+1))
		},
			websocket.StatusMessageTooBig},
		"too much from the engine": {func(t *testing.T, _ *env, _ *client, conn *websocket.Conn) { send(t, conn, "much") }, websocket.StatusTryAgainLater},
		"stopping": {func(t *testing.T, e *env, _ *client, _ *websocket.Conn) {
			if err := e.server.Shutdown(minute(t)); err != nil {
				t.Error(err)
			}
		}, websocket.StatusGoingAway},
	} {
		t.Run(name, func(t *testing.T) {
			engine := newSIPEngine(t)
			e := start(t, func(o *api.Options) { o.SIPSocket = engine.url() })
			c := e.as(e.here.agent)
			conn, _ := c.line(t)
			exchange(t, conn, "hello")
			ended := make(chan websocket.StatusCode, 1)
			go func() { ended <- closeCode(t, conn) }()
			tc.do(t, e, c, conn)
			if code := <-ended; code != tc.code {
				t.Errorf("code %d, want %d", code, tc.code)
			}
			eventually(t, "the engine's side is closed too", func() bool { return engine.open.Load() == 0 })
		})
	}
}

// send writes; what becomes of it, the close code tells.
func send(t *testing.T, conn *websocket.Conn, text string) {
	t.Helper()
	if err := conn.Write(context.WithoutCancel(t.Context()), websocket.MessageText, []byte(text)); err != nil {
		t.Logf("write: %v", err)
	}
}

func TestSIPIsRefused(t *testing.T) {
	engine := newSIPEngine(t)
	e := start(t, func(o *api.Options) { o.SIPSocket = engine.url() })
	own, other := e.as(e.here.agent), e.as(e.here.owner)
	p := into[api.Phone](own.do("POST", "/phone", "").want(201))
	for name, tc := range map[string]struct {
		client    *client
		phone     string
		protocols []string
		status    int
	}{
		"without a session":   {e.nobody(), p.Id, []string{"sip"}, 401},
		"with an API key":     {e.key(e.here), p.Id, []string{"sip"}, 403},
		"from another site":   {own.with("Origin", "https://evil.example"), p.Id, []string{"sip"}, 403},
		"another's phone":     {other, p.Id, []string{"sip"}, 404},
		"another session's":   {e.as(e.here.agent), p.Id, []string{"sip"}, 404},
		"no phone":            {own, "", []string{"sip"}, 404},
		"without subprotocol": {own, p.Id, nil, 400},
		"other subprotocol":   {own, p.Id, []string{"xmpp"}, 400},
	} {
		t.Run(name, func(t *testing.T) {
			_, res, err := tc.client.open("/sip?phone="+tc.phone, tc.protocols...)
			if err == nil || res == nil || res.StatusCode != tc.status {
				t.Errorf("%v %v, want %d", res, err, tc.status)
			}
		})
	}
	if engine.open.Load() != 0 {
		t.Error("the engine was reached")
	}
}

func TestSIPWithoutEngine(t *testing.T) {
	engine := newSIPEngine(t)
	engine.Close()
	e := start(t, func(o *api.Options) { o.SIPSocket = engine.url() })
	conn, _ := e.as(e.here.agent).line(t)
	if code := closeCode(t, conn); code != websocket.StatusTryAgainLater {
		t.Errorf("code %d", code)
	}
}
