package phone

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Response is a SIP response that a call got or gave.
type Response struct {
	Code   int
	Reason string
	At     time.Time
	Media  bool     // it had an SDP: early media, when provisional
	Lines  []string // the media lines of its SDP, without "m="

	RetryAfter string // the header of a refusal; empty when it is not there
}

// Ended is how a call ended.
type Ended struct {
	At      time.Time
	Method  string   // "BYE", "CANCEL", "refused" (final response above 299), "failed", "closed"
	Local   bool     // this phone did it
	Reasons []Reason // Reason headers of a received BYE or CANCEL
}

// Cause is the first Q.850 cause of the Reasons, else the first SIP one, else 0.
func (e Ended) Cause() int {
	cause := 0
	for _, r := range e.Reasons {
		if strings.EqualFold(r.Protocol, "Q.850") {
			return r.Cause
		}
		if cause == 0 {
			cause = r.Cause
		}
	}
	return cause
}

// Reason is a Reason header (RFC 3326).
type Reason struct {
	Protocol string // "Q.850" or "SIP"
	Cause    int
	Text     string
}

// Call is one call of a phone, made or received.
type Call struct {
	// Start is when the INVITE was sent or arrived.
	Start time.Time

	phone   *Phone
	id      string
	inbound bool
	media   *media
	invite  *sip.Request // our own copy: the transaction layer keeps another
	local   nameAddr     // our side of the dialog
	callID  string
	offer   session // of an inbound call

	finalCh chan struct{} // closed when final is set
	ackCh   chan struct{} // of an inbound call: closed when its answer is acknowledged
	done    chan struct{} // closed when the call is over

	mu          sync.Mutex
	remote      nameAddr // the far side of the dialog
	target      sip.Uri  // the far side's Contact
	cseq        uint32
	sdpVersion  int
	lateOffer   bool // of an outgoing call: the far side offers, and ackBody answers
	ackBody     []byte
	provisional []Response
	final       Response
	ended       Ended
	cancelling  bool
	sounds      bool // of an inbound call: it has begun
	serverTx    *sip.ServerTx
	ackTimer    *time.Timer // repeats a 2xx until it is acknowledged
}

// nameAddr is one side of a dialog: the content of a From or To header.
type nameAddr struct {
	name string
	uri  sip.Uri
	tag  string
}

func (n nameAddr) params() sip.HeaderParams {
	p := sip.NewParams()
	if n.tag != "" {
		p.Add("tag", n.tag)
	}
	return p
}

func (n nameAddr) from() *sip.FromHeader {
	return &sip.FromHeader{DisplayName: n.name, Address: *n.uri.Clone(), Params: n.params()}
}

func (n nameAddr) to() *sip.ToHeader {
	return &sip.ToHeader{DisplayName: n.name, Address: *n.uri.Clone(), Params: n.params()}
}

// Inbound says whether the call was received.
func (c *Call) Inbound() bool { return c.inbound }

// Header is the value of a header of the INVITE; empty when it is not there.
func (c *Call) Header(name string) string {
	if h := c.invite.GetHeader(name); h != nil {
		return h.Value()
	}
	return ""
}

// From is the number and display name that the caller gave.
func (c *Call) From() (number, name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inbound {
		return c.remote.uri.User, c.remote.name
	}
	return c.local.uri.User, c.local.name
}

// To is the user part of the INVITE's request URI.
func (c *Call) To() string { return c.invite.Recipient.User }

// Offered is the codecs of an inbound call's offer by name, lower case, in order.
func (c *Call) Offered() []string { return c.offer.names }

// Provisional is the provisional responses so far (100 to 199).
func (c *Call) Provisional() []Response {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Response(nil), c.provisional...)
}

// Final is the final response; its Code is 0 until it came.
func (c *Call) Final() Response {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.final
}

// AwaitFinal waits for the final response.
func (c *Call) AwaitFinal(ctx context.Context) (Response, error) {
	select {
	case <-c.finalCh:
		return c.Final(), nil
	case <-c.done:
		if f := c.Final(); f.Code != 0 {
			return f, nil
		}
		return Response{}, fmt.Errorf("phone: the call ended without a final response: %s", c.Ended().Method)
	case <-ctx.Done():
		return Response{}, ctx.Err()
	}
}

// Done is closed when the call is over.
func (c *Call) Done() <-chan struct{} { return c.done }

// Ended is how the call ended; At is zero while it has not.
func (c *Call) Ended() Ended {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended
}

// Answered says whether the call is up.
func (c *Call) Answered() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.final.Code/100 == 2 && c.ended.At.IsZero()
}

// Hangup ends the call in the way its state asks for: CANCEL, a refusal with
// 603, or BYE. It does not wait for the far side.
func (c *Call) Hangup() {
	c.mu.Lock()
	answered, over := c.final.Code/100 == 2, !c.ended.At.IsZero()
	c.mu.Unlock()
	switch {
	case over:
	case answered:
		c.bye()
	case c.inbound:
		c.Refuse(603, "Decline")
	default:
		c.cancel()
	}
}

// bye ends an answered call. One that was received is ended once the caller has
// acknowledged the answer (RFC 3261, section 15), or has not for too long.
func (c *Call) bye() {
	if !c.inbound {
		c.sendBye()
		return
	}
	c.phone.wg.Go(func() {
		select {
		case <-c.ackCh:
		case <-c.done:
		case <-time.After(64 * sip.T1):
		}
		c.sendBye()
	})
}

func (c *Call) sendBye() {
	if !c.end(Ended{At: time.Now(), Method: "BYE", Local: true}) {
		return
	}
	req := c.request(sip.BYE)
	c.phone.wg.Go(func() {
		ctx, cancel := context.WithTimeout(c.phone.ctx, sip.Timer_F)
		defer cancel()
		_, _ = c.phone.client.Do(ctx, req) // an unanswered BYE ends the call as well
	})
}

// end takes the call down once and says whether this was the time.
func (c *Call) end(e Ended) bool {
	c.mu.Lock()
	if !c.ended.At.IsZero() {
		c.mu.Unlock()
		return false
	}
	c.ended = e
	if c.ackTimer != nil {
		c.ackTimer.Stop()
	}
	c.mu.Unlock()
	c.media.close()
	c.phone.remove(c)
	close(c.done)
	return true
}

// request makes a request inside the dialog (RFC 3261, section 12.2.1.1).
func (c *Call) request(method sip.RequestMethod) *sip.Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	if method != sip.ACK {
		c.cseq++
	}
	req := sip.NewRequest(method, c.target)
	callID := sip.CallIDHeader(c.callID)
	req.AppendHeader(c.local.from())
	req.AppendHeader(c.remote.to())
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: c.cseq, MethodName: method})
	return req
}

// reasons reads the Reason headers; several may share a line.
func reasons(req *sip.Request) []Reason { return reasonsOf(req.GetHeaders("Reason")) }

func reasonsOf(headers []sip.Header) []Reason {
	var all []Reason
	for _, h := range headers {
		for part := range strings.SplitSeq(h.Value(), ",") {
			protocol, params, _ := strings.Cut(strings.TrimSpace(part), ";")
			r := Reason{Protocol: strings.TrimSpace(protocol)}
			for p := range strings.SplitSeq(params, ";") {
				switch key, value, _ := strings.Cut(strings.TrimSpace(p), "="); strings.ToLower(key) {
				case "cause":
					r.Cause, _ = strconv.Atoi(value)
				case "text":
					r.Text = strings.Trim(value, `"`)
				}
			}
			all = append(all, r)
		}
	}
	return all
}
