package attack

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// media are what an offer's lines may be (RFC 4566 section 5.14, RFC 3264).
var media = []string{"audio 9 RTP/AVP 0", "audio 0 RTP/AVP 0", "audio 9 RTP/AVP 8 0 101", "audio 9 RTP/SAVP 0", "audio 9 UDP/TLS/RTP/SAVPF 111",
	"image 9 udptl t38", "image 0 udptl t38", "video 9 RTP/AVP 96", "video 0 RTP/AVP 96", "text 9 RTP/AVP 98", "application 9 TCP/MRCPv2 1",
	"application 9 UDP/DTLS/SCTP webrtc-datachannel", "message 9 TCP/MSRP *", "audio 9 RTP/AVP", "nonsense 9 x y"}

// generated is an SDP offer of up to eight lines.
func generated(random *rand.Rand) string {
	var b strings.Builder
	b.WriteString("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n")
	lines := 1 + random.IntN(8)
	if random.IntN(3) == 0 {
		b.WriteString("a=group:BUNDLE 0 1 2\r\n")
	}
	for i := range lines {
		fmt.Fprintf(&b, "m=%s\r\na=mid:%d\r\n", media[random.IntN(len(media))], i)
		if random.IntN(4) == 0 {
			b.WriteString([]string{"a=sendonly\r\n", "a=inactive\r\n", "a=rtcp-mux\r\n", "c=IN IP4 0.0.0.0\r\n", "a=crypto:1 x y\r\n"}[random.IntN(5)])
		}
	}
	return b.String()
}

// offers calls with offers of every kind, and offers anew in calls that were
// answered. Whatever the engine thinks of them, it has to answer.
func offers(ctx context.Context, at Target, full bool, n *Count) error {
	p, err := newPeer(carrier, at.SIP, n)
	if err != nil {
		return err
	}
	defer p.close()
	random := rand.New(rand.NewPCG(32, 64))
	for range scale(full, 300) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r := request{uri: "sip:" + at.Number + "@" + at.SIP, callID: fmt.Sprintf("offer-%d", messages.Add(1)), tag: "offer", body: generated(random)}
		if random.IntN(2) == 0 {
			p.tryInvite(r, false)
			continue
		}
		p.offerTwice(r, generated(random))
	}
	return nil
}

// offerTwice waits for an answer, offers something else within the call
// (RFC 3264 section 8), and ends it.
func (p *peer) offerTwice(r request, second string) {
	r.method = "INVITE"
	m := r.bytes(p.local())
	text, ok := p.ask(m, settle, func(s string) bool { return status(s) >= 200 })
	if !ok { // it rings on: give it up
		p.send(cancelOf(m))
		text, ok = p.await(settle, func(s string) bool { return status(s) >= 200 && strings.Contains(s, "INVITE") })
	}
	if !ok {
		p.n.wrong("no answer to the offer %q", r.body)
		return
	}
	p.note(text, false)
	if status(text) >= 300 {
		p.send(sameRequest(m, "ACK", toOf(text)))
		return
	}
	p.send(sameRequest(m, "ACK", toOf(text)))
	again := r
	again.to, again.cseq, again.body = strings.TrimPrefix(toOf(text), "To: "), 2, second
	p.send(again.bytes(p.local()))
	if answer, ok := p.await(settle, func(s string) bool { return status(s) >= 200 && strings.Contains(s, "CSeq: 2 ") }); ok {
		p.note(answer, false)
		ack := again
		ack.method, ack.body = "ACK", ""
		p.send(ack.bytes(p.local()))
	} else {
		p.n.wrong("no answer to %q after %q", second, r.body)
	}
	bye := again
	bye.method, bye.cseq, bye.body = "BYE", 3, ""
	p.send(bye.bytes(p.local()))
	p.await(settle, func(s string) bool { return strings.Contains(s, "CSeq: 3 ") })
}

// unanswered sends requests of every method within a call and without one. Each
// gets a final answer (RFC 3261 section 8.2), ACK none.
func unanswered(ctx context.Context, at Target, full bool, n *Count) error {
	p, err := newPeer(carrier, at.SIP, n)
	if err != nil {
		return err
	}
	defer p.close()
	for range scale(full, 20) {
		r := request{method: "INVITE", uri: "sip:" + at.Number + "@" + at.SIP, callID: fmt.Sprintf("inside-%d", messages.Add(1)), tag: "inside", body: offer}
		m := r.bytes(p.local())
		text, ok := p.ask(m, settle, func(s string) bool { return status(s) > 100 })
		if !ok {
			n.wrong("no answer to a plain call")
			continue
		}
		if status(text) < 200 {
			early, got := p.await(3*time.Second, func(s string) bool { return status(s) >= 200 })
			if got {
				text = early
			}
		}
		if status(text) >= 200 && status(text) < 300 {
			p.send(sameRequest(m, "ACK", toOf(text)))
			p.everyMethod(r, strings.TrimPrefix(toOf(text), "To: "), ctx)
			bye := r
			bye.method, bye.to, bye.cseq, bye.body = "BYE", strings.TrimPrefix(toOf(text), "To: "), 100, ""
			p.send(bye.bytes(p.local()))
			p.await(settle, func(s string) bool { return strings.Contains(s, "CSeq: 100 ") })
			continue
		}
		p.send(cancelOf(m))
		if text, ok = p.await(settle, func(s string) bool { return status(s) >= 200 && strings.Contains(s, "INVITE") }); ok {
			p.send(sameRequest(m, "ACK", toOf(text)))
		}
	}
	return ctx.Err()
}

// everyMethod sends each method but those that change or end the call.
func (p *peer) everyMethod(r request, to string, ctx context.Context) {
	cseq := 1
	for _, m := range methods {
		if m == "INVITE" || m == "ACK" || m == "BYE" || m == "CANCEL" || m == "PRACK" || ctx.Err() != nil {
			continue
		}
		cseq++
		in := r
		in.method, in.to, in.cseq, in.body, in.headers = m, to, cseq, "", "Event: nothing\r\nRefer-To: <sip:0@127.0.0.1>\r\n"
		p.send(in.bytes(p.local()))
		want := fmt.Sprintf("CSeq: %d %s", cseq, m)
		if answer, ok := p.await(settle, func(s string) bool { return status(s) >= 200 && strings.Contains(s, want) }); ok {
			p.note(answer, false)
		} else {
			p.n.wrong("no answer to %s within a call", m)
		}
	}
}
