package sip_test

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// Bytes that are not UTF-8 never reach the engine, which could not say over ARI
// what it has; a name in another character set costs no call.
//
// Covers: SYS-3, RFC 3261 25.1.
func TestReceived_UTF8(t *testing.T) {
	g := newGuard(t)
	long := strings.Repeat("9", 68)
	for _, c := range []struct {
		line, want string // the request line or a header, and what becomes of it
		verdict    int
	}{
		{"INVITE sip:%FF@x SIP/2.0", "", 400},
		{"INVITE sip:\xff@x SIP/2.0", "", 400},
		{"INVITE sip:0707%ED%A0%80@x SIP/2.0", "", 400}, // a surrogate
		{"INVITE sip:0707%C0%AF@x SIP/2.0", "", 400},    // overlong
		{"INVITE sip:0707\xed\x99\x8d@x SIP/2.0", "", 400},
		{"INVITE sip:%ED%99%8D@x SIP/2.0", "INVITE sip:%ED%99%8D@x SIP/2.0", 0},
		{"INVITE sip:1%20%2B@x SIP/2.0", "INVITE sip:1%20%2B@x SIP/2.0", 0},
		{"INVITE sip:" + long + "%ED%99%8D@x SIP/2.0", "", 400}, // the engine would cut it in two
		{"Call-ID: \xff@x", "", 400},
		{"i: 홍@x", "", 400},
		{"From: \"Jos\xe9\" <sip:1@x>;tag=1", `From: "Jos?" <sip:1@x>;tag=1`, 0},
		{"From: Jos\xe9 <sip:1@x>;tag=1", `From: Jos? <sip:1@x>;tag=1`, 0},
		{"From: 홍길동 <sip:1@x>;tag=1", `From: 홍길동 <sip:1@x>;tag=1`, 0},
		{"f: \"홍 \xb1\xe8\" <sip:1@x>;tag=1", `f: "홍 ??" <sip:1@x>;tag=1`, 0},
		{"From: \"100%FF\" <sip:%FF%e9@x>;tag=1", `From: "100%FF" <sip:%3F%3F@x>;tag=1`, 0},
		{"From: <sip:jos\xe9@x>;tag=1", "From: <sip:jos_@x>;tag=1", 0},
		{"From: sip:jos\xe9@x;tag=1", "From: sip:jos_@x;tag=1", 0},
		{"From: <sip:홍@x>;tag=1", "From: <sip:___@x>;tag=1", 0},
		{"To: \"\xff\"\r\n <sip:%80@x>", "To: \"?\"\r\n <sip:%3F@x>", 0},
		{"P-Asserted-Identity: \"\xe9\" <sip:1@x>, <tel:%E9>", `P-Asserted-Identity: "?" <sip:1@x>, <tel:%3F>`, 0},
		{"P-Asserted-Identity: <sip:" + long + "%ED%99%8D@x>", "P-Asserted-Identity: <sip:" + long + "%3F%3F%3F@x>", 0},
		{"Contact: <sip:\xe9@x;y=%FF>", "Contact: <sip:_@x;y=%3F>", 0},
		{"Remote-Party-ID: \xc3 <sip:1@x>", "Remote-Party-ID: ? <sip:1@x>", 0},
		{"Subject: caf\xe9 100%FF", "Subject: caf? 100%FF", 0},
		{"Reason: Q.850;cause=16;text=\"\xff\"", "Reason: Q.850;cause=16;text=\"?\"", 0},
		{"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK\xff", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK\xff", 0},
		{"SIP/2.0 486 Occup\xe9", "SIP/2.0 486 Occup?", 0},
	} {
		text := lines("INVITE sip:1@x SIP/2.0", "Call-ID: c", c.line, "CSeq: 1 INVITE", "")
		if strings.HasPrefix(c.line, "INVITE") || strings.HasPrefix(c.line, "SIP/") {
			text = lines(c.line, "Call-ID: c", "CSeq: 1 INVITE", "")
		} else if strings.HasSuffix(strings.SplitN(c.line, ":", 2)[0], "ID") || strings.HasPrefix(c.line, "i:") {
			text = lines("INVITE sip:1@x SIP/2.0", c.line, "CSeq: 1 INVITE", "")
		}
		for _, kind := range []byte{'r', 'b'} {
			verdict, got := g.pass(kind, text)
			if verdict != c.verdict || (verdict == 0 && !strings.Contains(got, c.want+"\r\n")) {
				t.Errorf("%q: verdict %d, became\n%q\nwant verdict %d, %q", c.line, verdict, got, c.verdict, c.want)
			}
		}
	}
	if verdict, _ := g.receive(lines("ACK sip:%FF@x SIP/2.0", "Call-ID: c", "CSeq: 1 ACK", "")); verdict != 1 {
		t.Errorf("an ACK, which nothing answers: verdict %d, want 1", verdict)
	}
}

// FuzzReceived plays damaged messages: the C code runs under sanitizers, and a
// message keeps its length. What passes has no byte in its addresses that is
// not UTF-8, escaped or not.
func FuzzReceived(f *testing.F) {
	f.Add(request("INVITE", false, "Contact: <sip:a@b>", "Content-Type: application/sdp") + description(1, others[0], audio))
	f.Add(request("REFER", true, "Contact: \"\xff, <"))
	f.Add(message("SIP/2.0 302 Moved", "INVITE", "P-Asserted-Identity: \xe9 <sip:%FF@x>"))
	f.Add("INVITE\r\r\n:\n")
	for _, text := range []string{"INVITE\r\n sip:a@b SIP/2.0", "SIP /2.0 302 X\r\nCSeq: 1INVITE", "INVITE sip:a@[b SIP/2.0\r\nCSeq: 1 INVITE&c: application/sdp",
		"INVITE sip:a@b SIP/2.0\r\nVia: (\r\n\r\n)\r\nc: multipart/x;boundary=\"b\"", "INVITE sip:a@b SIP/2.0\nc:multipart/mixed;boundary=b\n\n--b\nc:application/sdp\n\nm=x\nm=audio 1 RTP/AVP 8\n--b--"} {
		f.Add(text)
	}
	f.Add(lines("SIP/2.0\t302", "CSeq: 1 INVITE", ""))
	f.Add(lines("SIP/2.0\t302 Moved Temporarily", "CSeq: 1 INVITE", ""))
	f.Add(lines("SIP/2.0302 Moved", "CSeq: 1 INVITE", ""))
	f.Add(lines("SIP/2.0", " 302 Moved", "CSeq: 1 INVITE", ""))
	g := newGuard(f)
	f.Fuzz(func(t *testing.T, text string) {
		g.TB = t
		verdict, became := g.receive(text)
		g.pass('b', text)
		g.send(text)
		first, _, _ := strings.Cut(strings.TrimLeft(became, "\r\n"), "\n")
		words := strings.Fields(first)
		if verdict != 0 || len(words) != 3 || strings.ContainsAny(first, "\r\t\v\f") {
			return
		}
		if uri, err := url.PathUnescape(words[1]); err == nil && !utf8.ValidString(uri) && !strings.HasPrefix(strings.ToUpper(words[0]), "SIP/") {
			t.Errorf("the Request-URI %q passed", words[1])
		}
	})
}
