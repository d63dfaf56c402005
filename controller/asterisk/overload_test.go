package asterisk_test

import (
	"testing"
	"time"

	"ringdesk/controller/asterisk"
	"ringdesk/controller/asterisk/local"
	"ringdesk/controller/engine"
	"ringdesk/testkit/ports"
	"ringdesk/testkit/siprig"
)

// More calls than were allowed are refused by the dialplan itself, with when to
// come again.
//
// Covers: RFC 3261 21.5.4.
func TestLive_Overload(t *testing.T) {
	r := newRig(t)
	sip, err := ports.Addr()
	if err != nil {
		t.Fatal(err)
	}
	s, err := local.Start(t.Context(), local.Options{Root: root(), Data: t.TempDir(), SIP: sip, RTPFrom: 21000, RTPTo: 21099, InboundCalls: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	r.server, r.Far = s, siprig.NewCarrier(t, s.SIP)
	a := run(t, asterisk.Options{URL: s.URL, Username: s.Username, Password: s.Password, App: s.App}, nil)
	expect[engine.LinkUp](t, a, 0, nil)
	if err := a.PutTrunk(t.Context(), r.Carrier()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		before := a.log.Len()
		c := r.Caller(t, "01055550000", "")
		c.Call(t, "07076660001")
		t.Cleanup(c.Hangup)
		expect[engine.LegArrived](t, a, before, nil)
	}
	c := r.Caller(t, "01055550001", "")
	c.Call(t, "07076660001")
	eventually(t, "the refusal", time.Second, func() bool { return c.Final() != 0 })
	if after := c.(interface{ RetryAfter() string }).RetryAfter(); c.Final() != 503 || after != "1" {
		t.Errorf("%d, Retry-After %q, want 503 and a second", c.Final(), after)
	}
	for _, e := range a.log.Entries() {
		if e, ok := e.Event.(engine.LegArrived); ok && e.From == "01055550001" {
			t.Error("the controller heard of a refused call")
		}
	}
	first := expect[engine.LegArrived](t, a, 0, nil).Leg
	if err := a.Hangup(t.Context(), first, engine.CauseNormal); err != nil {
		t.Fatal(err)
	}
	expect[engine.LegEnded](t, a, 0, nil)
	before := a.log.Len()
	again := r.Caller(t, "01055550002", "")
	again.Call(t, "07076660001")
	t.Cleanup(again.Hangup)
	expect[engine.LegArrived](t, a, before, nil)
}
