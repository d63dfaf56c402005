package phone_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/testkit/phone"
	"ringdesk/testkit/tone"
)

const patience = 5 * time.Second

// newPhone starts a phone on loopback.
func newPhone(t *testing.T, opt phone.Options) *phone.Phone {
	t.Helper()
	opt.Listen = "127.0.0.1:0"
	p, err := phone.New(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// await polls until done says so.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, patience)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func answer(c *phone.Call) { _ = c.Answer() } // a call that is cancelled first shows in the test

// pair makes a call between two phones and returns both ends.
func pair(t *testing.T, caller, callee phone.Options, opt phone.CallOptions) (a, b *phone.Call) {
	t.Helper()
	got := make(chan *phone.Call, 1)
	callee.OnInvite = func(c *phone.Call) { got <- c; answer(c) }
	a = invite(t, newPhone(t, caller), newPhone(t, callee), opt)
	if f := final(t, a); f.Code != 200 {
		t.Fatalf("final response %d", f.Code)
	}
	return a, <-got
}

func invite(t *testing.T, from, to *phone.Phone, opt phone.CallOptions) *phone.Call {
	t.Helper()
	c, err := from.Invite(to.URI(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func final(t *testing.T, c *phone.Call) phone.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	f, err := c.AwaitFinal(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// hears waits until the last 200 ms that c heard hold exactly the tones.
func hears(t *testing.T, c *phone.Call, want ...int) {
	t.Helper()
	await(t, fmt.Sprintf("hearing %v", want), func() bool {
		now := time.Now()
		got := tone.Which(c.Heard(now.Add(-300*time.Millisecond), now.Add(-100*time.Millisecond)), phone.Rate, 440, 600, 1000)
		return slices.Equal(got, want)
	})
}

func TestCall_TonesBothWays(t *testing.T) {
	t.Parallel()
	for _, codecs := range [][]phone.Codec{{phone.PCMU}, {phone.PCMA}} {
		t.Run(codecs[0].Name(), func(t *testing.T) {
			a, b := pair(t, phone.Options{}, phone.Options{Codecs: codecs}, phone.CallOptions{})
			a.SayTone(440)
			b.SayTone(1000)
			hears(t, a, 1000)
			hears(t, b, 440)
			a.SayTone(600)
			hears(t, b, 600)
			a.SayTone(0)
			hears(t, b)
			hears(t, a, 1000)
		})
	}
}

func TestCall_SoundIsClean(t *testing.T) {
	t.Parallel()
	a, b := pair(t, phone.Options{}, phone.Options{}, phone.CallOptions{})
	a.SayTone(440)
	hears(t, b, 440)
	from := time.Now()
	await(t, "a second of sound", func() bool { return b.Gaps(from, time.Now()).Packets >= 50 })
	to := time.Now().Add(-50 * time.Millisecond)
	if level := tone.Level(b.Heard(from, to), phone.Rate, 440); level < -1 {
		t.Errorf("440 Hz is %.1f dB of what was heard", level)
	}
	if g := b.Gaps(from, to); g.Lost != 0 || g.Largest > time.Second {
		t.Errorf("gaps: %+v", g)
	}
}

// A sender that pauses keeps its clock: what comes after stands where it was said.
func TestCall_PauseLeavesAGap(t *testing.T) {
	t.Parallel()
	a, b := pair(t, phone.Options{}, phone.Options{}, phone.CallOptions{})
	a.SayTone(440)
	hears(t, b, 440)
	a.Pause(true)
	hears(t, b)
	paused := time.Now()
	await(t, "half a second", func() bool { return time.Since(paused) > 500*time.Millisecond })
	a.SayTone(600)
	a.Pause(false)
	resumed := time.Now()
	hears(t, b, 600)
	if g := b.Gaps(paused, time.Now()); g.Largest < 500*time.Millisecond || g.Lost != 0 {
		t.Errorf("gaps: %+v, want one of 500 ms without loss", g)
	}
	spans := tone.Spans(b.Heard(paused, time.Now()), phone.Rate, 600)
	if len(spans) != 1 || (spans[0].From-resumed.Sub(paused)).Abs() > 100*time.Millisecond {
		t.Errorf("600 Hz heard at %v, said at %v", spans, resumed.Sub(paused))
	}
}

func TestCall_DTMF(t *testing.T) {
	t.Parallel()
	a, b := pair(t, phone.Options{}, phone.Options{}, phone.CallOptions{})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, c := range []struct {
		from, to *phone.Call
		digits   string
	}{{a, b, "1234567890*#ABCD"}, {b, a, "55#"}} {
		if err := c.from.SendDTMF(ctx, c.digits); err != nil {
			t.Fatal(err)
		}
		await(t, "keys "+c.digits, func() bool { return c.to.DTMF() == c.digits })
	}
	if err := a.SendDTMF(ctx, "x"); err == nil {
		t.Error("a key x was sent")
	}
}

// Without telephone-event keys are tones in the sound, or go by SIP INFO.
func TestCall_KeysBy(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string]phone.Keys{"tones": phone.Tones, "info": phone.Info} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := pair(t, phone.Options{}, phone.Options{}, phone.CallOptions{Keys: keys})
			b.KeysBy(keys)
			for digits, from := range map[string]*phone.Call{"1234567890*#ABCD55": a, "42#": b} {
				to := map[*phone.Call]*phone.Call{a: b, b: a}[from]
				if err := from.SendDTMF(t.Context(), digits); err != nil {
					t.Fatal(err)
				}
				await(t, "keys "+digits, func() bool { return to.DTMF() == digits })
			}
		})
	}
}

func TestCall_HeadersAndCallerID(t *testing.T) {
	a, b := pair(t, phone.Options{}, phone.Options{User: "kim"}, phone.CallOptions{
		From: "01012345678", Name: "홍길동", Headers: map[string]string{"X-Ringdesk-Call": "c-1"},
	})
	number, name := b.From()
	if number != "01012345678" || name != "홍길동" || b.To() != "kim" || b.Header("X-Ringdesk-Call") != "c-1" || b.Header("X-None") != "" {
		t.Errorf("from %q %q to %q, header %q", number, name, b.To(), b.Header("X-Ringdesk-Call"))
	}
	_, withheld := pair(t, phone.Options{}, phone.Options{}, phone.CallOptions{Name: "Kim"})
	if number, name := withheld.From(); number != "anonymous" || name != "Anonymous" {
		t.Errorf("a withheld number shows %q %q", number, name)
	}
	if !slices.Equal(b.Offered(), []string{"pcmu", "pcma"}) || a.Inbound() || !b.Inbound() {
		t.Errorf("offered %v", b.Offered())
	}
}

func TestCall_Bye(t *testing.T) {
	for _, callerEnds := range []bool{true, false} {
		t.Run(fmt.Sprintf("callerEnds=%v", callerEnds), func(t *testing.T) {
			a, b := pair(t, phone.Options{}, phone.Options{}, phone.CallOptions{})
			if !callerEnds {
				a, b = b, a
			}
			a.Hangup()
			await(t, "the other end", func() bool { return !b.Ended().At.IsZero() })
			if e := b.Ended(); e.Method != "BYE" || e.Local {
				t.Errorf("ended %+v", e)
			}
			if e := a.Ended(); e.Method != "BYE" || !e.Local || a.Answered() || b.Answered() {
				t.Errorf("ended %+v", e)
			}
		})
	}
}

func TestCall_Refused(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*phone.Call)
		code int
	}{
		{"busy", func(c *phone.Call) { c.Refuse(486, "Busy Here") }, 486},
		{"declined", func(c *phone.Call) { _ = c.Ring(); c.Hangup() }, 603},
		{"nobody", nil, 480},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := invite(t, newPhone(t, phone.Options{}), newPhone(t, phone.Options{OnInvite: c.do}), phone.CallOptions{})
			if f := final(t, a); f.Code != c.code {
				t.Errorf("final response %d, want %d", f.Code, c.code)
			}
			await(t, "end", func() bool { return a.Ended().Method == "refused" })
		})
	}
}

func TestCall_Cancelled(t *testing.T) {
	got := make(chan *phone.Call, 1)
	callee := newPhone(t, phone.Options{OnInvite: func(c *phone.Call) { _ = c.Ring(); got <- c }})
	a := invite(t, newPhone(t, phone.Options{}), callee, phone.CallOptions{})
	b := <-got
	await(t, "ringing", func() bool { p := a.Provisional(); return len(p) > 0 && p[len(p)-1].Code == 180 })
	at := time.Now()
	a.Hangup()
	if f := final(t, a); f.Code != 487 {
		t.Errorf("final response %d, want 487", f.Code)
	}
	await(t, "cancelled", func() bool { return b.Ended().Method == "CANCEL" })
	if e := b.Ended(); e.Local || e.At.Sub(at).Abs() > time.Second {
		t.Errorf("ended %+v, hung up at %v", e, at)
	}
	if err := b.Answer(); err == nil {
		t.Error("a cancelled call was answered")
	}
	if p := b.Provisional(); len(p) != 1 || p[0].Code != 180 || callee.Calls() != 0 {
		t.Errorf("provisional %v, calls left %d", p, callee.Calls())
	}
}

// Answer and CANCEL may cross: either the call is cancelled, or it is answered
// and then hung up; both ends agree that it is over.
func TestCall_CancelCrossesAnswer(t *testing.T) {
	got := make(chan *phone.Call, 1)
	callee := newPhone(t, phone.Options{OnInvite: func(c *phone.Call) { _ = c.Ring(); got <- c }})
	caller := newPhone(t, phone.Options{})
	for range 30 {
		a := invite(t, caller, callee, phone.CallOptions{})
		b := <-got
		await(t, "ringing", func() bool { return len(a.Provisional()) > 0 })
		var both sync.WaitGroup
		both.Go(func() { answer(b) })
		both.Go(a.Hangup)
		both.Wait()
		await(t, "both over", func() bool { return !a.Ended().At.IsZero() && !b.Ended().At.IsZero() })
	}
	await(t, "no calls", func() bool { return caller.Calls() == 0 && callee.Calls() == 0 })
}

// Many calls in a short time, and nothing is left of them.
func TestPhone_ManyCallsNoLeak(t *testing.T) {
	const calls = 120
	before := runtime.NumGoroutine()
	callee := newPhone(t, phone.Options{OnInvite: answer})
	caller := newPhone(t, phone.Options{})
	var all sync.WaitGroup
	for range calls {
		all.Go(func() {
			a := invite(t, caller, callee, phone.CallOptions{})
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if f, err := a.AwaitFinal(ctx); err != nil || f.Code != 200 {
				t.Errorf("final response %d, %v", f.Code, err)
			}
			a.Hangup()
		})
	}
	all.Wait()
	await(t, "no calls", func() bool { return caller.Calls() == 0 && callee.Calls() == 0 })
	caller.Close()
	callee.Close()
	await(t, "no goroutines", func() bool { return runtime.NumGoroutine() <= before })
}

func TestNew_AddressTaken(t *testing.T) {
	p := newPhone(t, phone.Options{})
	if _, err := phone.New(t.Context(), phone.Options{Listen: p.Addr()}); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("error %v, want address in use", err)
	}
}
