package siprig

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"ringdesk/controller/engine"
)

// Browser is a phone that speaks SIP without sound: over a WebSocket (RFC 7118),
// as an agent's does through the controller, or over UDP, as it must not.
type Browser struct {
	ID    string
	Proof string // put into each request, as the controller does; "" leaves it out
	seq   int
	via   string
	local netip.AddrPort
	send  func(context.Context, []byte) error
	next  func(context.Context) ([]byte, error)
}

// NewBrowser opens the engine's SIP WebSocket for a phone.
func NewBrowser(t testing.TB, socket, id, proof string) *Browser {
	t.Helper()
	b := &Browser{ID: id, Proof: proof, via: "WS b.invalid"}
	transport := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err == nil {
			b.local = conn.LocalAddr().(*net.TCPAddr).AddrPort()
		}
		return conn, err
	}}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, socket, &websocket.DialOptions{Subprotocols: []string{"sip"}, HTTPClient: &http.Client{Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	b.send = func(ctx context.Context, data []byte) error { return conn.Write(ctx, websocket.MessageText, data) }
	b.next = func(ctx context.Context) ([]byte, error) {
		_, data, err := conn.Read(ctx)
		return data, err
	}
	return b
}

// NewDesktop is a phone at an address of its own that knows a browser's endpoint
// and uses it on the port for carriers. It is no trunk's, unless its address is.
func NewDesktop(t testing.TB, address, port, id, proof string) *Browser {
	t.Helper()
	to, err := net.ResolveUDPAddr("udp", port)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialUDP("udp", &net.UDPAddr{IP: net.ParseIP(address)}, to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	b := &Browser{ID: id, Proof: proof, via: "UDP " + conn.LocalAddr().String() + ";rport", local: conn.LocalAddr().(*net.UDPAddr).AddrPort()}
	b.send = func(_ context.Context, data []byte) error {
		_, err := conn.Write(data)
		return err
	}
	b.next = func(ctx context.Context) ([]byte, error) {
		deadline, _ := ctx.Deadline()
		if err := conn.SetReadDeadline(deadline); err != nil {
			return nil, err
		}
		buf := make([]byte, 8192)
		n, err := conn.Read(buf)
		return buf[:n], err
	}
	return b
}

// Line is where the phone's SIP comes from.
func (b *Browser) Line() netip.AddrPort { return b.local }

// Contact is the phone's own.
func (b *Browser) Contact() string {
	if strings.HasPrefix(b.via, "UDP") {
		return "<sip:" + b.ID + "@" + b.local.String() + ">"
	}
	return "<sip:" + b.ID + "@b.invalid;transport=ws>"
}

// Read waits for a message of a kind; others are passed over.
func (b *Browser) Read(t testing.TB, what string, wanted func(sip.Message) bool) sip.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for {
		data, err := b.next(ctx)
		if err != nil {
			t.Fatalf("%s did not come: %v", what, err)
		}
		if msg, err := sip.ParseMessage(data); err == nil && wanted(msg) {
			return msg
		}
	}
}

// Invite waits for a call.
func (b *Browser) Invite(t testing.TB) *sip.Request {
	t.Helper()
	return b.Read(t, "an INVITE", func(m sip.Message) bool {
		req, ok := m.(*sip.Request)
		return ok && req.Method == sip.INVITE
	}).(*sip.Request)
}

// Ask sends a request from user to a SIP URI, with further headers, and gives the
// final response.
func (b *Browser) Ask(t testing.TB, method, user, to, headers string) *sip.Response {
	t.Helper()
	b.seq++
	proof := ""
	if b.Proof != "" {
		proof = engine.ProofHeader + ": " + b.Proof + "\r\n"
	}
	uri := to
	if method == "REGISTER" {
		uri = "sip:ringdesk"
	}
	text := fmt.Sprintf("%s %s SIP/2.0\r\nVia: SIP/2.0/%s;branch=z9hG4bK%s\r\nMax-Forwards: 70\r\nFrom: <sip:%s@ringdesk>;tag=%s\r\nTo: <%s>\r\n"+
		"Call-ID: %s@b.invalid\r\nCSeq: %d %s\r\n%s%sContent-Length: 0\r\n\r\n", method, uri, b.via, uuid.NewString(), user, b.ID, to, b.ID+method, b.seq, method, proof, headers)
	if err := b.send(t.Context(), []byte(text)); err != nil {
		t.Fatal(err)
	}
	return b.Read(t, "an answer to "+method, func(m sip.Message) bool {
		r, ok := m.(*sip.Response)
		return ok && r.StatusCode >= 200 && r.CSeq().SeqNo == uint32(b.seq)
	}).(*sip.Response)
}

// Register answers the challenge and gives the final status. Without contacts the
// phone's own is registered.
func (b *Browser) Register(t testing.TB, password string, contacts ...string) int {
	t.Helper()
	if len(contacts) == 0 {
		contacts = []string{b.Contact()}
	}
	headers := ""
	for _, c := range contacts {
		if !strings.Contains(c, "expires=") {
			c += ";expires=60"
		}
		headers += "Contact: " + c + "\r\n"
	}
	to := "sip:" + b.ID + "@ringdesk"
	res := b.Ask(t, "REGISTER", b.ID, to, headers)
	challenge := res.GetHeader("WWW-Authenticate")
	if challenge == nil {
		return res.StatusCode
	}
	p := Parameters(challenge.Value())
	response := Digest(b.ID, p["realm"], password, p["nonce"], "REGISTER", "sip:ringdesk")
	return b.Ask(t, "REGISTER", b.ID, to, headers+fmt.Sprintf("Authorization: Digest username=%q, realm=%q, nonce=%q, uri=\"sip:ringdesk\", response=%q, algorithm=MD5\r\n",
		b.ID, p["realm"], p["nonce"], response)).StatusCode
}
