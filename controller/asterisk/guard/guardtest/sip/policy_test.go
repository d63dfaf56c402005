package sip_test

import (
	"strings"
	"testing"
)

// message is a message without a body.
func message(first, method string, headers ...string) string {
	all := append([]string{first, "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1", "From: <sip:01012345678@192.0.2.1>;tag=peer",
		"To: <sip:07076660001@192.0.2.9>;tag=us", "Call-ID: call@192.0.2.1", "CSeq: 7 " + method}, headers...)
	return lines(append(all, "Content-Length: 0", "")...)
}

// A carrier's redirect is the engine's "number changed" and nothing that it
// follows; other answers, and redirects of other requests, are left alone.
//
// Covers: OUT-8, OUT-9, RFC 3261 8.1.3.4, RFC 3398.
func TestReceived_Redirect(t *testing.T) {
	g := newGuard(t)
	for _, c := range []struct{ first, method, want string }{
		{"SIP/2.0\t302", "INVITE", "SIP/2.0\t410"},
		{"SIP/2.0\t302 Moved Temporarily", "INVITE", "SIP/2.0\t410 Moved Temporarily"},
		{"SIP/2.0\t 302\tMoved\tTemporarily", "INVITE", "SIP/2.0\t 410\tMoved\tTemporarily"},
		{"SIP/2.0 300 Multiple Choices", "INVITE", "SIP/2.0 410 Multiple Choices"},
		{"SIP/2.0 301 Moved Permanently", "INVITE", "SIP/2.0 410 Moved Permanently"},
		{"SIP/2.0 302 Moved Temporarily", "INVITE", "SIP/2.0 410 Moved Temporarily"},
		{"SIP/2.0 305 Use Proxy", "invite", "SIP/2.0 410 Use Proxy"},
		{"SIP/2.0  380 Alternative Service", "INVITE", "SIP/2.0  410 Alternative Service"},
		{"sip/2.0 399", "INVITE", "sip/2.0 410"},
		{"SIP/2.0 200 302", "INVITE", "SIP/2.0 200 302"},
		{"SIP/2.0 486 Busy Here", "INVITE", "SIP/2.0 486 Busy Here"},
		{"SIP/2.0 302 Moved Temporarily", "OPTIONS", "SIP/2.0 302 Moved Temporarily"},
		{"SIP/2.0 302 Moved Temporarily", "REGISTER", "SIP/2.0 302 Moved Temporarily"},
	} {
		verdict, got := g.receive(message(c.first, c.method, "Contact: <sip:07076660001@127.0.0.1>"))
		if first, _, _ := strings.Cut(got, "\r\n"); verdict != 0 || first != c.want {
			t.Errorf("%q of %s became %q, verdict %d, want %q", c.first, c.method, first, verdict, c.want)
		}
	}
	if verdict, _ := g.receive(message("SIP/2.0 0302 Moved Temporarily", "INVITE")); verdict != 1 {
		t.Errorf("a redirect whose status has four digits: verdict %d, want 1", verdict)
	}
}

// request is a request of the far side; inside: in a dialog.
func request(method string, inside bool, headers ...string) string {
	tag := ""
	if inside {
		tag = ";tag=us"
	}
	all := append([]string{method + " sip:07076660001@192.0.2.9 SIP/2.0", "v: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1",
		"f: <sip:01012345678@192.0.2.1>;tag=peer", "t: <sip:07076660001@192.0.2.9>" + tag, "i: call@192.0.2.1", "CSeq: 7 " + method}, headers...)
	return lines(append(all, "l: 0", "")...)
}

// What the engine would leave without an answer is refused at once.
//
// Covers: RFC 3261 8.2.1, RFC 3261 21.4.6, RFC 3261 21.5.2.
func TestReceived_Methods(t *testing.T) {
	g := newGuard(t)
	for _, c := range []struct {
		method  string
		inside  int
		outside int
	}{
		{"INVITE", 0, 0}, {"ACK", 0, 0}, {"BYE", 0, 0}, {"CANCEL", 0, 0}, {"OPTIONS", 0, 0}, {"UPDATE", 0, 0}, {"PRACK", 0, 0}, {"INFO", 0, 0},
		{"REGISTER", 405, 0}, {"SUBSCRIBE", 405, 0}, {"NOTIFY", 405, 0},
		{"REFER", 603, 405}, {"MESSAGE", 405, 405}, {"PUBLISH", 405, 405}, {"FROBNICATE", 501, 501},
	} {
		for inside, want := range map[bool]int{true: c.inside, false: c.outside} {
			for _, kind := range []byte{'r', 'b'} {
				if got, _ := g.pass(kind, request(c.method, inside)); got != want {
					t.Errorf("%s, inside a dialog: %v, from %c: verdict %d, want %d", c.method, inside, kind, got, want)
				}
			}
		}
	}
}

// A phone has one place where it is.
//
// Covers: SEC-2, RFC 3261 10.3.
func TestReceived_Contacts(t *testing.T) {
	g := newGuard(t)
	for want, all := range map[int][][]string{
		0: {nil, {"Contact: *"}, {"Contact: <sip:a@b>"}, {`m: "a, b" <sip:a,b@c;x=1>;expires=60`}, {`Contact: "\"," <sip:a@b>`}},
		400: {{"Contact: <sip:a@b>, <sip:c@d>"}, {"Contact: <sip:a@b>", "m: <sip:c@d>"}, {"Contact: sip:a@b,sip:c@d"},
			{"Contact: <sip:a@b>,\r\n <sip:c@d>"}, {`Contact: "x" <sip:a@b>;q=1 , <sip:c@d>`}},
	} {
		for _, headers := range all {
			for _, kind := range []byte{'r', 'b'} {
				if got, _ := g.pass(kind, request("REGISTER", false, headers...)); got != want {
					t.Errorf("%q: verdict %d, want %d", headers, got, want)
				}
			}
		}
	}
}

// Refusals tell what is possible, and when.
//
// Covers: RFC 3261 21.4.6, RFC 3261 21.5.4.
func TestSent_Completed(t *testing.T) {
	g := newGuard(t)
	for _, c := range []struct {
		first, header string
		has           string
		want          int
	}{
		{"SIP/2.0 405 Method Not Allowed", "Server: x", "Allow: INVITE,", 1},
		{"SIP/2.0 501 Not Implemented", "Server: x", "Allow: INVITE,", 1},
		{"SIP/2.0 405 Method Not Allowed", "Allow: INVITE, BYE", "Allow: INVITE,", 1},
		{"SIP/2.0 503 Service Unavailable", "Server: x", "Retry-After: ", 1},
		{"SIP/2.0 503 Service Unavailable", "Retry-After: 30", "Retry-After: ", 1},
		{"SIP/2.0 503 Service Unavailable", "Retry-After: 30", "Retry-After: 30", 1},
		{"SIP/2.0 486 Busy Here", "Server: x", "Retry-After: ", 0},
		{"SIP/2.0 200 OK", "Server: x", "Allow: ", 0},
		{"OPTIONS sip:a@b SIP/2.0", "Server: x", "Allow: ", 0},
	} {
		got := g.send(message(c.first, "INVITE", c.header))
		if n := strings.Count(got, "\r\n"+c.has); n != c.want || !strings.HasPrefix(got, c.first+"\r\n") {
			t.Errorf("%s with %s: %d of %q, want %d:\n%s", c.first, c.header, n, c.has, c.want, got)
		}
	}
}
