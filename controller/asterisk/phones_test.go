package asterisk_test

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
)

// A browser's phone is called on the newest connection that the controller holds
// for it, and nowhere where it has none; a plain one at its address.
//
// Covers: SEC-2
func TestPhoneLine_SEC_2(t *testing.T) {
	f := newFake(t)
	dialled := make(chan string, 1)
	f.set(func(f *fake) {
		f.handle = func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && r.URL.Path == "/ari/channels" {
				var body struct{ Endpoint string }
				if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
					t.Error(err)
				}
				dialled <- body.Endpoint
			}
			answer(w, map[string]any{})
		}
	})
	a := run(t, f.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	for _, p := range []engine.Phone{{ID: "p1", Password: "x", Proof: "y"}, {ID: "plain", Contact: "sip:plain@192.0.2.9:5060"}} {
		if err := a.PutPhone(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	first, second := netip.MustParseAddrPort("127.0.0.1:40001"), netip.MustParseAddrPort("[::1]:40002")
	for i, step := range []struct {
		change func()
		phone  string
		want   string // "" means that it is absent
	}{
		{func() {}, "p1", ""},
		{func() {}, "plain", "PJSIP/plain"},
		{func() { a.PhoneLine("p1", first, true) }, "p1", "PJSIP/p1/sip:p1@127.0.0.1:40001;transport=ws"},
		{func() { a.PhoneLine("p2", second, true) }, "p1", "PJSIP/p1/sip:p1@127.0.0.1:40001;transport=ws"},
		{func() { a.PhoneLine("p1", second, true) }, "p1", "PJSIP/p1/sip:p1@[::1]:40002;transport=ws"},
		{func() { a.PhoneLine("p1", first, false) }, "p1", "PJSIP/p1/sip:p1@[::1]:40002;transport=ws"},
		{func() { a.PhoneLine("p1", first, true); a.PhoneLine("p1", first, false) }, "p1", "PJSIP/p1/sip:p1@[::1]:40002;transport=ws"},
		{func() { a.PhoneLine("p1", second, false) }, "p1", ""},
	} {
		step.change()
		leg := engine.LegID(uuid.NewString())
		if err := a.Dial(t.Context(), engine.DialRequest{Leg: leg, Phone: step.phone, Timeout: 20 * time.Second}); err != nil {
			t.Fatal(err)
		}
		if step.want == "" {
			if e := expect(t, a, 0, func(e engine.LegEnded) bool { return e.Leg == leg }); e.Cause != engine.CauseAbsent || len(dialled) > 0 {
				t.Errorf("step %d: %+v, dialled %d", i, e, len(dialled))
			}
		} else if got := <-dialled; got != step.want {
			t.Errorf("step %d: dialled %s, want %s", i, got, step.want)
		}
	}
}
