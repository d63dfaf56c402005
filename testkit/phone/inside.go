package phone

import (
	"context"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Reoffer changes an answered call by INVITE or UPDATE (RFC 3261, section 14;
// RFC 3311). An INVITE without media asks the far side for its offer, which is
// then answered in the ACK. It gives the final response.
func (c *Call) Reoffer(ctx context.Context, method string, media Media) (Response, error) {
	c.mu.Lock()
	c.sdpVersion++
	version := c.sdpVersion
	c.ackBody = nil
	c.mu.Unlock()
	req := c.request(sip.RequestMethod(method))
	req.AppendHeader(c.contact())
	c.media.mu.Lock()
	ours := session{addr: c.media.local, codecs: []Codec{c.media.codec}, event: c.media.event, crypto: c.media.sealed.own(), media: media}
	c.media.mu.Unlock()
	if media != nil {
		describe(req, ours.write(version))
	}
	res, err := c.phone.client.Do(ctx, req)
	if err != nil {
		return Response{}, err
	}
	theirs, err := c.phone.read(res.Body())
	if err == nil {
		c.media.aim(theirs, theirs.codecs[0], theirs.event)
	}
	if method == string(sip.INVITE) && res.IsSuccess() {
		if media == nil && err == nil {
			ours.codecs, ours.media, ours.crypto = theirs.codecs[:1], theirs.answer(), c.media.sealed.answering(theirs.crypto)
			c.mu.Lock()
			c.ackBody = ours.write(version)
			c.mu.Unlock()
		}
		c.ack()
	}
	return Response{Code: res.StatusCode, Reason: res.Reason, At: time.Now(), Media: err == nil, Lines: theirs.lines}, nil
}

// Request sends a request of any method inside the dialog and gives the final
// response.
func (c *Call) Request(ctx context.Context, method string) (*sip.Response, error) {
	req := c.request(sip.RequestMethod(method))
	req.AppendHeader(c.contact())
	if method == string(sip.REFER) {
		req.AppendHeader(sip.NewHeader("Refer-To", "<sip:+85212345678@198.51.100.7>"))
	}
	req.SetBody(nil)
	return c.phone.client.Do(ctx, req)
}
