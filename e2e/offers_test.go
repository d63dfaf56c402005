package e2e

import (
	"testing"

	"ringdesk/testkit/phone"
)

// A caller whose first media line is a fax that is switched off crashed Asterisk
// as soon as a browser answered, and other offers gave calls that were silent
// one way: both hear each other whatever else is offered, and after a re-INVITE,
// and the engine is the same all the time.
//
// Covers: SYS-1, RFC 3264 6.
func TestOffers_InTheBrowser(t *testing.T) { offers(t, desk(t)) }

func offers(t *testing.T, d *Desk) {
	engine := d.AsteriskPID()
	for _, lines := range []phone.Media{
		{"image 0 udptl t38", phone.Own},
		{"video 4402 RTP/AVP 96\r\na=rtpmap:96 H264/90000", phone.Own},
		{phone.Own, "image 4400 udptl t38"},
	} {
		c, err := NewPhone(t).Invite("sip:"+d.Number+"@"+d.SIP, phone.CallOptions{From: "01021110028", Media: lines})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Hangup)
		c.SayTone(CallerHz)
		d.Mina.Answer()
		AwaitHears(t, "the caller", c, MinaHz)
		AwaitHears(t, "Mina", d.Mina, CallerHz)
		res, err := c.Reoffer(t.Context(), "INVITE", phone.Media{"text 4406 RTP/AVP 98", lines[0], lines[1]})
		if err != nil || res.Code != 200 || len(res.Lines) != 3 {
			t.Errorf("offer %q: re-INVITE: %+v, %v", lines, res, err)
		}
		AwaitHears(t, "the caller", c, MinaHz)
		AwaitHears(t, "Mina", d.Mina, CallerHz)
		c.Hangup()
		d.rest(t)
	}
	if now := d.AsteriskPID(); now != engine {
		t.Errorf("Asterisk was process %d and is %d", engine, now)
	}
}
