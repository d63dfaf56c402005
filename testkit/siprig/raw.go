package siprig

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Raw speaks SIP byte by byte, from the carrier's address.
type Raw struct {
	net.Conn
	read   *bufio.Reader
	stream bool
}

// NewRaw connects to an engine's SIP over UDP or TCP; it ends with the test.
func NewRaw(t testing.TB, network, engine string) *Raw {
	t.Helper()
	var from net.Addr = &net.UDPAddr{IP: net.ParseIP(Address)}
	if network == "tcp" {
		from = &net.TCPAddr{IP: net.ParseIP(Address)}
	}
	d := net.Dialer{LocalAddr: from, Timeout: patience}
	conn, err := d.DialContext(t.Context(), network, engine)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &Raw{Conn: conn, read: bufio.NewReaderSize(conn, 65536), stream: network == "tcp"}
}

// Send sends a message; %V in it becomes a Via of ours, lines end with CRLF.
func (r *Raw) Send(t testing.TB, lines []string, body string) {
	t.Helper()
	transport := "UDP"
	if r.stream {
		transport = "TCP"
	}
	via := fmt.Sprintf("Via: SIP/2.0/%s %s;branch=z9hG4bK%d;rport", transport, r.LocalAddr(), time.Now().UnixNano())
	text := lines[0] + "\r\n" + via + "\r\nMax-Forwards: 70\r\n" + strings.Join(lines[1:], "\r\n") +
		fmt.Sprintf("\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	if _, err := r.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

// Next is the next message within a time: its first line and headers; "" when
// none comes.
func (r *Raw) Next(t testing.TB, within time.Duration) (first string, headers textproto.MIMEHeader) {
	t.Helper()
	if err := r.SetReadDeadline(time.Now().Add(within)); err != nil {
		t.Fatal(err)
	}
	if !r.stream { // what is left of the last datagram
		_, _ = r.read.Discard(r.read.Buffered())
	}
	text := textproto.NewReader(r.read)
	for first == "" { // an engine keeps its connections alive by empty lines (RFC 5626 3.5.1)
		var err error
		if first, err = text.ReadLine(); err != nil {
			return "", nil
		}
	}
	headers, err := text.ReadMIMEHeader()
	if err != nil {
		t.Fatalf("after %q: %v", first, err)
	}
	if n, _ := strconv.Atoi(headers.Get("Content-Length")); n > 0 {
		if _, err := io.CopyN(io.Discard, r.read, int64(n)); err != nil {
			t.Fatal(err)
		}
	}
	return first, headers
}

// Final is the status of the next final response, and its headers; 0 when none
// comes within a time.
func (r *Raw) Final(t testing.TB, within time.Duration) (status int, headers textproto.MIMEHeader) {
	t.Helper()
	for deadline := time.Now().Add(within); ; {
		first, headers := r.Next(t, time.Until(deadline))
		if first == "" {
			return 0, nil
		}
		fields := strings.Fields(first)
		if status, err := strconv.Atoi(fields[1]); err == nil && fields[0] == "SIP/2.0" && status >= 200 {
			return status, headers
		}
	}
}

// RawInvite is the lines of an INVITE; headers replace those of their name.
func RawInvite(uri, callID string, headers ...string) []string {
	lines := []string{"INVITE " + uri + " SIP/2.0"}
	have := map[string]bool{}
	for _, h := range headers {
		name, _, _ := strings.Cut(h, ":")
		have[name] = true
	}
	for _, h := range []string{
		"From: <sip:01012345678@" + Address + ">;tag=t" + callID, "To: <sip:07076660001@" + Address + ">", "Call-ID: " + callID,
		"CSeq: 1 INVITE", "Contact: <sip:carrier@" + Address + ">", "Content-Type: application/sdp",
	} {
		if name, _, _ := strings.Cut(h, ":"); !have[name] {
			lines = append(lines, h)
		}
	}
	return append(lines, headers...)
}

// RawOffer is one audio line.
const RawOffer = "v=0\r\no=- 1 1 IN IP4 " + Address + "\r\ns=-\r\nc=IN IP4 " + Address + "\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n"
