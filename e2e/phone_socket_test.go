package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/coder/websocket"

	"ringdesk/testkit/siprig"
)

// sipAccount is a browser's phone as the API gives it.
type sipAccount struct{ ID, Socket, Username, Password string }

func (a *sipAccount) path() string { return strings.TrimPrefix(a.Socket, "/api/v1") }

// request is a request of the phone's; contact is a whole header line or "".
func (a *sipAccount) request(method, from, to, more string) string {
	return fmt.Sprintf("%[1]s sip:ringdesk.invalid SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK%[5]d\r\nMax-Forwards: 70\r\n"+
		"From: <sip:%[2]s@ringdesk.invalid>;tag=a\r\nTo: <sip:%[3]s@ringdesk.invalid>\r\nCall-ID: %[1]s-%[5]d\r\nCSeq: 1 %[1]s\r\n%[4]sContent-Length: 0\r\n\r\n",
		method, from, to, more, requests.Add(1))
}

var requests atomic.Int64

func (a *sipAccount) contact() string {
	return "Contact: <sip:" + a.Username + "@x.invalid;transport=ws>\r\n"
}

// say sends a message and gives what comes back: an answer, or the close code.
func say(t *testing.T, conn *websocket.Conn, text string) (string, websocket.StatusCode) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), actionTime)
	defer cancel()
	if err := conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		t.Fatal(err)
	}
	_, data, err := conn.Read(ctx)
	if closed := new(websocket.CloseError); errors.As(err, closed) {
		return "", closed.Code
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(data), 0
}

// An agent's own tools get no further through the phone's socket than the desk: no
// call of a trunk, no call to anywhere, nobody else's phone; and no more sockets
// than pages have.
//
// Covers: SEC-2, SEC-3, SEC-4, OUT-9
func TestPhoneSocket_SEC_2_SEC_3_SEC_4(t *testing.T) { phoneSocket(t, desk(t)) }

func phoneSocket(t *testing.T, d *Desk) {
	t.Helper()
	owner := d.Login(t, d.Owner)
	var phone sipAccount
	owner.Post("/phone", map[string]any{}, &phone)
	calls, refused := "SELECT id FROM calls", "SELECT data FROM journal WHERE type = 'call.refused'"
	before, refusedBefore := len(d.rows(t, calls)), len(d.rows(t, refused))
	open := func() *websocket.Conn {
		conn, _, err := owner.socket(t.Context(), phone.path(), "sip")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.CloseNow() })
		return conn
	}
	conn := open()
	answer, _ := say(t, conn, phone.request("REGISTER", phone.Username, phone.Username, phone.contact()))
	_, challenge, ok := strings.Cut(answer, "WWW-Authenticate: ")
	if !ok {
		t.Fatalf("the engine answers %q", answer)
	}
	challenge, _, _ = strings.Cut(challenge, "\r\n")
	p := siprig.Parameters(challenge)
	authorization := fmt.Sprintf("Authorization: Digest username=%q, realm=%q, nonce=%q, uri=\"sip:ringdesk.invalid\", response=%q, algorithm=MD5\r\n",
		phone.Username, p["realm"], p["nonce"], siprig.Digest(phone.Username, p["realm"], phone.Password, p["nonce"], "REGISTER", "sip:ringdesk.invalid"))
	if answer, _ = say(t, conn, phone.request("REGISTER", phone.Username, phone.Username, phone.contact()+authorization)); !strings.HasPrefix(answer, "SIP/2.0 200") {
		t.Errorf("registering: %q", answer)
	}
	mina := d.rows(t, "SELECT id FROM phones WHERE id <> '"+phone.Username+"'")[0]
	for name, text := range map[string]string{
		"two Contacts":            phone.request("REGISTER", phone.Username, phone.Username, phone.contact()+"Contact: <sip:0900123456@127.0.0.1:9>\r\n"+authorization),
		"another Contact":         phone.request("REGISTER", phone.Username, phone.Username, "m: <sip:0900123456@127.0.0.1:9>\r\n"+authorization),
		"another's registration":  phone.request("REGISTER", mina, mina, phone.contact()),
		"a call of a trunk":       phone.request("INVITE", "01055556666", d.Number, phone.contact()),
		"a call of its own":       phone.request("INVITE", phone.Username, "0900123456", phone.contact()),
		"a call to a colleague":   phone.request("INVITE", phone.Username, mina, phone.contact()),
		"a message":               phone.request("MESSAGE", phone.Username, d.Number, ""),
		"a transfer":              phone.request("REFER", phone.Username, d.Number, "Refer-To: <sip:0900123456@127.0.0.1:9>\r\n"),
		"two requests in one":     strings.Repeat(phone.request("REGISTER", phone.Username, phone.Username, phone.contact()), 2),
		"a request with an extra": phone.request("REGISTER", phone.Username, phone.Username, phone.contact()) + phone.request("INVITE", "01055556666", d.Number, phone.contact()),
	} {
		if answer, code := say(t, open(), text); code != 4002 {
			t.Errorf("%s: %q, code %d; want 4002", name, answer, code)
		}
	}
	var let, full atomic.Int64
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			for range 50 {
				conn, resp, err := owner.socket(t.Context(), phone.path(), "sip")
				if err == nil {
					let.Add(1)
					t.Cleanup(func() { conn.CloseNow() })
				} else if resp != nil && resp.StatusCode == http.StatusTooManyRequests {
					full.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if let.Load()+full.Load() != 500 || full.Load() < 400 {
		t.Errorf("of 500 sockets %d were let in and %d refused", let.Load(), full.Load())
	}
	if resp, err := http.Get(d.URL + "/readyz"); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("readyz: %v, %v", resp, err)
	} else {
		resp.Body.Close()
	}
	if now := len(d.rows(t, calls)); now != before {
		t.Errorf("%d calls became %d", before, now)
	}
	if now := len(d.rows(t, refused)); now != refusedBefore {
		t.Errorf("%d refused calls became %d", refusedBefore, now)
	}
}
