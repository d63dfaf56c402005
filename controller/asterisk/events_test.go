package asterisk_test

import (
	"slices"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/enginetest"
)

func isDown(e enginetest.Entry) bool { _, ok := e.Event.(engine.LinkDown); return ok }

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

// Numbers that are withheld do not become somebody's number.
//
// Covers: IN-7
func TestEvents_Withheld(t *testing.T) {
	cases := map[string]struct{ number, presentation, want string }{
		"shown":        {"01012345678", "allowed_not_screened", "01012345678"},
		"prohibited":   {"01012345678", "prohib_passed_screen", ""},
		"anonymous":    {"anonymous", "allowed", ""},
		"Anonymous":    {"Anonymous", "allowed", ""},
		"unavailable":  {"Unavailable", "unavailable", ""},
		"presentation": {"+821012345678", "", "+821012345678"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, l, _ := started(t)
			l.send(t, event("StasisStart", `"args":["inbound","070","`+c.presentation+`"],"channel":{"id":"1.1","name":"PJSIP/a-b-00000001","state":"Ring","caller":{"name":"X","number":"`+c.number+`"},"creationtime":"2026-11-23T01:02:03.450+0000"}`))
			e := expect[engine.LegArrived](t, r, 0, nil)
			if e.From != c.want || (c.want == "" && e.Name != "") || e.Trunk != "a-b" || e.To != "070" {
				t.Errorf("%+v, want from %q", e, c.want)
			}
		})
	}
}
