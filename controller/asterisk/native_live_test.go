package asterisk_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"ringdesk/controller/engine"
)

// The examples of own extensions do what they say. A fax that a flow hands over hears
// the tone of a machine that takes it; who answers a wake-up call is a caller of the
// number that it goes on to.
//
// Covers: DP-3
func TestOwnExtensions_Examples_DP_3(t *testing.T) {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	if err := a.PutTrunk(t.Context(), r.Carrier()); err != nil {
		t.Fatal(err)
	}

	fax := r.Caller(t, "01055550001", "")
	fax.Call(t, "07076660099")
	leg := expect(t, a, 0, func(e engine.LegArrived) bool { return e.From == "01055550001" }).Leg
	if err := a.HandOver(t.Context(), engine.HandOverRequest{Leg: leg, Extension: "fax", Call: "call-1"}); err != nil {
		t.Fatal(err)
	}
	expect(t, a, 0, func(e engine.LegEnded) bool { return e.Leg == leg && e.HandedOver })
	eventually(t, "the fax is answered", 20*time.Second, func() bool { return fax.Final() == 200 })
	hears(t, "the fax", fax, 2100, true) // CED, ITU-T T.30
	fax.Hangup()

	guest := r.Subscriber(t, "01055550002")
	q := url.Values{"endpoint": {"PJSIP/01055550002@" + r.Carrier().ID}, "context": {"wake-up"}, "extension": {"01055550002"}, "priority": {"1"}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.server.URL+"/channels?"+q.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(r.server.Username, r.server.Password)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("originate: %s, %v", res.Status, err)
	}
	eventually(t, "the guest is called", 20*time.Second, func() bool { return !guest.Invited().At.IsZero() })
	guest.Answer()
	woken := expect(t, a, 0, func(e engine.LegArrived) bool { return e.From == "01055550002" })
	if woken.To != "07076660001" || woken.Trunk != r.Carrier().ID {
		t.Errorf("arrived %#v", woken)
	}
	if err := a.Answer(t.Context(), woken.Leg); err != nil {
		t.Fatal(err)
	}
	expect(t, a, 0, func(e engine.LegAnswered) bool { return e.Leg == woken.Leg })
	if err := a.Music(t.Context(), woken.Leg, true); err != nil {
		t.Fatal(err)
	}
	hears(t, "the guest", guest, musicHz, true)
	guest.Hangup()
	expect(t, a, 0, func(e engine.LegEnded) bool { return e.Leg == woken.Leg && !e.HandedOver })
}
