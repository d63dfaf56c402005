package freeswitch_test

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/tone"
)

// eventually polls a condition at the far side.
func eventually(t testing.TB, what string, limit time.Duration, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, limit)
		}
	}
}

// linked is an adapter on the real FreeSWITCH to which the carrier belongs.
func linked(t *testing.T, r *rig, lease time.Duration) *running {
	t.Helper()
	opt := r.options()
	opt.Lease = lease
	a := run(t, opt)
	expect[engine.LinkUp](t, a, 0, nil)
	if err := a.PutTrunk(t.Context(), r.Carrier()); err != nil {
		t.Fatal(err)
	}
	return a
}

func (r *running) stop(t testing.TB) {
	t.Helper()
	r.cancel()
	if err := r.result(t); err != nil {
		t.Errorf("Run returned %v", err)
	}
}

// A caller who waits when the controller goes hears the announcement when his
// time is over, and is not kept (rule 7); meanwhile it was renewed.
func TestLive_Lease(t *testing.T) {
	r := newRig(t)
	const lease = 3 * time.Second
	a := linked(t, r, lease)
	c := r.Caller(t, "01077778888", "")
	start := time.Now()
	c.Call(t, "07076660001")
	leg := expect[engine.LegArrived](t, a, 0, nil).Leg
	for time.Since(start) < 2*lease {
		if c.Final() != 0 {
			t.Fatalf("the caller was sent away after %v, with the controller there", time.Since(start))
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err := a.Ring(t.Context(), leg); err != nil {
		t.Fatal(err)
	}
	a.stop(t)
	gone := time.Now()
	eventually(t, "the announcement", lease+3*time.Second, func() bool {
		return c.Final() == 200 && tone.Present(c.Heard(gone, time.Now()), 8000, soundHz)
	})
	eventually(t, "the end of the call", 10*time.Second, func() bool { return c.Ended().Method == "BYE" })
}

// Covers: IN-1, SYS-3. A call without an offer that comes while no controller is
// there, which FreeSWITCH answers by itself, is taken in by the next one.
func TestLive_NoOfferWhileAway(t *testing.T) {
	r := newRig(t)
	linked(t, r, 0).stop(t)
	c := r.Caller(t, "01077778889", "")
	c.NoOffer()
	c.Call(t, "07076660001")
	eventually(t, "FreeSWITCH's answer", 5*time.Second, func() bool { return c.Final() == 200 })
	a := run(t, r.options())
	var leg engine.LegID
	expect(t, a, 0, func(e engine.LinkUp) bool {
		for id, state := range e.Snapshot.Legs {
			if state.Arrived.From == "01077778889" && !state.Answered {
				leg = id
			}
		}
		return true
	})
	if leg == "" { // it was parked after the snapshot
		leg = expect[engine.LegArrived](t, a, 0, nil).Leg
	}
	if err := a.Answer(t.Context(), leg); err != nil {
		t.Fatal(err)
	}
	expect(t, a, 0, func(e engine.LegAnswered) bool { return e.Leg == leg })
	c.Hangup()
	expect(t, a, 0, func(e engine.LegEnded) bool { return e.Leg == leg })
	a.stop(t)
}

// Strangers reach nothing: calls from addresses that belong to no trunk.
func TestLive_Stranger(t *testing.T) {
	r := newRig(t)
	a := linked(t, r, 0)
	trunk := r.Carrier()
	trunk.Hosts = []string{"192.0.2.77"}
	if err := a.PutTrunk(t.Context(), trunk); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{"01012345678", trunk.ID} {
		c := r.Caller(t, from, "")
		c.Call(t, "07076660001")
		eventually(t, "the refusal", 5*time.Second, func() bool { return c.Final() == 403 })
	}
	if a.log.Len() != 1 {
		t.Errorf("events:%s", a.log)
	}
	refusedInLog(t)
}

// refusedInLog waits until the log tells where refused calls came from, as
// fail2ban is told to read it (SEC-4).
func refusedInLog(t *testing.T) {
	t.Helper()
	filter, err := os.ReadFile("../../configs/fail2ban/ringdesk-freeswitch.conf")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^failregex = (.*)$`).FindSubmatch(filter)
	if m == nil {
		t.Fatal("there is no failregex")
	}
	line := regexp.MustCompile("(?m)" + strings.Replace(string(m[1]), "<ADDR>", `127\.[0-9.]+`, 1))
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	var text []byte
	for deadline := time.Now().Add(20 * time.Second); !line.Match(text); <-time.After(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the log does not tell who was refused:\n%s", text)
		}
		if text, err = os.ReadFile(s.Path("log/freeswitch.log")); err != nil {
			t.Fatal(err)
		}
	}
}

// Covers: SYS-1. A call past the rate is told when to try again; any other
// refusal is not.
func TestLive_RetryAfter(t *testing.T) {
	r := newRig(t)
	a := linked(t, r, 0)
	for i, c := range []struct {
		cause engine.Cause
		code  int
		after string
	}{{engine.CauseCongestion, 503, "1"}, {engine.CauseBusy, 486, ""}} {
		before := a.log.Len()
		caller := r.Caller(t, "0105555000"+strconv.Itoa(i), "")
		caller.Call(t, "07076660001")
		leg := expect[engine.LegArrived](t, a, before, nil).Leg
		if err := a.Hangup(t.Context(), leg, c.cause); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the refusal", 5*time.Second, func() bool { return caller.Final() != 0 })
		after := caller.(interface{ RetryAfter() string }).RetryAfter()
		if caller.Final() != c.code || after != c.after {
			t.Errorf("%d with Retry-After %q, want %d and %q", caller.Final(), after, c.code, c.after)
		}
	}
}

// Covers: OUT-8. A phone whose browser is closed is told from one that does not
// exist.
func TestLive_PhoneAbsent(t *testing.T) {
	r := newRig(t)
	a := linked(t, r, 0)
	if err := a.PutPhone(t.Context(), engine.Phone{ID: "absent", Password: "secret-of-the-absent", Proof: "absent"}); err != nil {
		t.Fatal(err)
	}
	if err := a.Dial(t.Context(), engine.DialRequest{Leg: "absent-leg", Phone: "absent", Timeout: 20 * time.Second}); err != nil {
		t.Fatal(err)
	}
	if end := expect[engine.LegEnded](t, a, 0, nil); end.Leg != "absent-leg" || end.Cause != engine.CauseAbsent {
		t.Errorf("%+v", end)
	}
	if err := a.DeletePhone(t.Context(), "absent"); err != nil {
		t.Fatal(err)
	}
	if err := a.Dial(t.Context(), engine.DialRequest{Leg: "other-leg", Phone: "absent", Timeout: 20 * time.Second}); engine.KindOf(err) != engine.KindRefused {
		t.Errorf("Dial of no phone: %v", err)
	}
}

// Without a terminal FreeSWITCH says next to nothing; with a console it would
// print a prompt as fast as it can.
func TestLive_NoConsole(t *testing.T) {
	s := live(t)
	info, err := os.Stat(s.Path("console"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 16<<10 {
		t.Errorf("FreeSWITCH printed %d bytes", info.Size())
	}
}
