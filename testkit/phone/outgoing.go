package phone

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"
)

// CallOptions of an outgoing call.
type CallOptions struct {
	From    string            // calling number; empty withholds it (RFC 3323, section 4.1)
	To      string            // user part of To; empty means that of the URI called
	Name    string            // display name
	Codecs  []Codec           // empty means the phone's
	Headers map[string]string // further headers
	Media   Media             // media lines of the offer
	Body    Body              // how the offer goes out
	Keys    Keys              // how keys come and go
}

// Body is a way in which an offer goes out.
type Body int

// The ways.
const (
	Plain     Body = iota // as the INVITE's body
	Multipart             // as a part of it, beside another (RFC 5621)
	Late                  // not at all: the far side offers, the ACK answers (RFC 3264, section 4)
)

// Invite calls a SIP URI and returns once the INVITE is sent; see AwaitFinal.
func (p *Phone) Invite(to string, opt CallOptions) (*Call, error) {
	var target sip.Uri
	if err := sip.ParseUri(to, &target); err != nil {
		return nil, fmt.Errorf("phone: %q: %w", to, err)
	}
	if len(opt.Codecs) == 0 {
		opt.Codecs = p.opt.Codecs
	}
	m, err := p.newMedia()
	if err != nil {
		return nil, err
	}
	local := nameAddr{name: opt.Name, uri: sip.Uri{Scheme: "sip", User: opt.From, Host: p.addr.Addr().String()}, tag: sip.GenerateTagN(16)}
	if opt.From == "" {
		local.name, local.uri.User, local.uri.Host = "Anonymous", "anonymous", "anonymous.invalid"
	}
	c := &Call{
		Start: time.Now(), phone: p, media: m, target: target, callID: uuid.NewString(), cseq: 1, sdpVersion: 1,
		local:   local,
		remote:  nameAddr{uri: sip.Uri{Scheme: "sip", User: cmp.Or(opt.To, target.User), Host: target.Host}},
		finalCh: make(chan struct{}), done: make(chan struct{}),
	}
	c.id = dialogID(c.callID, c.local.tag)
	m.ways = opt.Keys
	c.invite = c.newInvite(opt)
	if err := p.add(c); err != nil {
		m.close()
		return nil, err
	}
	if !p.opt.Mute {
		m.listen() // early media may come before any answer
	}
	tx, err := p.client.TransactionRequest(p.ctx, c.invite)
	if err != nil {
		c.end(Ended{At: time.Now(), Method: "failed", Local: true})
		return nil, fmt.Errorf("phone: INVITE: %w", err)
	}
	p.wg.Go(func() { c.follow(tx) })
	return c, nil
}

func (c *Call) newInvite(opt CallOptions) *sip.Request {
	req := sip.NewRequest(sip.INVITE, c.target)
	callID := sip.CallIDHeader(c.callID)
	req.AppendHeader(c.local.from())
	req.AppendHeader(c.remote.to())
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: c.cseq, MethodName: sip.INVITE})
	req.AppendHeader(c.contact())
	req.AppendHeader(sip.NewHeader("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE"))
	for name, value := range opt.Headers {
		req.AppendHeader(sip.NewHeader(name, value))
	}
	offer := session{addr: c.media.local, codecs: opt.Codecs, event: c.media.events(eventPT), crypto: c.media.sealed.own(), media: opt.Media}.write(c.sdpVersion)
	switch opt.Body {
	case Plain:
		describe(req, offer)
	case Multipart:
		req.AppendHeader(sip.NewHeader("Content-Type", "multipart/mixed;boundary=part"))
		req.SetBody(fmt.Appendf(nil, "--part\r\nContent-Type: application/x-other\r\nContent-Disposition: render;handling=optional\r\n\r\nm=other\r\n"+
			"--part\r\nContent-Type: application/sdp\r\n\r\n%s\r\n--part--\r\n", offer))
	case Late:
		c.lateOffer = true
		req.SetBody(nil)
	}
	return req
}

// describe gives a request an SDP.
func describe(req *sip.Request, sdp []byte) {
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	req.SetBody(sdp)
}

func (c *Call) contact() *sip.ContactHeader {
	a := c.phone.addr
	uri := sip.Uri{Scheme: "sip", User: c.phone.opt.User, Host: a.Addr().String(), Port: int(a.Port())}
	if c.phone.opt.TLS != nil {
		uri.UriParams = sip.NewParams()
		uri.UriParams.Add("transport", "tls")
	}
	return &sip.ContactHeader{Address: uri}
}

// follow reads the responses to the INVITE up to the final one.
func (c *Call) follow(tx sip.ClientTransaction) {
	for {
		select {
		case res := <-tx.Responses():
			if res.IsProvisional() {
				c.progressed(res)
				continue
			}
			if !res.IsSuccess() {
				c.refused(res)
				return // the transaction has acknowledged it
			}
			tx.OnRetransmission(func(*sip.Response) { c.ack() })
			c.accepted(res)
			return
		case <-tx.Done():
			c.end(Ended{At: time.Now(), Method: "failed"})
			return
		case <-c.phone.ctx.Done():
			return
		}
	}
}

func (c *Call) progressed(res *sip.Response) {
	early, err := c.phone.read(res.Body())
	c.mu.Lock()
	c.provisional = append(c.provisional, Response{Code: res.StatusCode, Reason: res.Reason, At: time.Now(), Media: err == nil, Lines: early.lines})
	first := len(c.provisional) == 1
	cancelling := c.cancelling
	c.mu.Unlock()
	if err == nil {
		c.media.aim(early, early.codecs[0], early.event)
	}
	if first && cancelling {
		c.sendCancel()
	}
}

func (c *Call) refused(res *sip.Response) {
	c.mu.Lock()
	c.final = Response{Code: res.StatusCode, Reason: res.Reason, At: time.Now()}
	if h := res.GetHeader("Retry-After"); h != nil {
		c.final.RetryAfter = h.Value()
	}
	cancelling := c.cancelling
	c.mu.Unlock()
	close(c.finalCh)
	if cancelling {
		c.end(Ended{At: time.Now(), Method: "CANCEL", Local: true})
	} else {
		c.end(Ended{At: time.Now(), Method: "refused", Reasons: reasonsOf(res.GetHeaders("Reason"))})
	}
}

func (c *Call) accepted(res *sip.Response) {
	answer, err := c.phone.read(res.Body())
	if err == nil {
		codec, event := answer.codecs[0], c.media.events(answer.event)
		c.media.aim(answer, codec, event)
		c.startSound()
	}
	c.mu.Lock()
	c.final = Response{Code: res.StatusCode, Reason: res.Reason, At: time.Now(), Media: err == nil, Lines: answer.lines}
	if c.lateOffer && err == nil {
		c.ackBody = session{addr: c.media.local, codecs: answer.codecs[:1], event: c.media.events(answer.event), crypto: c.media.sealed.answering(answer.crypto), media: answer.answer()}.write(c.sdpVersion)
	}
	c.remote.tag, _ = res.To().Params.Get("tag")
	if contact := res.Contact(); contact != nil {
		c.target = *contact.Address.Clone()
	}
	cancelling := c.cancelling
	c.mu.Unlock()
	c.ack()
	close(c.finalCh)
	if cancelling || err != nil {
		c.bye() // the answer crossed the CANCEL, or cannot be spoken with
	}
}

func (c *Call) startSound() {
	if !c.phone.opt.Mute {
		c.media.speak()
	}
}

// ack acknowledges a 2xx, each time that it comes (RFC 3261, section 13.2.2.4).
func (c *Call) ack() {
	// A lost ACK makes the far side repeat its 2xx.
	req := c.request(sip.ACK)
	c.mu.Lock()
	if c.ackBody != nil {
		describe(req, c.ackBody)
	}
	c.mu.Unlock()
	_ = c.phone.client.WriteRequest(req)
}

// cancel gives an unanswered outgoing call up: at once when the far side has
// said anything, else when it does (RFC 3261, section 9.1).
func (c *Call) cancel() {
	c.mu.Lock()
	ready := len(c.provisional) > 0 && !c.cancelling
	c.cancelling = true
	c.mu.Unlock()
	if ready {
		c.sendCancel()
	}
}

func (c *Call) sendCancel() {
	req := sip.NewRequest(sip.CANCEL, c.invite.Recipient)
	req.AppendHeader(sip.HeaderClone(c.invite.Via()))
	req.AppendHeader(c.local.from())
	req.AppendHeader(nameAddr{uri: c.remote.uri}.to())
	callID := sip.CallIDHeader(c.callID)
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: c.invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	maxForwards := sip.MaxForwardsHeader(70)
	req.AppendHeader(&maxForwards)
	req.SetBody(nil)
	req.Laddr = c.invite.Laddr
	c.phone.wg.Go(func() {
		ctx, stop := context.WithTimeout(c.phone.ctx, sip.Timer_F)
		defer stop()
		asBuilt := func(*sipgo.Client, *sip.Request) error { return nil }
		_, _ = c.phone.client.Do(ctx, req, asBuilt) // what counts is the INVITE's 487
	})
}
