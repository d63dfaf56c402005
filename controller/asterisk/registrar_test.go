package asterisk_test

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

// registrar is a carrier that one registers with (RFC 3261, section 10) and
// that challenges requests (RFC 2617). It refuses calls as busy.
type registrar struct {
	conn           *net.UDPConn
	user, password string

	mu       sync.Mutex
	silent   bool // it answers nothing
	deaf     bool // it answers no OPTIONS
	contact  string
	expires  string // of the last REGISTER that was accepted
	refused  int    // REGISTERs with wrong credentials
	invited  *sip.Request
	accepted int
	options  int
}

func newRegistrar(t testing.TB, user, password string) *registrar {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 4)})
	if err != nil {
		t.Fatal(err)
	}
	g := &registrar{conn: conn, user: user, password: password}
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

func (g *registrar) addr() string { return g.conn.LocalAddr().String() }

func (g *registrar) serve() {
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

func (g *registrar) answer(req *sip.Request) *sip.Response {
	g.mu.Lock()
	defer g.mu.Unlock()
	if req.Method == sip.OPTIONS {
		g.options++
	}
	if g.silent || g.deaf && req.Method == sip.OPTIONS {
		return nil
	}
	respond := func(code int, reason string) *sip.Response { return sip.NewResponseFromRequest(req, code, reason, nil) }
	if req.Method == sip.OPTIONS {
		return respond(200, "OK")
	}
	if !g.proven(req) {
		if req.GetHeader("Authorization") != nil {
			g.refused++
			return respond(403, "Forbidden")
		}
		res := respond(401, "Unauthorized")
		res.AppendHeader(sip.NewHeader("WWW-Authenticate", `Digest realm="carrier", nonce="n0nce", algorithm=MD5`))
		return res
	}
	switch req.Method {
	case sip.REGISTER:
		g.accepted++
		g.expires = req.GetHeader("Expires").Value()
		g.contact = ""
		res := respond(200, "OK")
		if c := req.Contact(); c != nil && g.expires != "0" {
			g.contact = c.Address.String()
			res.AppendHeader(sip.NewHeader("Contact", "<"+g.contact+">;expires="+g.expires))
		}
		return res
	case sip.INVITE:
		g.invited = req
		return respond(486, "Busy Here")
	}
	return respond(405, "Method Not Allowed")
}

var quoted = regexp.MustCompile(`(\w+)="?([^",]*)"?`)

// proven checks a request's digest.
func (g *registrar) proven(req *sip.Request) bool {
	h := req.GetHeader("Authorization")
	if h == nil {
		return false
	}
	p := map[string]string{}
	for _, m := range quoted.FindAllStringSubmatch(strings.TrimPrefix(h.Value(), "Digest "), -1) {
		p[m[1]] = m[2]
	}
	hash := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	want := hash(hash(g.user+":carrier:"+g.password) + ":n0nce:" + hash(string(req.Method)+":"+p["uri"]))
	return p["username"] == g.user && p["response"] == want
}

func (g *registrar) set(change func(*registrar)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change(g)
}

// call calls the contact that was registered, for the number to.
func (g *registrar) call(t testing.TB, to string) {
	t.Helper()
	g.mu.Lock()
	contact := g.contact
	g.mu.Unlock()
	var uri sip.Uri
	if err := sip.ParseUri(contact, &uri); err != nil {
		t.Fatalf("contact %q: %v", contact, err)
	}
	id := fmt.Sprint(time.Now().UnixNano())
	body := "v=0\r\no=- 1 1 IN IP4 127.0.0.4\r\ns=-\r\nc=IN IP4 127.0.0.4\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n"
	text := fmt.Sprintf("INVITE %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s;rport\r\nMax-Forwards: 70\r\n"+
		"From: <sip:01012345678@%s>;tag=t%s\r\nTo: <sip:%s@carrier.example>\r\nCall-ID: %s\r\nCSeq: 1 INVITE\r\n"+
		"Contact: <sip:carrier@%s>\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
		contact, g.addr(), id, g.addr(), id, to, id, g.addr(), len(body), body)
	if _, err := g.conn.WriteToUDP([]byte(text), &net.UDPAddr{IP: net.ParseIP(uri.Host), Port: uri.Port}); err != nil {
		t.Fatal(err)
	}
}
