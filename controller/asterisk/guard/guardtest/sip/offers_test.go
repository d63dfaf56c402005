package sip_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// dialog is the far side of a call with the guard before the engine.
type dialog struct {
	*guard
	id     string
	cseq   int
	inside bool // the engine's tag is known
}

func (d *dialog) headers(first, method string, fromUs bool, contentType, body string) string {
	from, to := "<sip:01012345678@192.0.2.1>;tag=peer", "<sip:07076660001@192.0.2.9>"
	if d.inside {
		to += ";tag=us"
	}
	if fromUs {
		from, to = to, from
	}
	all := []string{first, "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK" + strconv.Itoa(d.cseq), "From: " + from, "To: " + to,
		"Call-ID: " + d.id, fmt.Sprintf("CSeq: %d %s", d.cseq, method)}
	if body != "" {
		all = append(all, "Content-Type: "+contentType)
	}
	return lines(append(all, fmt.Sprintf("Content-Length: %5d", len(body)), "")...) + body
}

const sdpType = "application/sdp"

// description is a session description with media lines.
func description(version int, media ...string) string {
	text := lines("v=0", fmt.Sprintf("o=- 5 %d IN IP4 192.0.2.1", version), "s=-", "c=IN IP4 192.0.2.1", "t=0 0")
	for _, m := range media {
		text += lines(m)
	}
	return text
}

// ours is the one audio line of the engine.
const ours = "m=audio 20000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv"

// offer gives the guard an offer and the media lines that the engine sees.
func (d *dialog) offer(method string, media ...string) (verdict int, engine []string) {
	d.Helper()
	d.cseq++
	verdict, became := d.receive(d.headers(method+" sip:07076660001@192.0.2.9 SIP/2.0", method, false, sdpType, description(1, media...)))
	return verdict, mediaOf(became)
}

// answer gives what the far side sees of an answer of the engine's.
func (d *dialog) answer(method string, status, version int) (media []string, seenVersion int) {
	d.Helper()
	d.inside = true
	body := ""
	if status < 300 {
		body = description(version, ours)
	}
	sent := d.send(d.headers(fmt.Sprintf("SIP/2.0 %d X", status), method, false, sdpType, body))
	checkLength(d, sent)
	return mediaOf(sent), versionOf(sent)
}

// mediaOf is the media lines of a message.
func mediaOf(message string) []string {
	var all []string
	for line := range strings.SplitSeq(message, "\n") {
		if m, ok := strings.CutPrefix(strings.TrimRight(line, "\r"), "m="); ok {
			all = append(all, m)
		}
	}
	return all
}

func versionOf(message string) int {
	_, after, _ := strings.Cut(message, "\no=- 5 ")
	digits, _, _ := strings.Cut(after, " ")
	n, _ := strconv.Atoi(digits)
	return n
}

// checkLength compares Content-Length with the body.
func checkLength(t testing.TB, message string) {
	t.Helper()
	head, body, _ := strings.Cut(message, "\r\n\r\n")
	_, value, _ := strings.Cut(head, "Content-Length:")
	value, _, _ = strings.Cut(value, "\r\n")
	if n, err := strconv.Atoi(strings.TrimSpace(value)); err != nil || n != len(body) {
		t.Errorf("Content-Length %q of a body of %d bytes:\n%s", value, len(body), message)
	}
}

var others = []string{
	"m=image 4400 udptl t38\r\na=T38FaxVersion:0", "m=image 0 udptl t38", "m=video 4402 RTP/AVP 96\r\na=rtpmap:96 H264/90000",
	"m=video 0 RTP/AVP 34", "m=text 4406 RTP/AVP 98", "m=application 4408 TCP/BFCP *", "m=message 4410 TCP/MSRP *",
	"m=audio 4412 RTP/AVP 18", "m=audio 0 RTP/AVP 0", "m=audio 4414 RTP/SAVP 0", "m=x-thing 1/2 x",
}

const audio = "m=audio 5000 RTP/AVP 0 8\r\na=sendrecv"

// kinds is the first word of media lines.
func kinds(media []string) []string {
	var all []string
	for _, m := range media {
		kind, _, _ := strings.Cut(strings.TrimPrefix(m, "m="), " ")
		all = append(all, kind)
	}
	return all
}

// checkAnswer judges what the far side sees: its lines, all but the audio off.
func checkAnswer(t testing.TB, offered, answered []string) {
	t.Helper()
	if !slices.Equal(kinds(offered), kinds(answered)) {
		t.Fatalf("offer %q: answer %q", offered, answered)
	}
	for i, m := range answered {
		want := "0"
		if offered[i] == audio {
			want = "20000"
		}
		if port := strings.Split(m, " ")[1]; port != want {
			t.Errorf("offer %q: answer %q: line %d has port %s, want %s", offered, answered, i, port, want)
		}
	}
}

// Random calls: the engine sees one audio line whatever is offered; answers and
// our own later offers have the far side's lines at their places (RFC 3264,
// sections 6 and 8), in offers that are accepted, refused and repeated.
//
// Covers: RFC 3264 6, RFC 3264 8, SYS-1.
func TestOffers_Generated(t *testing.T) {
	g := newGuard(t)
	random := rand.New(rand.NewPCG(3264, 28))
	for call := range 300 {
		d := &dialog{guard: g, id: fmt.Sprintf("call-%d@192.0.2.1", call)}
		var agreed []string
		version, seen := 1, -1
		for range 1 + random.IntN(5) {
			media := randomOffer(random)
			method := "INVITE"
			if d.inside && random.IntN(2) == 0 {
				method = "UPDATE"
			}
			verdict, engine := d.offer(method, media...)
			if verdict != 0 || len(engine) != 1 || engine[0] != "audio 5000 RTP/AVP 0 8" {
				t.Fatalf("offer %q: verdict %d, the engine sees %q", media, verdict, engine)
			}
			if random.IntN(4) == 0 {
				d.cseq-- // it comes again
				d.offer(method, media...)
			}
			if random.IntN(4) == 0 {
				d.answer(method, 488, 0)
				if agreed == nil {
					d.inside = false
				}
			} else {
				answered, v := d.answer(method, 200, version)
				checkAnswer(t, media, answered)
				if v <= seen && !slices.Equal(agreed, media) {
					t.Errorf("the version is %d after %d, and the lines changed", v, seen)
				}
				agreed, seen = media, v
			}
			if agreed != nil {
				sent := g.send(d.headers("INVITE sip:peer@192.0.2.1 SIP/2.0", "INVITE", true, sdpType, description(version, ours)))
				checkLength(t, sent)
				checkAnswer(t, agreed, mediaOf(sent))
				checkTheirAnswer(d, agreed)
			}
			version += random.IntN(2)
		}
		g.send(d.headers("BYE sip:peer@192.0.2.1 SIP/2.0", "BYE", true, "", ""))
		if sent := g.send(d.headers("INVITE sip:peer@192.0.2.1 SIP/2.0", "INVITE", true, sdpType, description(9, ours))); len(mediaOf(sent)) != 1 || versionOf(sent) != 9 {
			t.Errorf("after BYE the dialog is still known:\n%s", sent)
		}
	}
}

// checkTheirAnswer answers our offer with a line for each: the engine sees one.
func checkTheirAnswer(d *dialog, agreed []string) {
	d.Helper()
	var media []string
	for _, m := range agreed {
		fields := strings.Split(m, " ")
		if m != audio {
			m = strings.Join([]string{fields[0], "0", fields[2], "0"}, " ")
		}
		media = append(media, m)
	}
	_, became := d.receive(d.headers("SIP/2.0 200 OK", "INVITE", true, sdpType, description(2, media...)))
	if got := mediaOf(became); len(got) != 1 || got[0] != "audio 5000 RTP/AVP 0 8" {
		d.Errorf("answer %q: the engine sees %q", media, got)
	}
}

func randomOffer(random *rand.Rand) []string {
	var media []string
	for range random.IntN(8) {
		media = append(media, others[random.IntN(len(others))])
	}
	return slices.Insert(media, random.IntN(len(media)+1), audio)
}

// What has no audio for us is refused, and what cannot be read.
//
// Covers: RFC 3264 6, RFC 3261 21.4.26.
func TestOffers_Refused(t *testing.T) {
	g := newGuard(t)
	for i, media := range [][]string{
		{others[0]}, {others[1]}, {others[2], others[4]}, {"m=audio 0 RTP/AVP 0"}, {}, {audio, "m=video"}, {audio, "m=video x RTP/AVP 1"},
		{audio, "m=video 99999 RTP/AVP 1"}, {audio, "m=" + strings.Repeat("v", 200) + " 1 RTP/AVP 1"}, slices.Repeat([]string{audio}, 17),
	} {
		for _, method := range []string{"INVITE", "UPDATE"} {
			d := &dialog{guard: g, id: fmt.Sprintf("refused-%d@x", i)}
			if verdict, _ := d.offer(method, media...); verdict != 488 {
				t.Errorf("%s with %q: verdict %d, want 488", method, media, verdict)
			}
		}
	}
}

// A description counts wherever it stands in the body, and however its lines
// end; what is none is left alone.
func TestOffers_Bodies(t *testing.T) {
	g := newGuard(t)
	sdp := description(1, others[0], audio)
	part := func(kind, body string) string { return "--b\r\nContent-Type: " + kind + "\r\n\r\n" + body + "\r\n" }
	for name, c := range map[string]struct {
		kind, body string
		verdict    int
		want       int
	}{
		"plain":                  {sdpType, sdp, 0, 1},
		"upper case":             {"Application/SDP", sdp, 0, 1},
		"parameters":             {"application/sdp;charset=utf-8", sdp, 0, 1},
		"bare LF":                {sdpType, strings.ReplaceAll(sdp, "\r\n", "\n"), 0, 1},
		"no last line":           {sdpType, strings.TrimRight(sdp, "\r\n"), 0, 1},
		"multipart":              {"multipart/mixed;boundary=b", part("application/isup", "m=\x01\x02") + part(sdpType, sdp) + "--b--\r\n", 0, 2},
		"two of them":            {"multipart/mixed;boundary=b", part(sdpType, sdp) + part(sdpType, sdp) + "--b--\r\n", 0, 2},
		"one unusable":           {"multipart/mixed;boundary=b", part(sdpType, sdp) + part(sdpType, description(1, others[0])) + "--b--\r\n", 488, 3},
		"multipart parameter":    {"application/sdp;x=multipart", sdp, 0, 1},
		"quoted boundary":        {"multipart/mixed ;a=\";boundary=x\"; Boundary = \"b\" ;c", part("text/plain", "m=x") + part(sdpType, sdp) + "--b--\r\n", 0, 2},
		"no boundary":            {"multipart/mixed", part(sdpType, sdp) + "--b--\r\n", 488, 0},
		"escaped boundary":       {"multipart/mixed;boundary=%62", part(sdpType, sdp) + "--b--\r\n", 488, 0},
		"another boundary":       {"multipart/mixed;boundary=c", part(sdpType, sdp) + "--b--\r\n", 488, 0},
		"no description":         {"multipart/mixed;boundary=b", part("application/isup", "m=\x01\x02") + "--b--\r\n", 0, 1},
		"a line of dashes":       {"multipart/mixed;boundary=b", "--b\r\nContent-Type: application/sdp\r\nm=audio 5 RTP/AVP 8\r\n--x\r\n\r\n" + sdp + "\r\n--b--\r\n", 0, 1},
		"boundary within a line": {"multipart/mixed;boundary=b", "x--b\r\nContent-Type: application/sdp\r\n\r\n" + sdp + "\r\n--b--\r\n", 0, 1},
		"not a session":          {"text/plain", "m=image 1 udptl t38\r\n", 0, 1},
		"blanks in m=":           {sdpType, description(1, "m= image  1 udptl t38", audio), 0, 1},
		"SAVP alone":             {sdpType, description(1, "m=audio 5 RTP/SAVP 0"), 0, 1},
		"known codec":            {sdpType, description(1, "m=audio 6 RTP/AVP 97\r\na=rtpmap:97 AMR/8000", "m=audio 5000 RTP/AVP 98\r\na=rtpmap:98 opus/48000/2"), 0, 1},
		"nothing at all":         {sdpType, "", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			g.TB = t
			d := &dialog{guard: g, id: name + "@x"}
			verdict, became := g.receive(d.headers("INVITE sip:1@x SIP/2.0", "INVITE", false, c.kind, c.body))
			if got := mediaOf(became); verdict != c.verdict || (verdict == 0 && len(got) != c.want) {
				t.Errorf("verdict %d, media lines %q, want %d and %d of them", verdict, got, c.verdict, c.want)
			}
			if strings.Contains(became, "m=audio 6 ") {
				t.Error("the line with a codec that nobody speaks was taken")
			}
		})
	}
	g.TB = t
	for _, c := range []struct {
		media   []string
		verdict int
	}{
		{[]string{audio}, 0}, {[]string{audio, others[2]}, 0}, {[]string{audio, others[2], others[2]}, 0},
		{[]string{others[0], audio}, 488}, {[]string{audio, others[0]}, 488}, {[]string{others[2], audio}, 488}, {nil, 488},
	} {
		browser := lines("INVITE sip:1@x SIP/2.0", "Call-ID: b", "From: <sip:a@b>;tag=1", "CSeq: 1 INVITE", "Content-Type: application/sdp", "") +
			description(1, c.media...)
		if verdict, became := g.pass('b', browser); verdict != c.verdict || became != browser {
			t.Errorf("a browser's offer %q: verdict %d, want %d; changed: %v", c.media, verdict, c.verdict, became != browser)
		}
	}
}

// Strangers' offers that nobody accepts do not displace a call's.
func TestOffers_Remembered(t *testing.T) {
	g := newGuard(t)
	call := &dialog{guard: g, id: "kept@x"}
	call.offer("INVITE", others[0], audio)
	call.answer("INVITE", 200, 1)
	for i := range 3000 {
		d := &dialog{guard: g, id: fmt.Sprintf("stranger-%d@x", i)}
		d.offer("INVITE", others[0], audio)
	}
	if sent := g.send(call.headers("INVITE sip:peer@192.0.2.1 SIP/2.0", "INVITE", true, sdpType, description(2, ours))); len(mediaOf(sent)) != 2 {
		t.Errorf("the call's lines are forgotten:\n%s", sent)
	}
	for i := range 6000 {
		d := &dialog{guard: g, id: fmt.Sprintf("call-%d@x", i)}
		d.offer("INVITE", others[0], audio)
		if answered, _ := d.answer("INVITE", 200, 1); len(answered) != 2 {
			t.Fatalf("call %d: answer %q", i, answered)
		}
	}
}

// An answer that cannot be used reaches the engine as one that it refuses.
//
// Covers: RFC 3264 6, SYS-1.
func TestOffers_BadAnswers(t *testing.T) {
	g := newGuard(t)
	for i, media := range [][]string{
		{others[3], "m=audio 0 RTP/AVP 0"}, {others[0]}, {audio, "m=video"}, slices.Repeat([]string{audio}, 17),
	} {
		d := &dialog{guard: g, id: fmt.Sprintf("answer-%d@x", i), cseq: 1, inside: true}
		for _, m := range []string{
			d.headers("SIP/2.0 200 OK", "INVITE", true, sdpType, description(1, media...)),
			d.headers("ACK sip:us@192.0.2.9 SIP/2.0", "ACK", false, sdpType, description(1, media...)),
			d.headers("SIP/2.0 183 X", "INVITE", true, "multipart/mixed", "--b\r\nContent-Type: application/sdp\r\n\r\n"+description(1, media...)+"--b--\r\n"),
		} {
			verdict, became := g.receive(m)
			if verdict != 0 || len(mediaOf(became)) != 0 || strings.Count(became, "\n!=") != len(media) {
				t.Errorf("answer %q: verdict %d, the engine sees\n%s", media, verdict, became)
			}
		}
	}
}

// A dialog that cannot be remembered is refused only where something would
// have to be put back: RFC 2543 has no tags, and some Call-IDs are long.
//
// Covers: RFC 3264 6, RFC 3261 12.2.2.
func TestOffers_WithoutKey(t *testing.T) {
	g := newGuard(t)
	d := &dialog{guard: g, id: "short@x", cseq: 1}
	for want, media := range map[int][]string{0: {audio}, 488: {audio, others[0]}} {
		invite := d.headers("INVITE sip:1@x SIP/2.0", "INVITE", false, sdpType, description(1, media...))
		for _, m := range []string{strings.Replace(invite, ";tag=peer", "", 1), strings.Replace(invite, "short@x", strings.Repeat("long", 150), 1)} {
			if verdict, _ := g.receive(m); verdict != want {
				t.Errorf("offer %q: verdict %d, want %d:\n%s", media, verdict, want, m)
			}
		}
	}
}

// Where the new size has no room nothing is written.
//
// Covers: RFC 3261 20.14.
func TestOffers_NarrowLength(t *testing.T) {
	g := newGuard(t)
	d := &dialog{guard: g, id: "narrow@x"}
	d.offer("INVITE", others[0], audio, others[2])
	d.inside = true
	body := strings.TrimSuffix(description(3, "m=audio 20000 RTP/AVP 8"), "\r\n")
	if len(body) > 99 {
		t.Fatalf("the description has %d bytes", len(body))
	}
	wide := d.headers("SIP/2.0 180 X", "INVITE", false, sdpType, body)
	narrow := strings.Replace(wide, fmt.Sprintf("Content-Length: %5d", len(body)), fmt.Sprintf("Content-Length:%d", len(body)), 1)
	if sent := g.send(narrow); sent != narrow {
		t.Errorf("became\n%s\nof\n%s", sent, narrow)
	}
	if sent := g.send(wide); len(mediaOf(sent)) != 3 {
		t.Errorf("with room it became\n%s", sent)
	}
}

// Of two audio lines who comes over TLS gets the encrypted one, and who does not the
// plain one.
//
// Covers: RFC 4568, SEC-1.
func TestOffers_OverTLS(t *testing.T) {
	const plain, encrypted = "m=audio 5000 RTP/AVP 8", "m=audio 5002 RTP/SAVP 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x"
	for transport, want := range map[string]string{"UDP": "RTP/AVP", "TCP": "RTP/AVP", "TLS": "RTP/SAVP"} {
		for _, offered := range [][]string{{plain, encrypted}, {encrypted, plain}} {
			d := &dialog{guard: newGuard(t), id: transport + "@x"}
			message := strings.Replace(d.headers("INVITE sip:07076660001@192.0.2.9 SIP/2.0", "INVITE", false, sdpType, description(1, offered...)), "SIP/2.0/UDP", "SIP/2.0/"+transport, 1)
			verdict, became := d.receive(message)
			if media := mediaOf(became); verdict != 0 || len(media) != 1 || !strings.Contains(media[0], want+" ") {
				t.Errorf("%s, %q: verdict %d, %q", transport, offered, verdict, media)
			}
		}
	}
}
