package sipdoor_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
	"pgregory.net/rapid"

	"ringdesk/api/sipdoor"
)

const phone = "pabc123"

var door = sipdoor.Door{Phone: phone, Proof: "hush-hush"}

// registers is what the desk's phone sends to register itself.
const registers = "REGISTER sip:ringdesk.invalid SIP/2.0\r\n" +
	"Via: SIP/2.0/WS pabc123.invalid;branch=z9hG4bK9151127\r\n" +
	"Max-Forwards: 69\r\n" +
	"To: <sip:pabc123@ringdesk.invalid>\r\n" +
	"From: <sip:pabc123@ringdesk.invalid>;tag=avr3d6u0e1\r\n" +
	"Call-ID: lqcjnck3re81ao8dh8ddk5\r\n" +
	"CSeq: 1 REGISTER\r\n" +
	"Contact: <sip:pabc123@pabc123.invalid;transport=ws>;+sip.ice;reg-id=1;+sip.instance=\"<urn:uuid:5c6be2e0-4cbb-4d4f-a5a5-2b8a3a0e8b30>\";expires=600\r\n" +
	"Expires: 600\r\n" +
	"Allow: INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY\r\n" +
	"Supported: path,gruu,outbound\r\n" +
	"User-Agent: JsSIP 3.13.7\r\n" +
	"Content-Length: 0\r\n\r\n"

// inCall is a request within a call that the engine began.
func inCall(method, more string) string {
	return method + " sip:asterisk@127.0.0.1:5060 SIP/2.0\r\n" +
		"Via: SIP/2.0/WS pabc123.invalid;branch=z9hG4bK9151128\r\n" +
		"Max-Forwards: 69\r\n" +
		"To: <sip:01012345678@127.0.0.1>;tag=8c1b\r\n" +
		"From: <sip:pabc123@127.0.0.1:40132;transport=ws>;tag=avr3d6u0e2\r\n" +
		"Call-ID: 9a1c@127.0.0.1\r\n" +
		"CSeq: 2 " + method + "\r\n" + more
}

func answer(status, more string) string {
	return "SIP/2.0 " + status + "\r\n" +
		"Via: SIP/2.0/WS 127.0.0.1:8088;rport;branch=z9hG4bKPj1;alias\r\n" +
		"To: <sip:pabc123@127.0.0.1:40132;transport=ws>;tag=avr3d6u0e2\r\n" +
		"From: \"Kim, \\\"Mina\\\" <x>\" <sip:01012345678@127.0.0.1>;tag=8c1b\r\n" +
		"Call-ID: 9a1c@127.0.0.1\r\nCSeq: 1 INVITE\r\n" + more
}

const contact = "Contact: <sip:pabc123@pabc123.invalid;transport=ws>\r\n"

// with replaces a part of the registration, which must be there.
func with(old, replacement string) string {
	if !strings.Contains(registers, old) {
		panic(old)
	}
	return strings.Replace(registers, old, replacement, 1)
}

// What a phone sends passes: its requests with the proof, which only the engine
// sees.
//
// Covers: SEC-2 (RFC 7118)
func TestPasses_SEC_2(t *testing.T) {
	const sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n\r\nREGISTER sip:x SIP/2.0\r\n\r\n"
	for name, text := range map[string]string{
		"register":            registers,
		"without a length":    with("Content-Length: 0\r\n", ""),
		"with a response":     with("Expires: 600\r\n", "Authorization: Digest username=\"pabc123\", realm=\"asterisk\", nonce=\"1/2\", uri=\"sip:ringdesk.invalid\", response=\"0a\"\r\n"),
		"unregister":          with("expires=600", "expires=0"),
		"compact forms":       with("To:", "t:"),
		"a folded header":     with("Supported: path,", "Supported: path,\r\n\t  "),
		"an unknown header":   with("Expires: 600", "X-Other: a <b> \"c, d"),
		"with a display name": with("From: <", "From: \"A, \\\"B\\\" <sip:evil@example.com>\" <"),
		"over TLS":            with("SIP/2.0/WS", "SIP/2.0/WSS"),
		"BYE":                 inCall("BYE", "Reason: SIP ;cause=200; text=\"Call completed elsewhere\"\r\n\r\n"),
		"ACK":                 inCall("ACK", "\r\n"),
		"INFO":                inCall("INFO", "Content-Type: application/dtmf-relay\r\n\r\nSignal=1\r\nDuration=100"),
		"UPDATE":              inCall("UPDATE", contact+"\r\n"),
		"PRACK":               inCall("PRACK", "RAck: 1 1 INVITE\r\n\r\n"),
		"re-INVITE":           inCall("INVITE", contact+"Content-Type: application/sdp\r\n\r\n"+sdp),
		"a user with escapes": strings.Replace(inCall("BYE", "\r\n"), "sip:01012345678@", "sip:%23+82;npdi@", 1),
		"an answer":           answer("200 OK", contact+"Content-Type: application/sdp\r\n\r\n"+sdp),
		"ringing":             answer("180 Ringing", contact+"\r\n"),
		"busy":                answer("486 Busy Here", "\r\n"),
		"no reason":           answer("603 ", "\r\n"),
		"a keep-alive":        "\r\n\r\n",
		"its answer":          "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			out, err := door.Pass([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			request := !strings.HasPrefix(text, "SIP/2.0") && !strings.HasPrefix(text, "\r\n")
			if got := strings.Count(string(out), "\r\nX-Ringdesk-Proof: hush-hush\r\n"); (got == 1) != request {
				t.Errorf("the proof stands there %d times in\n%s", got, out)
			}
			if i := strings.Index(text, "\r\n\r\n"); !strings.HasSuffix(string(out), text[max(0, i):]) {
				t.Errorf("the body became\n%s", out)
			}
		})
	}
}

// Nothing else passes.
//
// Covers: SEC-2, OUT-9
func TestRefuses_SEC_2_OUT_9(t *testing.T) {
	const second = "<sip:pabc123@pabc123.invalid;transport=ws>;+sip.ice"
	for name, text := range map[string]string{
		// Contacts (RFC 3261 10.2): one, and this phone's.
		"two Contacts":                  with("Expires: 600\r\n", "Contact: <sip:0900@192.0.2.1>\r\n"),
		"two Contacts, compact":         with("Expires: 600\r\n", "m: <sip:0900@192.0.2.1>\r\n"),
		"two Contacts, spaced name":     with("Expires: 600\r\n", "Contact : <sip:0900@192.0.2.1>\r\n"),
		"two Contacts, upper case":      with("Expires: 600\r\n", "CONTACT: <sip:0900@192.0.2.1>\r\n"),
		"two Contacts in one":           with(";expires=600", ";expires=600, <sip:0900@192.0.2.1>"),
		"two Contacts in one, no space": with(";expires=600", ";expires=600,<sip:0900@192.0.2.1>"),
		"two Contacts, folded":          with(";expires=600", ";expires=600\r\n , <sip:0900@192.0.2.1>"),
		"two Contacts, first foreign":   with("Contact: ", "Contact: <sip:0900@192.0.2.1>, "),
		"two, after a quoted string":    with(second, second+";x=\"a,\\\"b\", <sip:0900@192.0.2.1>"),
		"two, bare URI":                 with(";expires=600", ";expires=600, sip:0900@192.0.2.1"),
		"two, after a token":            with(";expires=600", ";expires=600 <sip:0900@192.0.2.1>"),
		"no Contact":                    with("Contact:", "X-Contact:"),
		"an empty Contact":              with("Expires: 600\r\n", "Contact:\r\n"),
		"all Contacts":                  with("<sip:pabc123@pabc123.invalid;transport=ws>;+sip.ice;reg-id=1", "*;reg-id=1"),
		"a foreign Contact":             with("<sip:pabc123@pabc123.invalid;", "<sip:0900@192.0.2.1;"),
		"a Contact at a real host":      with("@pabc123.invalid;transport", "@192.0.2.1;transport"),
		"a Contact below one":           with("@pabc123.invalid;transport", "@a.invalid.example.com;transport"),
		"a Contact with a port":         with("@pabc123.invalid;transport", "@pabc123.invalid:5060;transport"),
		"a Contact over UDP":            with("transport=ws>", "transport=udp>"),
		"a Contact with maddr":          with("transport=ws>", "transport=ws;maddr=192.0.2.1>"),
		"a Contact with two transports": with("transport=ws>", "transport=ws;transport=udp>"),
		"a Contact with headers":        with("transport=ws>", "transport=ws?Route=%3Csip:192.0.2.1%3E>"),
		"a Contact of tel":              with("<sip:pabc123@pabc123.invalid;transport=ws>", "<tel:+8210>"),
		"a Contact of sips":             with("Contact: <sip:", "Contact: <sips:"),
		"a Contact without brackets":    with("<sip:pabc123@pabc123.invalid;transport=ws>", "sip:pabc123@pabc123.invalid"),
		"a Contact with another user":   with("Contact: <sip:pabc123@", "Contact: <sip:pabc123%00@"),
		"a foreign Contact, answering":  answer("200 OK", "Contact: <sip:0900@192.0.2.1>\r\n\r\n"),
		"a foreign Contact, re-INVITE":  inCall("INVITE", "Contact: <sip:0900@192.0.2.1>\r\n\r\n"),
		"a redirect":                    answer("302 Moved Temporarily", "Contact: <sip:0900@192.0.2.1>\r\n\r\n"),
		"a redirect to itself":          answer("300 Multiple Choices", contact+"\r\n"),

		// Who it is.
		"another's From":              with("From: <sip:pabc123@", "From: <sip:pother@"),
		"another's To":                with("To: <sip:pabc123@", "To: <sip:pother@"),
		"two Froms":                   with("Expires: 600\r\n", "f: <sip:pother@ringdesk.invalid>;tag=1\r\n"),
		"two Froms in one":            with(";tag=avr3d6u0e1", ";tag=avr3d6u0e1, <sip:pother@x>"),
		"two Tos":                     with("Expires: 600\r\n", "To: <sip:pother@ringdesk.invalid>\r\n"),
		"a From without a tag":        with(";tag=avr3d6u0e1", ""),
		"a From with two tags":        with(";tag=avr3d6u0e1", ";tag=a;tag=b"),
		"a From without its brackets": with("From: <sip:pabc123@ringdesk.invalid>", "From: sip:pabc123@ringdesk.invalid"),
		"a From whose name is open":   with("From: <", "From: \"a <sip:pabc123@x>;tag=1 <"),
		"a From with two addresses":   with("From: <", "From: <sip:pabc123@x> <"),
		"another's From in a call":    strings.Replace(inCall("BYE", "\r\n"), "From: <sip:pabc123@", "From: <sip:pother@", 1),
		"two Call-IDs":                with("Expires: 600\r\n", "i: x\r\n"),
		"an own proof":                with("Expires: 600", "X-Ringdesk-Proof: guessed"),
		"an own call id":              with("Expires: 600", "x-ringdesk-call : 1"),

		// What it may do.
		"INVITE":                    strings.Replace(inCall("INVITE", contact+"\r\n"), ";tag=8c1b", "", 1),
		"OPTIONS":                   strings.Replace(inCall("OPTIONS", "\r\n"), ";tag=8c1b", "", 1),
		"MESSAGE":                   inCall("MESSAGE", "\r\n"),
		"REFER":                     inCall("REFER", "Refer-To: <sip:0900@192.0.2.1>\r\n\r\n"),
		"SUBSCRIBE":                 inCall("SUBSCRIBE", "\r\n"),
		"PUBLISH":                   inCall("PUBLISH", "\r\n"),
		"CANCEL":                    inCall("CANCEL", "\r\n"),
		"NOTIFY":                    inCall("NOTIFY", "\r\n"),
		"an unknown method":         inCall("DANCE", "\r\n"),
		"a Request-URI of tel":      strings.Replace(inCall("BYE", "\r\n"), "sip:asterisk@127.0.0.1:5060", "tel:+8210", 1),
		"a method in lower case":    inCall("invite", contact+"\r\n"),
		"REGISTER within a call":    strings.Replace(registers, "To: <sip:pabc123@ringdesk.invalid>", "To: <sip:pabc123@ringdesk.invalid>;tag=1", 1),
		"REGISTER for a user":       with("REGISTER sip:ringdesk.invalid", "REGISTER sip:pother@ringdesk.invalid"),
		"REGISTER that says INVITE": with("CSeq: 1 REGISTER", "CSeq: 1 INVITE"),
		"a CSeq that is no number":  with("CSeq: 1 REGISTER", "CSeq: -1 REGISTER"),
		"Refer-To in a call":        inCall("INFO", "r: <sip:0900@192.0.2.1>\r\n\r\n"),
		"Replaces":                  inCall("INVITE", "Replaces: a;to-tag=b;from-tag=c\r\n\r\n"),
		"Route":                     with("Expires: 600", "Route: <sip:192.0.2.1;lr>"),
		"Path":                      with("Expires: 600", "Path: <sip:192.0.2.1;lr>"),
		"Record-Route in an answer": answer("200 OK", "Record-Route: <sip:192.0.2.1;lr>\r\n\r\n"),
		"two Vias":                  with("Max-Forwards", "v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nMax-Forwards"),
		"two Vias in one":           with("z9hG4bK9151127", "z9hG4bK9151127, SIP/2.0/UDP 192.0.2.1"),
		"a Via over UDP":            with("SIP/2.0/WS", "SIP/2.0/UDP"),
		"a Via with maddr":          with(";branch=", ";maddr=192.0.2.1;branch="),
		"a Via with received":       with(";branch=", ";received=192.0.2.1;branch="),
		"a Via at a real host":      with("WS pabc123.invalid", "WS 192.0.2.1:5060"),

		// What is no single message (RFC 7118 5).
		"nothing":                      "",
		"words":                        "hello",
		"another protocol":             "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"two messages":                 registers + registers,
		"a message and a piece":        registers + "REGISTER",
		"a message and a keep-alive":   registers + "\r\n\r\n",
		"a keep-alive and a message":   "\r\n\r\n" + registers,
		"half a message":               registers[:200],
		"a body that is cut":           inCall("INFO", "Content-Length: 24\r\n\r\nSignal=1"),
		"a body that is longer":        inCall("INFO", "Content-Length: 2\r\n\r\nSignal=1"),
		"two lengths":                  with("Content-Length: 0", "Content-Length: 0\r\nl: 5"),
		"a negative length":            with("Content-Length: 0", "Content-Length: -1"),
		"a length with a sign":         with("Content-Length: 0", "Content-Length: +0"),
		"a length with a list":         with("Content-Length: 0", "Content-Length: 0, 0"),
		"bare line feeds":              strings.ReplaceAll(registers, "\r\n", "\n"),
		"a bare line feed":             with("Expires: 600\r\n", "Expires: 600\nContact: <sip:0900@192.0.2.1>\r\n"),
		"a bare carriage return":       with("Expires: 600\r\n", "Expires: 600\rContact: <sip:0900@192.0.2.1>\r\n"),
		"a zero byte":                  with("Expires: 600\r\n", "Expires: 600\x00\r\n"),
		"a byte that is not UTF-8":     with("Expires: 600\r\n", "Subject: \xe9\r\n"),
		"a header without a colon":     with("Expires: 600\r\n", "Expires\r\n"),
		"a header without a name":      with("Expires: 600\r\n", ": 600\r\n"),
		"a header name with a space":   with("Expires: 600\r\n", "Con tact: x\r\n"),
		"a folded start line":          with("\r\nVia", "\r\n Via"),
		"a folded empty line":          with("\r\n\r\n", "\r\n \r\nContact: <sip:0900@192.0.2.1>\r\n\r\n"),
		"too many headers":             with("Expires: 600\r\n", strings.Repeat("X-A: 1\r\n", 70)),
		"a header that is too long":    with("Expires: 600", "X-A: "+strings.Repeat("x", 5000)),
		"a header folded until it is":  with("Expires: 600", "X-A: "+strings.Repeat("x\r\n ", 5000)),
		"SIP/3.0":                      with(" SIP/2.0\r\n", " SIP/3.0\r\n"),
		"two spaces in the first line": with("REGISTER sip", "REGISTER  sip"),
		"a status that is no number":   answer("2x0 OK", "\r\n"),
		"a status out of range":        answer("999 What", "\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			out, err := door.Pass([]byte(text))
			if r := new(sipdoor.Refusal); !errors.As(err, &r) || r.Error() == "" || out != nil {
				t.Errorf("passed as %q, %v", out, err)
			}
		})
	}
}

// holds checks what passed with another parser than the door's own: whatever it
// was made of, it is one message, of this phone, that leads to nobody else.
func holds(t interface{ Fatalf(string, ...any) }, out []byte) {
	if s := string(out); s == "\r\n" || s == "\r\n\r\n" {
		return
	}
	if again, err := (sipdoor.Door{Phone: phone}).Pass([]byte(strings.Replace(string(out), "X-Ringdesk-Proof: hush-hush\r\n", "", 1))); err != nil {
		t.Fatalf("what passed does not pass again: %v\n%q\n%q", err, out, again)
	}
	m, err := sip.ParseMessage(out)
	if err != nil {
		return // it means nothing to others
	}
	if cs := m.GetHeaders("Contact"); len(cs) > 1 {
		t.Fatalf("%d Contacts in %q", len(cs), out)
	} else if len(cs) == 1 {
		c, ok := cs[0].(*sip.ContactHeader)
		if !ok || c.Address.User != phone || !strings.HasSuffix(c.Address.Host, ".invalid") || c.Address.Port != 0 {
			t.Fatalf("the Contact is %v in %q", cs[0], out)
		}
	}
	for _, name := range []string{"Route", "Record-Route", "Refer-To", "Path"} {
		if len(m.GetHeaders(name)) > 0 {
			t.Fatalf("%s in %q", name, out)
		}
	}
	switch m := m.(type) {
	case *sip.Request:
		to := m.To()
		if m.From() == nil || m.From().Address.User != phone || to == nil || m.Via() == nil {
			t.Fatalf("whose is %q", out)
		}
		if tag, _ := to.Params.Get("tag"); (tag == "") != (m.Method == sip.REGISTER) {
			t.Fatalf("%s begins something: %q", m.Method, out)
		}
	case *sip.Response:
		if m.StatusCode >= 300 && m.StatusCode < 400 {
			t.Fatalf("a redirect passed: %q", out)
		}
	}
}

// pieces are what a message that deceives is made of.
var pieces = []string{
	"Contact: <sip:0900@192.0.2.1>\r\n", "m:<sip:0900@192.0.2.1>\r\n", ", <sip:0900@192.0.2.1>", "\r\n ", "\r\n\t", "\"", "\\", "<", ">", ";", ",", "@", ":", "\r\n", "\n", "\r",
	"\r\n\r\n", " ", ";tag=1", "\x00", "\xff", "%", "?", "sip:", "sips:", "tel:", "INVITE", "SIP/2.0", "Content-Length: 5\r\n", ";maddr=192.0.2.1", "*", "From: <sip:p@h>;tag=2\r\n",
	"Route: <sip:192.0.2.1;lr>\r\n", "pabc123", ".invalid", "302", "X-Ringdesk-Proof: x\r\n", "()", "é", "Contact",
}

// distort makes one to four changes to a message; draw gives a number below the one that it is given.
func distort(text string, draw func(below int) int) string {
	for range 1 + draw(4) {
		at := draw(len(text) + 1)
		to := min(len(text), at+[]int{0, 0, 1, 2, 8, 40}[draw(6)])
		text = text[:at] + pieces[draw(len(pieces))] + text[to:]
	}
	return text
}

// Whatever is done to a message, what passes is harmless.
//
// Covers: SEC-2
func TestWhatPassesIsHarmless_SEC_2(t *testing.T) {
	whole := []string{registers, inCall("INVITE", contact+"\r\nv=0\r\n"), inCall("BYE", "\r\n"), answer("200 OK", contact+"\r\nv=0\r\n")}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(below int) int { return rapid.IntRange(0, below-1).Draw(t, "draw") }
		if out, err := door.Pass([]byte(distort(whole[draw(len(whole))], draw))); err == nil {
			holds(t, out)
		}
	})
	// That some do pass is shown by the same changes every time.
	passed, dice := 0, rand.New(rand.NewPCG(1, 2))
	for i := range 2000 {
		if out, err := door.Pass([]byte(distort(whole[i%len(whole)], dice.IntN))); err == nil {
			passed++
			holds(t, out)
		}
	}
	if passed < 20 {
		t.Errorf("%d passed: the changes show nothing", passed)
	}
}

func FuzzPass(f *testing.F) {
	for _, text := range []string{registers, inCall("INVITE", contact+"\r\n"), answer("200 OK", contact+"\r\n"), "\r\n\r\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if out, err := door.Pass(data); err == nil {
			holds(t, out)
		}
	})
}
