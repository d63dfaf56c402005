package siprig

import (
	"crypto/md5"
	"fmt"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Registrar is a carrier that one registers with (RFC 3261, section 10) and
// that challenges requests (RFC 2617). It refuses calls as busy.
type Registrar struct {
	conn           *net.UDPConn
	user, password string

	mu    sync.Mutex
	state RegistrarState
}

// RegistrarState is what a Registrar does, and what has come to it.
type RegistrarState struct {
	Silent bool // it answers nothing
	Deaf   bool // it answers no OPTIONS

	Contact  string
	Expires  string // of the last REGISTER that was accepted
	Accepted int
	Refused  int // REGISTERs with wrong credentials
	Options  int
	Invited  *sip.Request
}

// NewRegistrar makes a carrier at 127.0.0.4 with one customer; it ends with the
// test.
func NewRegistrar(t testing.TB, user, password string) *Registrar {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 4)})
	if err != nil {
		t.Fatal(err)
	}
	g := &Registrar{conn: conn, user: user, password: password}
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.serve()
	}()
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	return g
}

// Addr is the carrier's host:port.
func (g *Registrar) Addr() string { return g.conn.LocalAddr().String() }

// Set looks at or changes the state.
func (g *Registrar) Set(change func(*RegistrarState)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change(&g.state)
}

// Await waits until the state is as wanted.
func (g *Registrar) Await(t testing.TB, what string, wanted func(*RegistrarState) bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		done := false
		g.Set(func(s *RegistrarState) { done = wanted(s) })
		if done {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 10 s", what)
		}
	}
}

func (g *Registrar) serve() {
	buf := make([]byte, 65535)
	for {
		n, from, err := g.conn.ReadFromUDP(buf)
		if err != nil {
			return
		}
		msg, err := sip.ParseMessage(append([]byte{}, buf[:n]...))
		if req, ok := msg.(*sip.Request); err == nil && ok && req.Method != sip.ACK {
			if res := g.answer(req); res != nil {
				_, _ = g.conn.WriteToUDP([]byte(res.String()), from) // it comes again
			}
		}
	}
}

func (g *Registrar) answer(req *sip.Request) *sip.Response {
	g.mu.Lock()
	defer g.mu.Unlock()
	if req.Method == sip.OPTIONS {
		g.state.Options++
	}
	if g.state.Silent || g.state.Deaf && req.Method == sip.OPTIONS {
		return nil
	}
	respond := func(code int, reason string) *sip.Response { return sip.NewResponseFromRequest(req, code, reason, nil) }
	if req.Method == sip.OPTIONS {
		return respond(200, "OK")
	}
	if !g.proven(req) {
		if req.GetHeader("Authorization") != nil {
			g.state.Refused++
			return respond(403, "Forbidden")
		}
		res := respond(401, "Unauthorized")
		res.AppendHeader(sip.NewHeader("WWW-Authenticate", `Digest realm="carrier", nonce="n0nce", algorithm=MD5`))
		return res
	}
	switch req.Method {
	case sip.REGISTER:
		return g.register(req, respond(200, "OK"))
	case sip.INVITE:
		g.state.Invited = req
		return respond(486, "Busy Here")
	}
	return respond(405, "Method Not Allowed")
}

func (g *Registrar) register(req *sip.Request, ok *sip.Response) *sip.Response {
	g.state.Accepted++
	g.state.Expires = req.GetHeader("Expires").Value()
	g.state.Contact = ""
	if c := req.Contact(); c != nil && g.state.Expires != "0" {
		g.state.Contact = c.Address.String()
		ok.AppendHeader(sip.NewHeader("Contact", "<"+g.state.Contact+">;expires="+g.state.Expires))
	}
	return ok
}

var quoted = regexp.MustCompile(`(\w+)="?([^",]*)"?`)

// Parameters takes a Digest header's value apart.
func Parameters(header string) map[string]string {
	p := map[string]string{}
	for _, m := range quoted.FindAllStringSubmatch(strings.TrimPrefix(header, "Digest "), -1) {
		p[m[1]] = m[2]
	}
	return p
}

// Digest is the response to a challenge without qop (RFC 2617, section 3.2.2).
func Digest(user, realm, password, nonce, method, uri string) string {
	hash := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	return hash(hash(user+":"+realm+":"+password) + ":" + nonce + ":" + hash(method+":"+uri))
}

// proven checks a request's digest.
func (g *Registrar) proven(req *sip.Request) bool {
	h := req.GetHeader("Authorization")
	if h == nil {
		return false
	}
	p := Parameters(h.Value())
	return p["username"] == g.user && p["response"] == Digest(g.user, "carrier", g.password, "n0nce", string(req.Method), p["uri"])
}

// Call calls the contact that was registered, for the number to.
func (g *Registrar) Call(t testing.TB, to string) {
	t.Helper()
	contact := ""
	g.Set(func(s *RegistrarState) { contact = s.Contact })
	var uri sip.Uri
	if err := sip.ParseUri(contact, &uri); err != nil {
		t.Fatalf("contact %q: %v", contact, err)
	}
	id := fmt.Sprint(time.Now().UnixNano())
	body := "v=0\r\no=- 1 1 IN IP4 127.0.0.4\r\ns=-\r\nc=IN IP4 127.0.0.4\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n"
	text := fmt.Sprintf("INVITE %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s;rport\r\nMax-Forwards: 70\r\n"+
		"From: <sip:01012345678@%s>;tag=t%s\r\nTo: <sip:%s@carrier.example>\r\nCall-ID: %s\r\nCSeq: 1 INVITE\r\n"+
		"Contact: <sip:carrier@%s>\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
		contact, g.Addr(), id, g.Addr(), id, to, id, g.Addr(), len(body), body)
	if _, err := g.conn.WriteToUDP([]byte(text), &net.UDPAddr{IP: net.ParseIP(uri.Host), Port: uri.Port}); err != nil {
		t.Fatal(err)
	}
}
