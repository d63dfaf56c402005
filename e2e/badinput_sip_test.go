package e2e

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"

	"ringdesk/testkit/phone"
)

const unknownNumber = "07099990000"

// A number that nobody has is refused with 404 and written down.
//
// Covers: MISS-1 (unregisteredNumber).
func TestUnknownNumber_MISS_1(t *testing.T) {
	d := desk(t)
	calls := len(d.rows(t, "SELECT id FROM calls"))
	for _, to := range []string{unknownNumber, "0", "+1", "abc", "070766600011", "0707666000", strings.Repeat("9", 200)} {
		refused := "SELECT data FROM journal WHERE type = 'call.refused'"
		before := len(d.rows(t, refused))
		p := NewPhone(t)
		c, err := p.Invite("sip:"+to+"@"+d.SIP, phone.CallOptions{From: "01055550001"})
		if err != nil {
			t.Fatal(err)
		}
		if code := final(t, c); code != 404 {
			t.Errorf("%q is answered with %d", to, code)
		}
		Await(t, "the journal has the refused call", actionTime, func() (bool, string) {
			all := d.rows(t, refused)
			return len(all) == before+1 && strings.Contains(all[before], `"unregisteredNumber"`) && strings.Contains(all[before], "01055550001"), fmt.Sprint(all)
		})
	}
	if now := len(d.rows(t, "SELECT id FROM calls")); now != calls {
		t.Errorf("%d calls became %d", calls, now)
	}
	d.awaitNothingLeft(t, actionTime)
}

func final(t *testing.T, c *phone.Call) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), actionTime)
	defer cancel()
	r, err := c.AwaitFinal(ctx)
	if err != nil {
		t.Fatalf("the call to %s: %v", c.To(), err)
	}
	return r.Code
}

// Who is no trunk gets nothing, not even as a phone: those have another door.
//
// Covers: SEC-2
func TestStrangersAreRefused(t *testing.T) {
	d := desk(t)
	calls := len(d.rows(t, "SELECT id FROM calls"))
	stranger, err := phone.New(t.Context(), phone.Options{Listen: "127.0.0.9:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stranger.Close)
	c, err := stranger.Invite("sip:"+d.Number+"@"+d.SIP, phone.CallOptions{From: "01055550002"})
	if err != nil {
		t.Fatal(err)
	}
	if code := final(t, c); code != 401 && code != 403 {
		t.Errorf("a call from an address that is no trunk is answered with %d", code)
	}
	user := d.rows(t, "SELECT id FROM phones")[0]
	const forged = "Authorization: Digest username=\"%s\", realm=\"asterisk\", nonce=\"1764\", uri=\"sip:x\", response=\"%032d\"\r\n"
	for _, from := range []string{"127.0.0.1", "127.0.0.9"} {
		for _, method := range []string{"REGISTER", "INVITE", "OPTIONS", "SUBSCRIBE", "MESSAGE"} {
			for name, header := range map[string]string{"no credentials": "", "forged ones": fmt.Sprintf(forged, user, 0)} {
				line := newSIPLine(t, from, d.SIP)
				code := line.ask(message(method, user, "phone-"+d.Number, line.local(), header))
				// A phone's name means nothing here: from a trunk's address it is the
				// trunk that asks for life, or calls a number that nobody has.
				trunk := from == "127.0.0.1"
				if asks := trunk && method == "OPTIONS"; !asks && code < 400 || trunk && method == "INVITE" && code != 404 {
					t.Errorf("%s as a phone from %s with %s is answered with %d", method, from, name, code)
				}
			}
		}
	}
	if now := len(d.rows(t, "SELECT id FROM calls")); now != calls {
		t.Errorf("%d calls became %d", calls, now)
	}
	d.awaitNothingLeft(t, actionTime)
}

// Malformed SIP harms nobody: the processes are the same and the next call
// works.
func TestMalformedSIP(t *testing.T) {
	d := desk(t)
	alone(t, d)
	asterisk, serve := d.AsteriskPID(), d.ServePID()
	random := rand.New(rand.NewPCG(2026, 11)) // a fixed seed: the same messages every time
	for _, from := range []string{"127.0.0.1", "127.0.0.9"} {
		line := newSIPLine(t, from, d.SIP)
		for _, m := range malformed(line.local()) {
			line.send(m)
		}
		for range 300 {
			method := []string{"INVITE", "REGISTER", "OPTIONS", "BYE", "CANCEL", "ACK", "INFO"}[random.IntN(7)]
			line.send(mutate(random, message(method, "01055550003", unknownNumber, line.local(), "")))
		}
	}
	for _, text := range []string{"\x00\x01\x02", "GET / HTTP/1.1\r\n\r\n", "INVITE sip:x SIP/2.0\r\nContent-Length: 2000000000\r\n\r\n",
		"OPTIONS sip:x SIP/2.0\r\nContent-Length: -1\r\n\r\n", strings.Repeat("A", 100_000)} {
		tcp, err := net.Dial("tcp", d.SIP)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tcp.Write([]byte(text)); err != nil {
			t.Logf("%.20q: %v", text, err) // it was cut off, as it may be
		}
		tcp.Close()
	}
	if got := newSIPLine(t, "127.0.0.1", d.SIP).ask(message("OPTIONS", "01055550003", unknownNumber, "127.0.0.1:9", "")); got == 0 {
		t.Error("Asterisk answers no OPTIONS any more")
	}
	caller := d.call(t, "01055550004", CallerHz)
	id := d.Mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	AwaitHears(t, "Mina", d.Mina, CallerHz)
	caller.Hangup()
	d.Mina.WaitGone("call-box", id)
	d.awaitNothingLeft(t, 2*actionTime)
	d.awaitReadyz(t, 200, time.Second)
	if d.AsteriskPID() != asterisk || d.ServePID() != serve {
		t.Errorf("Asterisk was process %d and is %d, the controller %d and is %d", asterisk, d.AsteriskPID(), serve, d.ServePID())
	}
}

// sipLine sends SIP messages as they are.
type sipLine struct {
	t    *testing.T
	conn *net.UDPConn
}

func newSIPLine(t *testing.T, from, to string) *sipLine {
	t.Helper()
	far, err := net.ResolveUDPAddr("udp4", to)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.ParseIP(from)}, far)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &sipLine{t, conn}
}

func (l *sipLine) local() string { return l.conn.LocalAddr().String() }

func (l *sipLine) send(m []byte) {
	l.t.Helper()
	if _, err := l.conn.Write(m[:min(len(m), 65_000)]); err != nil {
		l.t.Fatal(err)
	}
}

// ask sends a request, again and again until something comes as over UDP
// (RFC 3261 section 17.1.2.2), and gives the code of its first final response; 0
// when none comes.
func (l *sipLine) ask(m []byte) int {
	l.t.Helper()
	const again = 500 * time.Millisecond // timer E
	b := make([]byte, 65_536)
	for end := time.Now().Add(actionTime); time.Now().Before(end); {
		l.send(m)
		if err := l.conn.SetReadDeadline(time.Now().Add(again)); err != nil {
			l.t.Fatal(err)
		}
		for {
			n, err := l.conn.Read(b)
			if err != nil {
				break
			}
			var code int
			if _, err := fmt.Sscanf(string(b[:n]), "SIP/2.0 %d", &code); err == nil && code >= 200 {
				return code
			}
		}
	}
	return 0
}

var branches int

// message is a plain request from a user to a number.
func message(method, from, to, local, header string) []byte {
	branches++
	body := "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s sip:%s@ringdesk.invalid SIP/2.0\r\nVia: SIP/2.0/UDP %s;rport;branch=z9hG4bK-%d\r\n", method, to, local, branches)
	fmt.Fprintf(&b, "From: <sip:%s@ringdesk.invalid>;tag=t%d\r\nTo: <sip:%s@ringdesk.invalid>\r\n", from, branches, to)
	fmt.Fprintf(&b, "Call-ID: bad-%d@%s\r\nCSeq: 1 %s\r\nContact: <sip:%s@%s>\r\nMax-Forwards: 70\r\n", branches, local, method, from, local)
	fmt.Fprintf(&b, "%sContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s", header, len(body), body)
	return b.Bytes()
}

// malformed are messages that break one rule each.
func malformed(local string) [][]byte {
	good := message("INVITE", "01055550003", unknownNumber, local, "")
	replace := func(old, new string) []byte { return bytes.Replace(good, []byte(old), []byte(new), 1) }
	all := [][]byte{
		nil, []byte("\r\n\r\n"), bytes.Repeat([]byte{0}, 1000), bytes.Repeat([]byte("INVITE "), 8000),
		replace("SIP/2.0", "SIP/9.9"), replace("Content-Length: ", "Content-Length: 9999"), replace("Content-Length: ", "Content-Length: -"),
		replace("Via: ", "Via: "+strings.Repeat("x", 30_000)), replace("CSeq: 1", "CSeq: 99999999999999999999"), replace("CSeq: 1 INVITE", "CSeq: 1 BYE"),
		replace("Max-Forwards: 70", "Max-Forwards: 0"), replace("From: <", "From: \"\xff\xfe\x00%n%s<"), replace("v=0", "v=\x00"),
		replace("m=audio 9", "m=audio 99999999"), replace("m=audio 9 RTP/AVP 0", "m=audio 9 RTP/AVP "+strings.Repeat("0 ", 5000)),
		replace("Contact: ", strings.Repeat("X-Header: "+strings.Repeat("y", 90)+"\r\n", 500)+"Contact: "), replace("Call-ID", "Call-Idiot"),
		replace("\r\n\r\n", "\r\n"), bytes.ReplaceAll(good, []byte("\r\n"), []byte("\n")),
	}
	for at := 1; at < len(good); at += len(good) / 40 {
		all = append(all, good[:at]) // truncated
	}
	return all
}

// mutate changes a message at a few places.
func mutate(random *rand.Rand, m []byte) []byte {
	for range 1 + random.IntN(6) {
		at := random.IntN(len(m))
		switch random.IntN(4) {
		case 0:
			m[at] = byte(random.IntN(256))
		case 1:
			m = append(m[:at:at], m[min(len(m), at+random.IntN(40)):]...)
		case 2:
			m = append(m[:at:at], append(bytes.Repeat(m[at:min(len(m), at+20)], random.IntN(20)), m[at:]...)...)
		default:
			m = append(m[:at:at], append([]byte{byte(random.IntN(256)), '\r', '\n'}, m[at:]...)...)
		}
		if len(m) == 0 {
			return []byte{'\n'}
		}
	}
	return m
}
