package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// socket opens a WebSocket of the API with the client's session.
func (c *Client) socket(ctx context.Context, path string, protocols ...string) (*websocket.Conn, *http.Response, error) {
	header := http.Header{}
	for name, value := range c.headers {
		header.Set(name, value)
	}
	conn, resp, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(c.url, "http")+path,
		&websocket.DialOptions{HTTPClient: c.http, HTTPHeader: header, Subprotocols: protocols})
	if err == nil {
		conn.SetReadLimit(-1) // snapshots grow with the workspace
	}
	return conn, resp, err
}

// WebSockets are opened by our own pages only.
func TestSocketOrigin(t *testing.T) {
	d := desk(t)
	owner := d.Login(t, d.Owner)
	var phone struct{ Socket string }
	owner.Post("/phone", map[string]any{}, &phone)
	sip := strings.TrimPrefix(phone.Socket, "/api/v1")
	for origin, want := range map[string]int{d.URL: 101, "http://evil.example": 403, "null": 403, d.URL + ".evil.example": 403, "": 403} {
		for _, s := range []struct {
			path      string
			protocols []string
		}{{"/live", nil}, {sip, []string{"sip"}}} {
			owner.headers["Origin"] = origin
			if origin == "" {
				delete(owner.headers, "Origin")
			}
			conn, resp, err := owner.socket(t.Context(), s.path, s.protocols...)
			if resp == nil {
				t.Fatal(err)
			}
			if resp.StatusCode != want {
				t.Errorf("%s with Origin %q: %d, want %d", s.path, origin, resp.StatusCode, want)
			}
			if conn != nil {
				conn.CloseNow()
			}
		}
	}
	owner.headers["Origin"] = d.URL
	for path, want := range map[string]int{"/sip?phone=nobody": 404, "/sip": 404} {
		if _, resp, err := owner.socket(t.Context(), path, "sip"); resp == nil || resp.StatusCode != want {
			t.Errorf("%s: %v, want %d", path, err, want)
		}
	}
	anybody := d.Anonymous(t)
	anybody.headers = map[string]string{"Origin": d.URL}
	for _, path := range []string{"/live", sip} {
		if _, resp, err := anybody.socket(t.Context(), path, "sip"); resp == nil || resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s without a session: %v, want 401", path, err)
		}
	}
}

// Nonsense on the live WebSocket ends that one at most; others' go on.
func TestSocketNonsense(t *testing.T) {
	d := desk(t)
	owner := d.Login(t, d.Owner)
	watcher, _, err := owner.socket(t.Context(), "/live")
	if err != nil {
		t.Fatal(err)
	}
	defer watcher.CloseNow()
	if m := nextMessage(t, watcher); m.Type != "snapshot" {
		t.Fatalf("the first message is a %s", m.Type)
	}
	random := rand.New(rand.NewPCG(2026, 12)) // a fixed seed
	noise := make([]byte, 3000)
	for i := range noise {
		noise[i] = byte(random.IntN(256))
	}
	for _, c := range []struct {
		name string
		kind websocket.MessageType
		data string
		want websocket.StatusCode // 0: the socket stays
	}{
		{"random bytes", websocket.MessageBinary, string(noise), websocket.StatusInvalidFramePayloadData},
		{"half a JSON", websocket.MessageText, `{"type":`, websocket.StatusInvalidFramePayloadData},
		{"no JSON", websocket.MessageText, "hello", websocket.StatusInvalidFramePayloadData},
		{"wrong types", websocket.MessageText, `{"type":1,"phone":[],"ready":"x"}`, websocket.StatusInvalidFramePayloadData},
		{"too long", websocket.MessageText, `{"type":"` + strings.Repeat("x", 1<<20) + `"}`, websocket.StatusMessageTooBig},
		{"an unknown type", websocket.MessageText, `{"type":"dance"}`, 0},
		{"no type", websocket.MessageText, `{}`, 0},
		{"another's phone", websocket.MessageText, `{"type":"phone","phone":"` + d.rows(t, "SELECT id FROM phones")[0] + `","ready":false}`, 0},
		{"deep nesting", websocket.MessageText, strings.Repeat(`[`, 4000), websocket.StatusInvalidFramePayloadData},
	} {
		t.Run(c.name, func(t *testing.T) { nonsense(t, owner, c.kind, c.data, c.want) })
	}
	for range 20 { // gone without a word
		conn, _, err := owner.socket(t.Context(), "/live")
		if err != nil {
			t.Fatal(err)
		}
		conn.CloseNow()
	}
	if ready := d.status(d.Mina); ready != "available" {
		t.Errorf("Mina is %s: another session spoke for her phone", ready)
	}
	name := fmt.Sprintf("Watched %d", time.Now().UnixNano())
	owner.Post("/contacts", map[string]any{"name": name}, nil)
	for !strings.Contains(string(nextMessage(t, watcher).raw), name) {
		// Other changes come first.
	}
}

// nonsense sends a message and sees what becomes of the socket.
func nonsense(t *testing.T, who *Client, kind websocket.MessageType, data string, want websocket.StatusCode) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), actionTime)
	defer cancel()
	conn, _, err := who.socket(ctx, "/live")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	nextMessage(t, conn)
	if err := conn.Write(ctx, kind, []byte(data)); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		for {
			if _, _, err := conn.Read(ctx); err != nil {
				ended <- err
				return
			}
		}
	}()
	if want == 0 { // a pong comes after what was sent before
		if err := conn.Ping(ctx); err != nil {
			t.Errorf("the socket does not stay: %v", err)
		}
		return
	}
	err = <-ended
	var closed websocket.CloseError
	if !errors.As(err, &closed) || closed.Code != want {
		t.Errorf("the socket ends with %v, want code %d", err, want)
	}
}

type liveMessage struct {
	Type string
	raw  []byte
}

func nextMessage(t *testing.T, conn *websocket.Conn) liveMessage {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), actionTime)
	defer cancel()
	_, data, err := conn.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	m := liveMessage{raw: data}
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}
