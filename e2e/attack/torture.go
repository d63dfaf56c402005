package attack

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// twist makes a message of RFC 4475 from a plain one. The names are those of
// its sections.
type twist struct {
	name string
	make func(plain string) string
}

// swap replaces the first occurrences, given in pairs.
func swap(pairs ...string) func(string) string {
	return func(m string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			m = strings.Replace(m, pairs[i], pairs[i+1], 1)
		}
		return m
	}
}

// add puts lines before Max-Forwards.
func add(lines ...string) func(string) string {
	return swap("Max-Forwards: 70", strings.Join(lines, "\r\n")+"\r\nMax-Forwards: 70")
}

// response makes a response of the plain request.
func response(line string) func(string) string {
	return func(m string) string {
		_, rest, _ := strings.Cut(m, "\r\n")
		return line + "\r\n" + rest
	}
}

// register makes the plain request a REGISTER with this Contact.
func register(contact string) func(string) string {
	return func(m string) string {
		m = strings.ReplaceAll(m, "INVITE", "REGISTER")
		from := strings.Index(m, "Contact: ")
		to := from + strings.Index(m[from:], "\r\n")
		return m[:from] + "Contact: " + contact + m[to:]
	}
}

func chain(steps ...func(string) string) func(string) string {
	return func(m string) string {
		for _, s := range steps {
			m = s(m)
		}
		return m
	}
}

var long = strings.Repeat("long", 500)

// valid are the messages of RFC 4475 sections 3.1.1, 3.3 and 3.4 that a parser
// must understand; invalid are the others'.
var valid = []twist{
	{"3.1.1.1 short tortuous INVITE", swap("From: ", "f\r\n : \r\n ", "To: ", "TO :\r\n\t ", "Call-ID: ", "i:", "CSeq: 1 ", "cseq: 00000001\r\n  ", "Contact: ", "m\t:", "Max-Forwards: 70", "MAX-FORWARDS : 0070\r\nNewFangledHeader:   new\r\n  value")},
	{"3.1.1.2 wide range of characters", func(m string) string {
		return strings.ReplaceAll(m, "INVITE", "!interesting-Method0123456789_*+`.%indeed'~")
	}},
	{"3.1.1.3 escapes", swap("<sip:nobody@", "<sip:%6e%6fb%6Fdy@")},
	{"3.1.1.4 escaped nulls", register("<sip:null-%00-null@127.0.0.1>")},
	{"3.1.1.5 percent that escapes nothing", func(m string) string { return strings.ReplaceAll(m, "INVITE", "RE%47IST%45R") }},
	{"3.1.1.6 no space before <", swap("From: <", "From: caller<")},
	{"3.1.1.7 long values", chain(swap("From: <", "From: \""+long+"\" <", "Call-ID: ", "Call-ID: "+long), add("Unknown-"+long+": "+long, strings.Repeat("Via: SIP/2.0/UDP 127.0.0.9;branch=z9hG4bK"+long+"\r\n", 8)+"Subject: "+long))},
	{"3.1.1.8 a second request behind the first", func(m string) string { return m + strings.ReplaceAll(m, "INVITE", "REGISTER") }},
	{"3.1.1.9 semicolons in the user part", swap("INVITE sip:nobody@", "INVITE sip:user;par=u%40example.net@")},
	{"3.1.1.10 unknown transports", add("Via: SIP/2.0/SCTP 127.0.0.9;branch=z9hG4bK1", "Via: SIP/2.0/UNKNOWN 127.0.0.9;branch=z9hG4bK2", "v: SIP / 2.0 / TLS 127.0.0.9;branch=z9hG4bK3")},
	{"3.1.1.11 multipart", swap("Content-Type: application/sdp", "Content-Type: multipart/mixed;boundary=7a9cbec02ceef655", "v=0", "--7a9cbec02ceef655\r\nContent-Type: application/sdp\r\n\r\nv=0")},
	{"3.1.1.12 unusual reason phrase", response("SIP/2.0 200 = 2**3 * 5**2 \u043d\u043e \xe2\x82\xac")},
	{"3.1.1.13 empty reason phrase", response("SIP/2.0 100 ")},
	{"3.3.1 missing header fields", func(m string) string { return m[:strings.Index(m, "From:")] + "\r\n" }},
	{"3.3.2 unknown scheme", swap("INVITE sip:nobody@ringdesk.invalid", "INVITE nobodyKnowsThisScheme:totallyopaquecontent")},
	{"3.3.3 atypical scheme", swap("INVITE sip:nobody@ringdesk.invalid", "INVITE soap.beep://192.0.2.103:3002")},
	{"3.3.4 unknown schemes in headers", swap("To: <sip:", "To: <isbn:", "From: <sip:", "From: <http://", "Contact: <sip:", "Contact: <name:")},
	{"3.3.5 Require and Proxy-Require", add("Require: nothingSupportsThis, nothingSupportsThisEither", "Proxy-Require: noProxiesSupportThis")},
	{"3.3.6 unknown content", swap("Content-Type: application/sdp", "Content-Type: application/unknownformat")},
	{"3.3.7 unknown authorization scheme", chain(register("<sip:j.user@127.0.0.1>"), add("Authorization: NoOneKnowsThisScheme opaque-data=here"))},
	{"3.3.8 several values where one may be", add("CSeq: 2 INVITE", "Call-ID: second", "From: <sip:second@x>;tag=2", "To: <sip:second@x>", "Max-Forwards: 5")},
	{"3.3.9 several Content-Lengths", add("Content-Length: 5")},
	{"3.3.10 200 with a broadcast Via", chain(response("SIP/2.0 200 OK"), add("Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23"))},
	{"3.3.11 Max-Forwards 0", swap("Max-Forwards: 70", "Max-Forwards: 0")},
	{"3.3.12 REGISTER with a Contact parameter", register("sip:+19725552222@127.0.0.1;unknownparam")},
	{"3.3.13 REGISTER with a URL parameter", register("<sip:+19725552222@127.0.0.1;unknownparam>")},
	{"3.3.14 REGISTER with an escaped header", register("<sip:user@127.0.0.1?Route=%3Csip:sip.example.com%3E>")},
	{"3.3.15 unacceptable Accept", add("Accept: text/nobodyKnowsThis")},
	{"3.4.1 RFC 2543", swap(";branch=z9hG4bK-", ";x=", "Max-Forwards: 70\r\n", "")},
}

var invalid = []twist{
	{"3.1.2.1 superfluous separators", swap("Contact: ", "Contact: \"Joe\" <sip:joe@127.0.0.1>;;;;,, ", "Via: ", "Via: ;;,")},
	{"3.1.2.2 Content-Length too large", swap("Content-Length: ", "Content-Length: 9")},
	{"3.1.2.3 negative Content-Length", swap("Content-Length: ", "Content-Length: -")},
	{"3.1.2.4 scalars too large", swap("CSeq: 1 ", "CSeq: 36893488147419103232 ", "Max-Forwards: 70", "Max-Forwards: 300\r\nExpires: 10000000000000000000000000000000000000")},
	{"3.1.2.5 response's scalars too large", chain(response("SIP/2.0 503 Service Unavailable"), swap("CSeq: 1 ", "CSeq: 9292394834772304023312 "), add("Retry-After: 949302838503028349304023988", "Warning: 1812 overture \"In Progress\""))},
	{"3.1.2.6 unterminated quotes", swap("To: <", "To: \"Mr. J. User <")},
	{"3.1.2.7 <> around the Request-URI", swap("INVITE sip:nobody@ringdesk.invalid", "INVITE <sip:nobody@ringdesk.invalid>")},
	{"3.1.2.8 space in the Request-URI", swap("INVITE sip:nobody@ringdesk.invalid", "INVITE sip:nobody@ringdesk.invalid; lr")},
	{"3.1.2.9 several spaces in the request line", swap("INVITE sip:nobody@ringdesk.invalid SIP", "INVITE  sip:nobody@ringdesk.invalid  SIP")},
	{"3.1.2.10 space behind the request line", swap("SIP/2.0\r\n", "SIP/2.0  \r\n")},
	{"3.1.2.11 escaped headers in the Request-URI", swap("INVITE sip:nobody@ringdesk.invalid", "INVITE sip:nobody@ringdesk.invalid?Route=%3Csip:example.com%3E")},
	{"3.1.2.12 bad time zone", add("Date: Fri, 01 Jan 2010 16:00:00 EST")},
	{"3.1.2.13 no <> around a URI with a query", register("sip:user@127.0.0.1?Route=%3Csip:sip.example.com%3E")},
	{"3.1.2.14 spaces in an addr-spec", swap("To: <sip:nobody@", "To: <sip:nobody @")},
	{"3.1.2.15 display name that is no token", swap("From: <", "From: Bell, Alexander <")},
	{"3.1.2.16 unknown version", swap("SIP/2.0\r\n", "SIP/7.0\r\n")},
	{"3.1.2.17 methods that disagree", swap("CSeq: 1 INVITE", "CSeq: 1 OPTIONS")},
	{"3.1.2.18 unknown methods that disagree", swap("INVITE sip:", "NEWMETHOD sip:")},
	{"3.1.2.19 status too large", response("SIP/2.0 4294967301 better not break the receiver")},
	{"3.2.1 empty branch", swap("branch=z9hG4bK-", "branch=z9hG4bK;x=")},
}

// tortureSIP sends what RFC 4475 says that parsers break on. What each deserves
// is the engine's matter; that nobody else feels it is ours.
func tortureSIP(ctx context.Context, at Target, full bool, n *Count) error {
	for _, from := range []string{stranger, carrier} {
		p, err := newPeer(from, at.SIP, n)
		if err != nil {
			return err
		}
		for round := range scale(full, 10) {
			for _, all := range [][]twist{valid, invalid} {
				for _, w := range all {
					plain := request{method: "INVITE", body: offer, callID: fmt.Sprintf("torture-%d-%d@%s", round, messages.Add(1), p.local())}
					p.send([]byte(w.make(string(plain.bytes(p.local())))))
					p.count(5*time.Millisecond, from == stranger)
				}
			}
			if ctx.Err() != nil {
				break
			}
		}
		p.count(time.Second, from == stranger)
		p.close()
	}
	return ctx.Err()
}
