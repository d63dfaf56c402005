package attack

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
)

// settle is how long answers may take that are waited for.
const settle = 5 * time.Second

var messages atomic.Int64

// peer speaks raw SIP over UDP from one address.
type peer struct {
	conn *net.UDPConn
	n    *Count
}

func newPeer(ip, sip string, n *Count) (*peer, error) {
	far, err := net.ResolveUDPAddr("udp4", sip)
	if err != nil {
		return nil, err
	}
	conn, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip)}, far)
	if err != nil {
		return nil, err
	}
	p := &peer{conn, n}
	return p, nil
}

func (p *peer) close() { p.conn.Close() }

func (p *peer) local() string { return p.conn.LocalAddr().String() }

func (p *peer) send(m []byte) {
	if _, err := p.conn.Write(m[:min(len(m), 65_000)]); err == nil {
		p.n.Sent.Add(1)
	}
}

// count reads answers until none has come for the time. A 2xx to anything but
// OPTIONS is wrong when it is a stranger's.
func (p *peer) count(quiet time.Duration, isStranger bool) {
	b := make([]byte, 65_536)
	for p.conn.SetReadDeadline(time.Now().Add(quiet)) == nil {
		n, err := p.conn.Read(b)
		if err != nil {
			if e, ok := err.(net.Error); ok && e.Timeout() {
				return
			}
			continue // an ICMP error of an earlier packet
		}
		p.note(string(b[:n]), isStranger)
	}
}

func (p *peer) note(text string, isStranger bool) {
	code := status(text)
	switch {
	case code < 200: // a provisional one, or a request of theirs
	case code < 300:
		p.n.Answered.Add(1)
		if isStranger {
			p.n.wrong("a stranger got %.300q", text)
		}
	default:
		p.n.Refused.Add(1)
	}
}

// status is the code of a response; 0 of a request.
func status(text string) int {
	if !strings.HasPrefix(text, "SIP/2.0 ") || len(text) < 11 {
		return 0
	}
	code, _ := strconv.Atoi(text[8:11])
	return code
}

// await gives the first message that is as asked for.
func (p *peer) await(within time.Duration, is func(string) bool) (string, bool) {
	b := make([]byte, 65_536)
	for deadline := time.Now().Add(within); p.conn.SetReadDeadline(deadline) == nil; {
		n, err := p.conn.Read(b)
		if err != nil {
			if e, ok := err.(net.Error); ok && e.Timeout() {
				return "", false
			}
			continue
		}
		if text := string(b[:n]); is(text) {
			return text, true
		}
	}
	return "", false
}

// firstRepeat is how long a request over UDP waits for an answer until it is sent
// again; each further wait is twice as long (RFC 3261 section 17.1.1.2, timer A).
const firstRepeat = 500 * time.Millisecond

// ask sends a request, again and again as a telephone does until anything comes,
// and gives the first answer that is as asked for: a packet may be lost on a busy
// machine.
func (p *peer) ask(m []byte, within time.Duration, is func(string) bool) (string, bool) {
	deadline := time.Now().Add(within)
	for wait := firstRepeat; time.Until(deadline) > 0; wait *= 2 {
		p.send(m)
		text, ok := p.await(min(wait, time.Until(deadline)), func(s string) bool { return status(s) >= 100 })
		switch {
		case ok && is(text):
			return text, true
		case ok:
			return p.await(time.Until(deadline), is)
		}
	}
	return "", false
}

// request is a message as it goes out; zero fields get plain values.
type request struct {
	method, uri    string
	from, to       string // whole header values, without tag
	callID, tag    string
	toTag          string
	cseq           int
	headers        string // further lines, each with its end
	body, bodyType string
}

func (r request) bytes(local string) []byte {
	id := messages.Add(1)
	def := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	def(&r.uri, "sip:nobody@ringdesk.invalid")
	def(&r.from, "<sip:01055550003@ringdesk.invalid>")
	def(&r.to, "<"+r.uri+">")
	def(&r.callID, fmt.Sprintf("attack-%d@%s", id, local))
	def(&r.tag, fmt.Sprintf("t%d", id))
	def(&r.bodyType, "application/sdp")
	if r.cseq == 0 {
		r.cseq = 1
	}
	if r.toTag != "" {
		r.to += ";tag=" + r.toTag
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;rport;branch=z9hG4bK-%d\r\n", r.method, r.uri, local, id)
	fmt.Fprintf(&b, "From: %s;tag=%s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\n", r.from, r.tag, r.to, r.callID, r.cseq, r.method)
	fmt.Fprintf(&b, "Contact: <sip:attack@%s>\r\nMax-Forwards: 70\r\n%s", local, r.headers)
	if r.body != "" {
		fmt.Fprintf(&b, "Content-Type: %s\r\n", r.bodyType)
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(r.body), r.body)
	return b.Bytes()
}

// offer is a plain SDP offer of G.711.
const offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"

// methods are those that any extension has defined, and two that none has.
var methods = []string{"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "INFO", "UPDATE", "PRACK", "REFER", "MESSAGE", "SUBSCRIBE", "NOTIFY",
	"PUBLISH", "KDMQ", "DO-IT"}

// strangerSIP is who is neither a trunk nor a phone.
func strangerSIP(ctx context.Context, at Target, full bool, n *Count) error {
	p, err := newPeer(stranger, at.SIP, n)
	if err != nil {
		return err
	}
	defer p.close()
	for i := range scale(full, 20) {
		for _, m := range methods {
			for _, to := range []string{at.Number, "0", "phone", "999" + strconv.Itoa(i)} {
				p.send(request{method: m, uri: "sip:" + to + "@" + at.SIP, body: offer}.bytes(p.local()))
			}
		}
		p.count(50*time.Millisecond, true)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	p.count(time.Second, true)
	return nil
}

// mutatedSIP changes plain requests at a few places. The seed is fixed, so that
// every run sends the same.
func mutatedSIP(ctx context.Context, at Target, full bool, n *Count) error {
	random := rand.New(rand.NewPCG(2026, 11))
	for _, from := range []string{stranger, carrier} {
		p, err := newPeer(from, at.SIP, n)
		if err != nil {
			return err
		}
		for i := range scale(full, 5000) {
			r := request{method: methods[random.IntN(len(methods))], uri: "sip:07099990000@" + at.SIP, body: offer}
			p.send(mutate(random, r.bytes(p.local())))
			if i%100 == 99 {
				p.count(20*time.Millisecond, false)
			}
			if ctx.Err() != nil {
				break
			}
		}
		p.count(time.Second, false)
		p.close()
	}
	return ctx.Err()
}

// mutate changes a message at a few places.
func mutate(random *rand.Rand, m []byte) []byte {
	for range 1 + random.IntN(6) {
		at := random.IntN(len(m))
		to := min(len(m), at+random.IntN(40))
		switch random.IntN(4) {
		case 0:
			m[at] = byte(random.IntN(256))
		case 1:
			m = append(m[:at:at], m[to:]...)
		case 2:
			m = append(m[:at:at], append(bytes.Repeat(m[at:to], random.IntN(20)), m[at:]...)...)
		default:
			m = append(m[:at:at], append([]byte{byte(random.IntN(256)), '\r', '\n'}, m[at:]...)...)
		}
		if len(m) == 0 {
			return []byte{'\n'}
		}
	}
	return m
}

// plainTag is the From tag of messages that are odd elsewhere.
const plainTag = "bytes"

// foreignBytes puts what is not UTF-8, or what no parser expects, into every
// header that tells who calls whom.
func foreignBytes(ctx context.Context, at Target, full bool, n *Count) error {
	p, err := newPeer(carrier, at.SIP, n)
	if err != nil {
		return err
	}
	defer p.close()
	odd := []string{"\xff", "\xc3(", "\xed\xa0\x80", "\xf4\x90\x80\x80", "%ff", "%00", "%0d%0a", "%c3%28", "\x01", "\x7f", "\u202e", "\u0000"}
	for i, s := range odd {
		if !full && i%3 != 0 {
			continue
		}
		for _, r := range []request{
			{uri: "sip:" + at.Number + s + "@" + at.SIP}, {uri: "sip:" + s + "@" + at.SIP}, {uri: "sip:" + at.Number + "@" + at.SIP + ";x=" + s},
			{from: "\"" + s + "\" <sip:01055550003@ringdesk.invalid>"}, {from: "<sip:0105555" + s + "@ringdesk.invalid>"}, {from: s + " <sip:01055550003@x>"},
			{callID: "a" + s + "@x"}, {tag: "t" + s}, {headers: "P-Asserted-Identity: \"" + s + "\" <sip:0105555" + s + "@x>\r\n"},
			{headers: "User-Agent: " + s + "\r\nSubject: " + s + "\r\nX-Odd: " + s + "\r\n"}, {headers: "X-" + s + ": 1\r\n"}, {headers: "Diversion: <sip:" + s + "@x>\r\n"},
		} {
			r.method, r.body = "INVITE", offer
			if r.uri == "" {
				r.uri = "sip:" + at.Number + "@" + at.SIP
			}
			if r.callID == "" {
				r.callID = fmt.Sprintf("bytes-%d", messages.Add(1))
			}
			if r.tag == "" {
				r.tag = plainTag
			}
			// A control character, and a header's name or a tag that is no token, are no SIP at all (RFC 3261 section 25.1): a parser
			// may drop that without a word.
			p.tryInvite(r, unicode.IsControl([]rune(s)[0]) || strings.HasPrefix(r.headers, "X-") || r.tag != plainTag)
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	return nil
}

// tryInvite sends an INVITE, gives it up at the first answer, and takes leave of
// it if it was answered. No answer is wrong, unless it may be dropped.
func (p *peer) tryInvite(r request, droppable bool) {
	r.method = "INVITE"
	m := r.bytes(p.local())
	within := settle
	if droppable {
		within = 300 * time.Millisecond
	}
	text, ok := p.ask(m, within, func(s string) bool { return status(s) > 100 })
	if !ok && droppable {
		p.n.Refused.Add(1)
		p.send(cancelOf(m)) // in case that it is only slow
		return
	}
	if ok && status(text) < 200 { // it rings: RFC 3261 section 9.1
		p.send(cancelOf(m))
		text, ok = p.await(settle, func(s string) bool { return status(s) >= 200 && strings.Contains(s, "INVITE") })
	}
	if !ok {
		p.n.wrong("no answer to %.300q", m)
		return
	}
	p.note(text, false)
	p.finish(m, text)
}

// finish acknowledges a final response, and ends the call that a 2xx made.
func (p *peer) finish(invite []byte, response string) {
	ack := sameRequest(invite, "ACK", toOf(response))
	p.send(ack)
	if status(response) < 300 {
		p.send(bytes.Replace(sameRequest(invite, "BYE", toOf(response)), []byte("CSeq: 1"), []byte("CSeq: 2"), 1))
		p.await(settle, func(s string) bool { return strings.Contains(s, "BYE") })
	}
}

func cancelOf(invite []byte) []byte { return sameRequest(invite, "CANCEL", "") }

// sameRequest is a request of the INVITE's transaction and dialog, without its
// body. To is the header of the response, or "" for the INVITE's own.
func sameRequest(invite []byte, method, to string) []byte {
	head, _, _ := bytes.Cut(invite, []byte("\r\n\r\n"))
	var b bytes.Buffer
	for i, line := range strings.Split(string(head), "\r\n") {
		name, _, _ := strings.Cut(line, ":")
		switch {
		case i == 0:
			line = method + strings.TrimPrefix(line, "INVITE")
		case name == "CSeq":
			line = "CSeq: 1 " + method
		case name == "To" && to != "":
			line = to
		case name == "Content-Type":
			continue
		case name == "Content-Length":
			line = "Content-Length: 0"
		}
		b.WriteString(line + "\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// toOf is the To line of a response.
func toOf(response string) string {
	for line := range strings.SplitSeq(response, "\r\n") {
		if strings.HasPrefix(line, "To:") {
			return line
		}
	}
	return ""
}
