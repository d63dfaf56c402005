package sip_test

import (
	"strings"
	"testing"
)

// What pjproject could read otherwise than the guard never reaches the engine:
// a request whose method is sure is answered, everything else is dropped.
//
// Covers: SEC-1, RFC 3261 7.3.1, RFC 3261 20, RFC 3261 25.1.
func TestReceived_Ambiguous(t *testing.T) {
	g := newGuard(t)
	for _, c := range []struct {
		message string
		want    int
	}{
		{message("SIP/2.0302 Moved", "INVITE"), 1},
		{message("SIP/2.0\r\n 302 Moved", "INVITE"), 1},
		{message("SIP/2.0 302\r\n Moved", "INVITE"), 1},
		{message("SIP/2.0 302Moved", "INVITE"), 1},
		{message("SIP /2.0 302 Moved", "INVITE"), 1},
		{message("SIP/ 2.0 302 Moved", "INVITE"), 1},
		{message("SIP / 2.0 302 Moved", "INVITE"), 1},
		{message("SIP/2.1 302 Moved", "INVITE"), 1},
		{message("SIP/2.0 000302 Moved", "INVITE"), 1},
		{message("SIP/2.0 4294967301 Moved", "INVITE"), 1},
		{strings.Replace(message("SIP/2.0 302 Moved", "INVITE"), "7 INVITE", "7INVITE", 1), 0}, // and is made a 410
		{message("SIP/2.0 200 OK", "INVITE", "CSeq: 8 BYE"), 1},
		{message("SIP/2.0 200 OK", "INVITE", "i: another"), 1},
		{message("SIP/2.0 200 OK", "INVITE", "Max-Forwards: 7&CSeq: 7 BYE"), 1},
		{strings.Replace(request("INVITE", false), "INVITE ", "INVITE\r\n ", 1), 1},
		{strings.Replace(request("INVITE", false), "SIP/2.0", "\r\n SIP/2.0", 1), 1},
		{strings.Replace(request("INVITE", false), "SIP/2.0", "SIP/2.0\r\n x: y", 1), 1},
		{strings.Replace(request("INVITE", false), "INVITE ", "INVITE< ", 1), 1},
		{strings.Replace(request("INVITE", false), "INVITE ", "INVITE@ ", 1), 1},
		{strings.Replace(request("INVITE", false), " SIP/2.0", " SIP/ 2.0", 1), 400},
		{strings.Replace(request("INVITE", false), " SIP/2.0", "; lr SIP/2.0", 1), 400},
		{strings.Replace(request("INVITE", false), "07076660001@192.0.2.9 ", "[ ", 1), 400},
		{strings.Replace(request("INVITE", false), "7 INVITE", "7 OPTIONS", 1), 400},
		{strings.Replace(request("INVITE", false), "7 INVITE", "INVITE", 1), 400},
		{strings.Replace(request("INVITE", false), "7 INVITE", "7 INVITE&c:application/sdp", 1), 400},
		{strings.Replace(request("ACK", true), "7 ACK", "7 ACK&c:application/sdp", 1), 1},
		{request("INVITE", false, "Max-Forwards: 70 & Content-Type : application/sdp"), 400},
		{request("INVITE", false, "Supported: x\r\n &c\r\n : application/sdp"), 400},
		{strings.Replace(request("INVITE", false), "i: call", "i: call\r\n &c: application/sdp", 1), 400},

		{request("INVITE", false, "Call-ID: another"), 400},
		{request("INVITE", false, "I\t: another"), 400},
		{request("INVITE", false, "From: <sip:a@b>;tag=2"), 400},
		{request("INVITE", false, "To: <sip:a@b>"), 400},
		{request("INVITE", false, "CSeq: 7 INVITE"), 400},
		{request("INVITE", false, "Content-Length: 0"), 400},
		{request("INVITE", false, "Content-Type: text/plain", "c: application/sdp"), 400},
		{request("ACK", true, "Content-Type: text/plain", "c: application/sdp"), 1},
		{request("INVITE", false, "Content-Type: application\nsdp"), 400},
		{request("INVITE", false, "Content-Type: application sdp"), 400},
		{request("INVITE", false, "Contact: \"\r\r\n\" <sip:a@b>"), 400},
		{request("INVITE", false, "Subject: a\rContent-Type: application/sdp"), 400},
		{request("INVITE", false, "Via: SIP/2.0/UDP x;branch=z9hG4bK2 (", "", ")", "Content-Type: application/sdp"), 400},
		{request("INVITE", false, "Contact: <sip:[", "", "]>", "Content-Type: application/sdp"), 400},
		{request("INVITE", false, "Replaces: a", "", ";to-tag=1;from-tag=2", "Content-Type: application/sdp"), 400},
		{"hello", 1},
		{"\x00\x01\x00\x00", 1},
	} {
		for _, kind := range []byte{'r', 'b'} {
			verdict, became := g.pass(kind, c.message)
			if verdict != c.want || (verdict == 0 && strings.HasPrefix(became, "SIP/2.0 3")) {
				t.Errorf("from %c: verdict %d, want %d:\n%q", kind, verdict, c.want, c.message)
			}
		}
	}
}

// What RFC 3261 allows passes, however odd it looks.
//
// Covers: RFC 4475 3.1.1, RFC 5626 3.5.1, RFC 3261 7.3.1.
func TestReceived_Tortuous(t *testing.T) {
	g := newGuard(t)
	swap := func(from, to string) string { return strings.Replace(request("INVITE", false), from, to, 1) }
	for _, m := range []string{
		"", "\r\n", "\r\n\r\n", "\n", "\x00\x00\x00\x00", "\t \r\n",
		"\r\n\r\n" + request("INVITE", false),
		swap("CSeq: 7 INVITE", "cseq: 0009\r\n  INVITE"),
		swap("CSeq: 7 INVITE", "CSeq : \t7\t INVITE "),
		swap("CSeq: 7 INVITE", "CSeq: 0000000000007 INVITE"),
		swap("INVITE ", "INVITE  "), swap(" SIP/2.0", "  SIP/2.0  "),
		swap("f: ", "FROM\r\n :\r\n "), swap("t: ", "TO   :   "),
		swap("i: ", "Call-ID\t:\t"),
		swap("f: <", "f: \"J Rosenberg \\\\\\\" (:& To: [\" <"),
		swap("f: <sip:01012345678@", "f: <sip:a&b@"), swap("f: <sip:01012345678@192.0.2.1>", "f: sip:a&b@192.0.2.1:5060"),
		swap("sip:07076660001@192.0.2.9 ", "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com "),
		swap("sip:07076660001@192.0.2.9 ", "sip:1@[2001:db8::9]:5060;transport=udp "),
		swap("\r\n", "\r\nVia: SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw (a comment), SIP/2.0/TCP [2001:db8::1];branch=x\r\n"),
		swap("\r\n", "\r\nRoute:\r\n <sip:services.example.com;lr;unknownwith=value;unknown-no-value>\r\nRoute: <sip:a;lr>, <sip:b;lr>\r\nRecord-Route: <sip:c;lr>\r\nRecord-Route: <sip:d;lr>\r\n"),
		request("INVITE", false, "Contact: <sip:a@b>, <sip:c@d>", "m: \"Quoted string \\\"\\\"\" <sip:a@b> ; newparam =\r\n      newvalue ;\r\n  secondparam ; q = 0.33"),
		request("INVITE", false, "NewFangledHeader:   newfangled value\r\n continued newfangled value", "UnknownHeaderWithUnusualValue: ;;,,;;,;", "s: Q&A: a (b [c", "e:", "Contact: <sip:a(b@c>"),
		request("INVITE", false, "Supported: timer", "k: 100rel", "Allow: INVITE", "Allow: ACK", "x: 1800;refresher=uac", "Replaces: a;to-tag=1;from-tag=2"),
		request("OPTIONS", false), request("BYE", true), request("REGISTER", false), strings.ReplaceAll(request("INVITE", false), "\r\n", "\n"),
		message("SIP/2.0 100 ", "INVITE"), message("SIP/2.0 200", "INVITE"), message("SIP/2.0 200 = 2**3 * 5**2 но €", "INVITE"),
		message("SIP/2.0 200 OK", "INVITE", "Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23"),
		request("REGISTER", false) + request("INVITE", false),
	} {
		for _, kind := range []byte{'r', 'b'} {
			if verdict, became := g.pass(kind, m); verdict != 0 || became != m {
				t.Errorf("from %c: verdict %d, want 0; became\n%q\nof\n%q", kind, verdict, became, m)
			}
		}
	}
}
