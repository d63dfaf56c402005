package api_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	seen chan string // all that it got; nil means that nobody looks
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
			if err != nil || conn.Subprotocol() != "sip" || strings.Contains(string(data), "\r\nX-Test: close\r\n") {
				return
			}
			if s.seen != nil {
				s.seen <- string(data)
			}
			if strings.Contains(string(data), "\r\nX-Test: much\r\n") {
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

// registers is what a phone registers itself with, and one more header.
func registers(p api.Phone, more string) string {
	return fmt.Sprintf("REGISTER sip:ringdesk.invalid SIP/2.0\r\nVia: SIP/2.0/WS b.invalid;branch=z9hG4bK1\r\nTo: <%[2]s>\r\nFrom: <%[2]s>;tag=1\r\n"+
		"Call-ID: c\r\nCSeq: 1 REGISTER\r\nContact: <sip:%[1]s@b.invalid;transport=ws>;expires=600\r\n%[3]sContent-Length: 0\r\n\r\n", p.Username, p.Uri, more)
}

// passes sends what may pass and sees it come back from the engine, with the
// proof.
func passes(t *testing.T, conn *websocket.Conn, p api.Phone, more string) {
	t.Helper()
	if err := conn.Write(minute(t), websocket.MessageText, []byte(registers(p, more))); err != nil {
		t.Fatal(err)
	}
	kind, got, err := conn.Read(minute(t))
	if err != nil || kind != websocket.MessageText || !strings.HasPrefix(string(got), "REGISTER sip:ringdesk.invalid SIP/2.0\r\n") ||
		!strings.Contains(string(got), "\r\n"+more) || strings.Count(string(got), "\r\nX-Ringdesk-Proof: ") != 1 {
		t.Fatalf("%s, kind %v, %v", got, kind, err)
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
	conn, p := e.as(e.here.agent).line(t)
	passes(t, conn, p, "")
	passes(t, conn, p, "Subject: "+strings.Repeat("x", 4000)+"\r\n")
	if from := e.engine.line(p.Id); !from.IsValid() {
		t.Error("the engine is not told where the phone is")
	}
	if err := conn.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Error(err)
	}
	eventually(t, "the engine's side is closed too", func() bool { return engine.open.Load() == 0 && !e.engine.line(p.Id).IsValid() })
}

// logged gives the lines of a log.
type logged chan string

func (l logged) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

// A message that may not pass ends the connection, is told, and nothing behind it
// passes.
//
// Covers: SEC-2, OUT-9
func TestSIPThatMayNotPass_SEC_2_OUT_9(t *testing.T) {
	for name, spoil := range map[string]func(string) string{
		"two Contacts": func(m string) string {
			return strings.Replace(m, "Content-Length", "Contact: <sip:0900@192.0.2.1>\r\nContent-Length", 1)
		},
		"another's From": func(m string) string { return strings.Replace(m, "From: <sip:p", "From: <sip:q", 1) },
		"a call":         func(m string) string { return strings.ReplaceAll(m, "REGISTER", "INVITE") },
		"two messages":   func(m string) string { return m + m },
		"half a message": func(m string) string { return m[:100] },
		"no SIP":         func(string) string { return "hello" },
	} {
		t.Run(name, func(t *testing.T) {
			engine := newSIPEngine(t)
			engine.seen = make(chan string, 100)
			log := make(logged, 1000)
			e := start(t, func(o *api.Options) { o.SIPSocket, o.Log = engine.url(), slog.New(slog.NewTextHandler(log, nil)) })
			conn, p := e.as(e.here.agent).line(t)
			passes(t, conn, p, "X-Before: 1\r\n")
			send(t, conn, spoil(registers(p, "")))
			for range 20 {
				send(t, conn, registers(p, "X-After: 1\r\n"))
			}
			_, _, err := conn.Read(minute(t))
			if closed := new(websocket.CloseError); !errors.As(err, closed) || closed.Code != 4002 || !strings.HasPrefix(closed.Reason, "this SIP message may not pass: ") {
				t.Errorf("closed with %v", err)
			}
			eventually(t, "the engine's side is closed too", func() bool { return engine.open.Load() == 0 })
			if got := <-engine.seen; !strings.Contains(got, "X-Before") || len(engine.seen) > 0 {
				t.Errorf("the engine got %q and %d more", got, len(engine.seen))
			}
			if line := <-log; !strings.Contains(line, "a phone sent what it may not") || !strings.Contains(line, e.here.agent.account) {
				t.Errorf("the log says %s", line)
			}
		})
	}
}

func TestSIPEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		do   func(t *testing.T, e *env, conn *websocket.Conn, p api.Phone)
		code websocket.StatusCode
	}{
		"signing out": {nil, 4000},
		"another window": {func(_ *testing.T, e *env, _ *websocket.Conn, _ api.Phone) {
			e.as(e.here.agent).do("POST", "/phone", "").want(201)
		}, 4001},
		"the engine closes": {func(t *testing.T, _ *env, conn *websocket.Conn, p api.Phone) {
			send(t, conn, registers(p, "X-Test: close\r\n"))
		}, websocket.StatusTryAgainLater},
		"too much from the browser": {func(t *testing.T, _ *env, conn *websocket.Conn, _ api.Phone) {
			send(t, conn, strings.Repeat("x", 64<<10+1))
		},
			websocket.StatusMessageTooBig},
		"too much from the engine": {func(t *testing.T, _ *env, conn *websocket.Conn, p api.Phone) {
			send(t, conn, registers(p, "X-Test: much\r\n"))
		}, websocket.StatusTryAgainLater},
		"stopping": {func(t *testing.T, e *env, _ *websocket.Conn, _ api.Phone) {
			if err := e.server.Shutdown(minute(t)); err != nil {
				t.Error(err)
			}
		}, websocket.StatusGoingAway},
	} {
		t.Run(name, func(t *testing.T) {
			engine := newSIPEngine(t)
			e := start(t, func(o *api.Options) { o.SIPSocket = engine.url() })
			c := e.as(e.here.agent)
			conn, p := c.line(t)
			passes(t, conn, p, "")
			ended := make(chan websocket.StatusCode, 1)
			go func() { ended <- closeCode(t, conn) }()
			if tc.do == nil {
				c.do("POST", "/logout", "").want(204)
			} else {
				tc.do(t, e, conn, p)
			}
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

// While the engine starts, or has not been given the phones yet, no registration comes to it: it would
// not be answered. A phone is told to come again, and is let through once all is there.
//
// Covers: SYS-3, IN-1.
func TestSIPWaitsForTheEngine_SYS_3_IN_1(t *testing.T) {
	engine := newSIPEngine(t)
	engine.seen = make(chan string, 8)
	var starts atomic.Bool
	starts.Store(true)
	e := start(t, func(o *api.Options) {
		o.SIPSocket = engine.url()
		o.EngineUp = func() error {
			if starts.Load() {
				return errors.New("not connected yet")
			}
			return nil
		}
	})
	conn, _ := e.as(e.here.agent).line(t)
	if code := closeCode(t, conn); code != websocket.StatusTryAgainLater {
		t.Errorf("closed with %d", code)
	}
	if n := engine.open.Load(); n != 0 {
		t.Errorf("%d connections came to the engine", n)
	}
	starts.Store(false)
	conn, p := e.as(e.here.agent).line(t)
	send(t, conn, registers(p, "X-Test: hello\r\n"))
	if got := <-engine.seen; !strings.Contains(got, "REGISTER") {
		t.Errorf("the engine got %q", got)
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
