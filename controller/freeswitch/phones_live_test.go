package freeswitch_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/enginetest/siprig"
)

// browser is a phone that speaks SIP over a WebSocket (RFC 7118), without sound.
type browser struct {
	conn *websocket.Conn
	id   string
	seq  int
}

func newBrowser(t testing.TB, s *server, id string) *browser {
	t.Helper()
	ctx, cancel := contextFor(t, 5*time.Second)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, "ws://"+s.ws, &websocket.DialOptions{Subprotocols: []string{"sip"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	return &browser{conn: conn, id: id}
}

// read waits for a message of a kind; others are passed over.
func (b *browser) read(t testing.TB, wanted func(sip.Message) bool) sip.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for {
		_, data, err := b.conn.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if msg, err := sip.ParseMessage(data); err == nil && wanted(msg) {
			return msg
		}
	}
}

// request sends REGISTER and gives the response.
func (b *browser) request(t testing.TB, authorization string) *sip.Response {
	t.Helper()
	b.seq++
	text := fmt.Sprintf("REGISTER sip:ringdesk SIP/2.0\r\nVia: SIP/2.0/WS b.invalid;branch=z9hG4bK%s\r\nMax-Forwards: 70\r\n"+
		"From: <sip:%[2]s@ringdesk>;tag=%[2]s\r\nTo: <sip:%[2]s@ringdesk>\r\nCall-ID: %[2]s@b.invalid\r\nCSeq: %[3]d REGISTER\r\n"+
		"Contact: <sip:%[2]s@b.invalid;transport=ws>;expires=60\r\n%[4]sContent-Length: 0\r\n\r\n", uuid.NewString(), b.id, b.seq, authorization)
	if err := b.conn.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return b.read(t, func(m sip.Message) bool {
		r, ok := m.(*sip.Response)
		return ok && r.StatusCode >= 200 && r.CSeq().SeqNo == uint32(b.seq)
	}).(*sip.Response)
}

// register answers the challenge and gives the final status.
func (b *browser) register(t testing.TB, password string) int {
	t.Helper()
	res := b.request(t, "")
	challenge := res.GetHeader("WWW-Authenticate")
	if challenge == nil {
		return res.StatusCode
	}
	p := siprig.Parameters(challenge.Value())
	response := siprig.Digest(b.id, p["realm"], password, p["nonce"], "REGISTER", "sip:ringdesk")
	return b.request(t, fmt.Sprintf("Authorization: Digest username=%q, realm=%q, nonce=%q, uri=\"sip:ringdesk\", response=%q, algorithm=MD5\r\n",
		b.id, p["realm"], p["nonce"], response)).StatusCode
}

// An agent's browser registers with its password and with no other, and is then
// called. It can do so again while no controller is there, until its account is
// deleted.
//
// Covers: SYS-1
func TestLive_PhoneRegisters(t *testing.T) {
	r := newRig(t)
	a := linked(t, r, 0)
	p := engine.Phone{ID: "anna", Password: "secret-of-anna"}
	if err := a.PutPhone(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	for name, try := range map[string]struct{ id, password string }{"wrong password": {p.ID, "guess"}, "no password": {p.ID, ""}, "unknown": {"berta", p.Password}} {
		if got := newBrowser(t, r.server, try.id).register(t, try.password); got != 403 {
			t.Errorf("%s: %d", name, got)
		}
	}
	b := newBrowser(t, r.server, p.ID)
	if got := b.register(t, p.Password); got != 200 {
		t.Fatalf("with the right password: %d", got)
	}
	leg := engine.LegID(uuid.NewString())
	if err := a.Dial(t.Context(), engine.DialRequest{Leg: leg, Phone: p.ID, CallerID: "01012345678", Timeout: 20 * time.Second}); err != nil {
		t.Fatal(err)
	}
	invite := b.read(t, func(m sip.Message) bool {
		req, ok := m.(*sip.Request)
		return ok && req.Method == sip.INVITE
	}).(*sip.Request)
	if body := string(invite.Body()); !strings.Contains(body, "opus") || !strings.Contains(body, "fingerprint") {
		t.Errorf("the browser is offered\n%s", body)
	}
	if err := a.Hangup(t.Context(), leg, engine.CauseNormal); err != nil {
		t.Error(err)
	}
	expect(t, a, 0, func(e engine.LegEnded) bool { return e.Leg == leg })

	a.stop(t)
	if got := newBrowser(t, r.server, p.ID).register(t, p.Password); got != 200 {
		t.Errorf("with the right password and no controller: %d", got)
	}
	if got := newBrowser(t, r.server, p.ID).register(t, "guess"); got != 403 {
		t.Errorf("with a wrong password and no controller: %d", got)
	}
	next := linked(t, r, 0)
	if err := next.DeletePhone(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	if got := newBrowser(t, r.server, p.ID).register(t, p.Password); got != 403 {
		t.Errorf("after the account was deleted: %d", got)
	}
}
