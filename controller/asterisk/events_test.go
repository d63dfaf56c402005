package asterisk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/conformance"
)

func isDown(e conformance.Entry) bool { _, ok := e.Event.(engine.LinkDown); return ok }

// started is an adapter to a fake, with its link.
func started(t *testing.T) (*running, *fakeLink, *fake) {
	t.Helper()
	f := newFake(t)
	r := run(t, f.options(), nil)
	l := f.next(t)
	expect[engine.LinkUp](t, r, 0, nil)
	return r, l, f
}

// dialled makes a leg named d.
func dialled(t *testing.T, r *running, timeout time.Duration) {
	t.Helper()
	if err := r.Dial(t.Context(), engine.DialRequest{Leg: "d", Phone: "p1", Timeout: timeout}); err != nil {
		t.Fatal(err)
	}
}

// A leg ends once, whichever events say so and in whichever order, and with the
// cause that tells most.
func TestEvents_Ended(t *testing.T) {
	end := about("StasisEnd", "1.1", "Up", "")
	destroyed := about("ChannelDestroyed", "1.1", "Up", `"cause":16,"cause_txt":"Normal Clearing"`)
	request := func(cause string) string { return about("ChannelHangupRequest", "1.1", "Up", `"cause":`+cause) }
	up := about("ChannelStateChange", "1.1", "Up", "")
	cases := map[string]struct {
		events []string
		want   engine.Cause
	}{
		"stasis end alone":          {[]string{up, end}, engine.CauseNormal},
		"destroyed alone":           {[]string{up, about("ChannelDestroyed", "1.1", "Up", `"cause":27,"cause_txt":""`)}, engine.CauseOutOfOrder},
		"both":                      {[]string{up, end, destroyed}, engine.CauseNormal},
		"both, the other way":       {[]string{up, destroyed, end}, engine.CauseNormal},
		"request names the cause":   {[]string{up, request("17"), end, destroyed}, engine.CauseBusy},
		"two requests":              {[]string{up, request("21"), request("16"), end}, engine.CauseRejected},
		"no sound":                  {[]string{up, request("44"), end}, engine.CauseFailure},
		"caller gave up":            {[]string{request("127"), end}, engine.CauseNormal},
		"unknown cause when talked": {[]string{up, request("127"), end}, engine.CauseInterworking},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, l, _ := started(t)
			l.send(t, arrives("1.1"))
			l.send(t, c.events...)
			l.send(t, arrives("1.2"))
			expect(t, r, 0, func(e engine.LegArrived) bool { return e.Leg == "1.2" })
			var got []engine.Cause
			for _, e := range r.log.Entries() {
				if end, ok := e.Event.(engine.LegEnded); ok {
					got = append(got, end.Cause)
				}
			}
			if !slices.Equal(got, []engine.Cause{c.want}) {
				t.Errorf("ended with %v, want once %d", got, c.want)
			}
		})
	}
}

// A dialled leg is answered when it can be joined, not when its phone says so.
func TestEvents_Dialled(t *testing.T) {
	r, l, _ := started(t)
	dialled(t, r, 20*time.Second)
	l.send(t,
		about("ChannelStateChange", "d", "Ringing", ""),
		about("ChannelStateChange", "d", "Ringing", ""),
		about("ChannelStateChange", "d", "Up", ""))
	l.send(t, arrives("1.1"))
	expect[engine.LegArrived](t, r, 0, nil)
	l.send(t, event("StasisStart", `"args":["dialled"],`+channelJSON("d", "PJSIP/p1-00000002", "Up")))
	expect[engine.LegAnswered](t, r, 0, nil)
	var got []string
	for _, e := range r.log.Entries()[1:] {
		switch e.Event.(type) {
		case engine.LegRinging:
			got = append(got, "ringing")
		case engine.LegArrived:
			got = append(got, "other")
		case engine.LegAnswered:
			got = append(got, "answered")
		}
	}
	if want := []string{"ringing", "other", "answered"}; !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

// The end of a dialled leg may come before the dialling returns.
func TestEvents_OvertakeReplies(t *testing.T) {
	f := newFake(t)
	r := run(t, f.options(), nil)
	l := f.next(t)
	expect[engine.LinkUp](t, r, 0, nil)
	f.set(func(f *fake) {
		f.handle = replyAfter(func() {
			l.send(t, about("ChannelDestroyed", "d", "Down", `"cause":17,"cause_txt":"User busy"`))
			expect[engine.LegEnded](t, r, 0, nil)
		})
	})
	dialled(t, r, 20*time.Second)
	if end := expect[engine.LegEnded](t, r, 0, nil); end.Leg != "d" || end.Cause != engine.CauseBusy {
		t.Errorf("%+v", end)
	}
}

// Channels that record, and channels that are not ours, stay hidden.
func TestEvents_Hidden(t *testing.T) {
	r, l, f := started(t)
	l.send(t,
		event("StasisStart", `"args":["snoop"],`+channelJSON("snoop-x", "Snoop/1.1-00000001", "Up")),
		about("ChannelEnteredBridge", "snoop-x", "Up", `"bridge":{"id":"b"}`),
		about("StasisEnd", "snoop-x", "Up", ""),
		about("ChannelDtmfReceived", "stranger", "Up", `"digit":"1","duration_ms":1`),
		event("ChannelVarset", `"variable":"X","value":"Y"`),
		event("DeviceStateChanged", `"device_state":{"name":"x","state":"y"}`),
		arrives("1.1"))
	expect[engine.LegArrived](t, r, 0, nil)
	if n := r.log.Len(); n != 2 {
		t.Errorf("%d events, want LinkUp and LegArrived:%s", n, r.log)
	}
	snoop := inboundChannel("snoop-r1", "Up")
	snoop["name"] = "Snoop/1.1-00000001"
	f.set(func(f *fake) { f.channels = []any{inboundChannel("1.1", "Up"), snoop} })
	before := r.log.Len()
	l.conn.CloseNow()
	up := expect[engine.LinkUp](t, r, before, nil)
	if len(up.Snapshot.Legs) != 1 || !up.Snapshot.Recordings["r1"] {
		t.Errorf("snapshot %+v", up.Snapshot)
	}
}

// What extensions.conf hands over says who calls whom; where it could not, as in
// test calls, the channel does.
//
// Covers: IN-7
func TestEvents_Arrival(t *testing.T) {
	const from = `"Kim :)" <sip:01012345678@192.0.2.1>;tag=1`
	want := engine.LegArrived{From: "01012345678", Name: "Kim :)", To: "070"}
	for name, c := range map[string]struct {
		args []string
		want engine.LegArrived
	}{
		"plain":        {[]string{said("070"), said(from), said(""), said(""), said("")}, want},
		"number":       {[]string{said("070;npdi"), said(from)}, want},
		"asserted":     {[]string{said("070"), said("<sip:1@h>"), said(from)}, want},
		"remote party": {[]string{said("070"), said("<sip:1@h>"), said(""), said(from)}, want},
		"privacy":      {[]string{said("070"), said(from), said(""), said(""), said("id")}, engine.LegArrived{To: "070"}},
		"address":      {[]string{said("070"), said("<sip:bob@pbx>")}, engine.LegArrived{Address: "bob@pbx", To: "070"}},
		"registration": {[]string{said("user"), said(from), said(""), said(""), said(""), said("<sip:070;npdi@carrier>;tag=2")}, want},
		"test call":    {[]string{said("070")}, engine.LegArrived{From: "0101", Name: "X", To: "070"}},
		"cut off":      {[]string{said("070"), said(from)[:40]}, engine.LegArrived{To: "070"}},
		// Of the dialplan of an earlier ringdesk, in an Asterisk that goes on.
		"earlier":          {[]string{"0212345678", "allowed_not_screened"}, engine.LegArrived{From: "0101", Name: "X", To: "0212345678"}},
		"earlier withheld": {[]string{"0212345678", "prohib_not_screened"}, engine.LegArrived{To: "0212345678"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, l, _ := started(t)
			l.send(t, event("StasisStart", `"args":["inbound","`+strings.Join(c.args, `","`)+`"],"channel":{"id":"1.1","name":"PJSIP/a-b-00000001","state":"Ring","caller":{"name":"X","number":"0101"},"creationtime":"2026-11-23T01:02:03.450+0000"}`))
			e := expect[engine.LegArrived](t, r, 0, nil)
			c.want.Leg, c.want.At, c.want.Trunk = "1.1", e.At, "a-b"
			if e != c.want {
				t.Errorf("%+v, want %+v", e, c.want)
			}
		})
	}
}

// Cause 16 before an answer is a redirect's only where no guard has made 410 of it:
// carriers send it with refusals, too, in the Reason header (RFC 3326).
//
// Covers: OUT-5, OUT-8
func TestEvents_RefusedWithReason(t *testing.T) {
	for name, want := range map[string]engine.Cause{"guarded": engine.CauseNormal, "unguarded": engine.CauseNumberChanged} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			if name == "unguarded" {
				f.guard = ""
			}
			r := run(t, f.options(), nil)
			l := f.next(t)
			expect[engine.LinkUp](t, r, 0, nil)
			f.mu.Lock()
			f.handle = func(w http.ResponseWriter, q *http.Request) {
				answer(w, map[string]any{})
				if q.URL.Path == "/ari/channels/create" {
					l.send(t, event("StasisStart", `"args":["called"],"channel":{"id":"o","name":"PJSIP/carrier-1","state":"Down"}`))
				}
			}
			f.mu.Unlock()
			if err := r.Dial(t.Context(), engine.DialRequest{Leg: "o", Trunk: "carrier", Number: "+821012345678", CallerID: "+82212345678", Timeout: time.Minute}); err != nil {
				t.Fatal(err)
			}
			l.send(t, event("ChannelDestroyed", `"cause":16,"channel":{"id":"o","name":"PJSIP/carrier-1","state":"Down"}`))
			if e := expect[engine.LegEnded](t, r, 0, nil); e.Cause != want {
				t.Errorf("cause %d, want %d", e.Cause, want)
			}
		})
	}
}
