package phone

import (
	"errors"
	"time"

	"github.com/emiago/sipgo/sip"
)

// errOver is given by commands on a call that is decided already.
var errOver = errors.New("phone: the call is over or answered")

// incoming takes a new INVITE.
func (p *Phone) incoming(req *sip.Request, tx *sip.ServerTx) {
	now := time.Now()
	if p.opt.OnInvite == nil {
		respond(tx, req, 480, "Temporarily Unavailable")
		return
	}
	offer, err := p.read(req.Body())
	if err != nil || req.Contact() == nil {
		respond(tx, req, 488, "Not Acceptable Here")
		return
	}
	m, err := p.newMedia()
	if err != nil {
		respond(tx, req, 500, "Server Internal Error")
		return
	}
	from, to := req.From(), req.To()
	remoteTag, _ := from.Params.Get("tag")
	c := &Call{
		Start: now, phone: p, inbound: true, media: m, invite: req.Clone(), callID: req.CallID().Value(), offer: offer,
		local:  nameAddr{name: to.DisplayName, uri: *to.Address.Clone(), tag: sip.GenerateTagN(16)},
		remote: nameAddr{name: from.DisplayName, uri: *from.Address.Clone(), tag: remoteTag},
		target: *req.Contact().Address.Clone(), cseq: 1, sdpVersion: 1, serverTx: tx,
		finalCh: make(chan struct{}), ackCh: make(chan struct{}), done: make(chan struct{}),
	}
	c.id = dialogID(c.callID, c.local.tag)
	if err := p.add(c); err != nil {
		m.close()
		respond(tx, req, 503, "Service Unavailable")
		return
	}
	cancelled := func(cancel *sip.Request) {
		e := Ended{At: time.Now(), Method: "CANCEL", Reasons: reasons(cancel)}
		go c.end(e) // the transaction is locked here, and Answer locks in the other order
	}
	if !tx.OnCancel(cancelled) {
		c.end(Ended{At: time.Now(), Method: "CANCEL"})
		return
	}
	p.opt.OnInvite(c)
}

// respond answers the INVITE with our tag in To.
func (c *Call) respond(code int, reason string, body []byte, headers ...sip.Header) error {
	res := sip.NewResponseFromRequest(c.invite, code, reason, nil)
	res.To().Params.Add("tag", c.local.tag)
	if code >= 180 && code < 300 {
		res.AppendHeader(c.contact())
	}
	for _, h := range headers {
		res.AppendHeader(h)
	}
	if body != nil {
		res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
		res.SetBody(body)
	}
	return c.serverTx.Respond(res)
}

// Ring says that the phone rings (180).
func (c *Call) Ring() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.decided() {
		return errOver
	}
	c.provisional = append(c.provisional, Response{Code: 180, Reason: "Ringing", At: time.Now()})
	return c.respond(180, "Ringing", nil)
}

// Progress says that the call is under way (183), with a description of early
// media as carriers send it, and sends the sound; or with neither.
func (c *Call) Progress(media bool) error {
	codec, err := agree(c.offer.codecs, c.phone.opt.Codecs)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.decided() {
		return errOver
	}
	c.provisional = append(c.provisional, Response{Code: 183, Reason: "Session Progress", At: time.Now()})
	if !media {
		return c.respond(183, "Session Progress", nil)
	}
	c.begin(codec)
	return c.respond(183, "Session Progress", c.answerSDP(codec, nil))
}

// answerSDP is the phone's answer to the offer.
func (c *Call) answerSDP(codec Codec, media Media) []byte {
	return session{addr: c.media.local, codecs: []Codec{codec}, event: c.media.events(c.offer.event), crypto: c.media.sealed.answering(c.offer.crypto), media: media}.write(c.sdpVersion)
}

// begin starts the sound, before the far side is told: it may speak then. The
// caller holds mu.
func (c *Call) begin(codec Codec) {
	c.media.aim(c.offer, codec, c.media.events(c.offer.event))
	if c.sounds || c.phone.opt.Mute {
		return
	}
	c.sounds = true
	c.media.listen()
	c.media.speak()
}

// decided says whether the call is answered, refused or over.
func (c *Call) decided() bool { return !c.inbound || c.final.Code != 0 || !c.ended.At.IsZero() }

// Answer accepts the call.
func (c *Call) Answer() error { return c.AnswerWith(nil) }

// AnswerWith accepts the call with these media lines, whatever was offered; nil
// is the phone's audio alone.
func (c *Call) AnswerWith(media Media) error {
	codec, err := agree(c.offer.codecs, c.phone.opt.Codecs)
	if err != nil {
		c.Refuse(488, "Not Acceptable Here")
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.decided() {
		return errOver
	}
	body := c.answerSDP(codec, media)
	c.begin(codec)
	if err := c.respond(200, "OK", body); err != nil {
		return err // a CANCEL came first
	}
	c.final = Response{Code: 200, Reason: "OK", At: time.Now(), Media: true}
	close(c.finalCh)
	c.repeat(body, sip.T1)
	return nil
}

// repeat sends the 2xx again until it is acknowledged (RFC 3261, section
// 13.3.1.4). The caller holds mu.
func (c *Call) repeat(body []byte, after time.Duration) {
	c.ackTimer = time.AfterFunc(after, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.ackTimer == nil || !c.ended.At.IsZero() || time.Since(c.final.At) > 64*sip.T1 {
			return
		}
		_ = c.respond(200, "OK", body) // sent once more anyway
		c.repeat(body, min(2*after, sip.T2))
	})
}

// acked takes the ACK of a 2xx.
func (c *Call) acked() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ackTimer != nil {
		c.ackTimer.Stop()
		c.ackTimer = nil
		close(c.ackCh)
	}
}

// Refuse ends an unanswered inbound call with a final response of 300 or more.
func (c *Call) Refuse(code int, reason string, headers ...sip.Header) {
	c.mu.Lock()
	if c.decided() {
		c.mu.Unlock()
		return
	}
	c.final = Response{Code: code, Reason: reason, At: time.Now()}
	close(c.finalCh)
	_ = c.respond(code, reason, nil, headers...) // repeated by the transaction until acknowledged
	c.mu.Unlock()
	c.end(Ended{At: time.Now(), Method: "refused", Local: true})
}

// reinvited answers a re-INVITE or UPDATE: the far side may move its sound
// (RFC 3261, section 14.2; RFC 3311).
func (c *Call) reinvited(req *sip.Request, tx *sip.ServerTx) {
	body := req.Body()
	if len(body) == 0 && req.Method == sip.UPDATE {
		respond(tx, req, 200, "OK")
		return
	}
	c.media.mu.Lock()
	codec, event, local := c.media.codec, c.media.event, c.media.local
	c.media.mu.Unlock()
	var media Media
	crypto := c.media.sealed.own()
	if len(body) > 0 {
		offer, err := c.phone.read(body)
		if err == nil {
			codec, err = agree(offer.codecs, c.phone.opt.Codecs)
		}
		if err != nil {
			respond(tx, req, 488, "Not Acceptable Here")
			return
		}
		event, media, crypto = c.media.events(offer.event), offer.answer(), c.media.sealed.answering(offer.crypto)
		c.media.aim(offer, codec, event)
	}
	c.mu.Lock()
	c.sdpVersion++
	version := c.sdpVersion
	c.mu.Unlock()
	res := sip.NewSDPResponseFromRequest(req, session{addr: local, codecs: []Codec{codec}, event: event, crypto: crypto, media: media}.write(version))
	res.AppendHeader(c.contact())
	_ = tx.Respond(res) // repeated when the request is repeated
}
