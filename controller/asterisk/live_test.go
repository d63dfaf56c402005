package asterisk_test

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/asterisk"
	"ringdesk/controller/asterisk/local"
	"ringdesk/controller/engine"
	"ringdesk/testkit/conformance"
	"ringdesk/testkit/tone"
)

// hears waits until sound of the last 200 ms holds a tone, or does not.
func hears(t testing.TB, who string, p conformance.Party, hz int, want bool) {
	t.Helper()
	since := time.Now()
	for deadline := since.Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		to := time.Now().Add(-60 * time.Millisecond)
		if from := to.Add(-200 * time.Millisecond); from.After(since) && tone.Present(p.Heard(from, to), conformance.Rate, hz) == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s hears %d Hz: %v, want %v", who, hz, !want, want)
		}
	}
}

// eventually polls a condition at the far side.
func eventually(t testing.TB, what string, limit time.Duration, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, limit)
		}
	}
}

// talk is a customer and an agent who talk in a room.
type talk struct {
	customer, agent       conformance.Party
	customerLeg, agentLeg engine.LegID
	room                  engine.RoomID
}

const customerHz, agentHz = 440, 700

func newTalk(t testing.TB, r *rig, a *running) talk { return talkOf(t, r, a, 0) }

// talkOf is one of several talks, by its number.
func talkOf(t testing.TB, r *rig, a *running, n int) talk {
	t.Helper()
	from, phone, before := fmt.Sprintf("0105555%04d", n), fmt.Sprintf("live%d", n), a.log.Len()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	check(a.PutTrunk(ctx, r.Carrier()))
	c := r.Caller(t, from, "")
	p := r.Phone(t, phone)
	check(a.PutPhone(ctx, engine.Phone{ID: phone, Password: uuid.NewString(), Contact: p.Contact()}))
	k := talk{customer: c, agent: p, agentLeg: engine.LegID(uuid.NewString()), room: engine.RoomID(uuid.NewString())}
	c.Call(t, "07076660001")
	k.customerLeg = expect(t, a, before, func(e engine.LegArrived) bool { return e.From == from }).Leg
	check(a.Answer(ctx, k.customerLeg))
	check(a.Dial(ctx, engine.DialRequest{Leg: k.agentLeg, Phone: phone, Timeout: 20 * time.Second, Like: k.customerLeg}))
	expect(t, a, before, func(e engine.LegRinging) bool { return e.Leg == k.agentLeg })
	p.Answer()
	expect(t, a, 0, func(e engine.LegAnswered) bool { return e.Leg == k.agentLeg })
	check(a.CreateRoom(ctx, k.room))
	check(a.Join(ctx, k.room, k.customerLeg))
	check(a.Join(ctx, k.room, k.agentLeg))
	c.Say(customerHz)
	p.Say(agentHz)
	k.talking(t)
	t.Cleanup(func() {
		c.Hangup()
		p.Hangup()
	})
	return k
}

func (k talk) talking(t testing.TB) {
	t.Helper()
	hears(t, "the customer", k.customer, agentHz, true)
	hears(t, "the agent", k.agent, customerHz, true)
}

func (k talk) inSnapshot(t testing.TB, s engine.Snapshot) {
	t.Helper()
	if c, p := s.Legs[k.customerLeg], s.Legs[k.agentLeg]; c.Room != k.room || p.Room != k.room || !c.Inbound || p.Inbound || !c.Answered || !p.Answered || len(s.Rooms[k.room]) != 2 {
		t.Errorf("snapshot %+v", s)
	}
}

// Without a controller a caller hears an announcement at once, and is not kept. A
// caller who comes before Asterisk has noticed that the controller is gone waits
// for the end of the lease instead (decision 0010), so the test waits until it has:
// an application of which nobody is left any channel or bridge, which only an
// Asterisk of the test's own can promise, is gone then.
func TestLive_Fallback(t *testing.T) {
	r := newRigOn(t, ownServer(t, local.Options{RTPFrom: 26100, RTPTo: 26199}))
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	if err := a.PutTrunk(t.Context(), r.Carrier()); err != nil {
		t.Fatal(err)
	}
	a.stop(t)
	eventually(t, "Asterisk notices that the controller is gone", 10*time.Second, func() bool { return askARI(t, r.server, "/applications/"+r.server.App) == http.StatusNotFound })
	c := r.Caller(t, "01077778888", "")
	start := time.Now()
	c.Call(t, "07076660001")
	eventually(t, "the announcement", 2*time.Second, func() bool {
		return c.Final() == 200 && tone.RMS(c.Heard(start, time.Now())) > 100
	})
	eventually(t, "the end of the call", 10*time.Second, func() bool { return c.Ended().Method == "BYE" })
}

// Covers: SYS-3. The link is lost for some seconds: those who talk go on.
func TestLive_LinkCut(t *testing.T) {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	k := newTalk(t, r, a)
	before := a.log.Len()
	cut := time.Now()
	r.CutLink(t, conformance.Reset)
	expect[engine.LinkDown](t, a, before, nil)
	if d := time.Since(cut); d > time.Second {
		t.Errorf("a closed link was noticed after %v", d)
	}
	k.talking(t)
	err := a.Hold(t.Context(), k.room, k.customerLeg)
	if engine.KindOf(err) != engine.KindUnreachable {
		t.Errorf("Hold while the link is down: %v", err)
	}
	for time.Since(cut) < 3*time.Second {
		k.talking(t)
	}
	r.RestoreLink(t)
	restored := time.Now()
	up := expect[engine.LinkUp](t, a, before, nil)
	if d := time.Since(restored); d > 2*time.Second {
		t.Errorf("the link came back after %v", d)
	}
	k.inSnapshot(t, up.Snapshot)
	k.talking(t)
	k.customer.Hangup()
	expect(t, a, before, func(e engine.LegEnded) bool { return e.Leg == k.customerLeg && e.Cause == engine.CauseNormal })
}

// Covers: SYS-3. A second controller takes the calls over and the first one
// gives up.
func TestLive_TakenOver(t *testing.T) {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	k := newTalk(t, r, a)
	b := run(t, r.options(), nil)
	up := expect[engine.LinkUp](t, b, 0, nil)
	if err := a.result(t); !errors.Is(err, asterisk.ErrReplaced) {
		t.Errorf("the first Run returned %v", err)
	}
	expect[engine.LinkDown](t, a, 0, nil)
	k.inSnapshot(t, up.Snapshot)
	if err := b.Hold(t.Context(), k.room, k.customerLeg); err != nil {
		t.Fatal(err)
	}
	hears(t, "the customer", k.customer, musicHz, true)
	if err := b.Unhold(t.Context(), k.room, k.customerLeg); err != nil {
		t.Fatal(err)
	}
	k.talking(t)
	if err := b.Hangup(t.Context(), k.agentLeg, engine.CauseNormal); err != nil {
		t.Fatal(err)
	}
	// Legs that earlier tests left behind may end, too.
	if end := expect(t, b, 0, func(e engine.LegEnded) bool { return e.Leg == k.agentLeg }); end.Cause != engine.CauseNormal {
		t.Errorf("%+v", end)
	}
}

// A phone whose browser is closed is told from one that does not exist.
//
// Covers: OUT-8
func TestLive_PhoneAbsent(t *testing.T) {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	if err := a.PutPhone(t.Context(), engine.Phone{ID: "absent", Password: uuid.NewString(), Proof: "absent"}); err != nil {
		t.Fatal(err)
	}
	leg := engine.LegID(uuid.NewString())
	start := time.Now()
	if err := a.Dial(t.Context(), engine.DialRequest{Leg: leg, Phone: "absent", Timeout: 20 * time.Second}); err != nil {
		t.Fatal(err)
	}
	end := expect[engine.LegEnded](t, a, 0, nil)
	if d := time.Since(start); end.Leg != leg || end.Cause != engine.CauseAbsent || d > 500*time.Millisecond {
		t.Errorf("%+v after %v", end, d)
	}
	if err := a.DeletePhone(t.Context(), "absent"); err != nil {
		t.Fatal(err)
	}
	err := a.Dial(t.Context(), engine.DialRequest{Leg: engine.LegID(uuid.NewString()), Phone: "absent", Timeout: 20 * time.Second})
	if engine.KindOf(err) != engine.KindRefused {
		t.Errorf("Dial of no phone: %v", err)
	}
}

// Strangers reach nothing: neither calls nor registrations from addresses that
// belong to no trunk.
func TestLive_Stranger(t *testing.T) {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	trunk := r.Carrier()
	trunk.Hosts = []string{"192.0.2.77"}
	if err := a.PutTrunk(t.Context(), trunk); err != nil {
		t.Fatal(err)
	}
	// Naming the trunk in From proves nothing.
	for _, from := range []string{"01012345678", trunk.ID} {
		c := r.Caller(t, from, "")
		c.Call(t, "07076660001")
		eventually(t, "the refusal", 5*time.Second, func() bool { return c.Final() == 401 })
	}
	if a.log.Len() != 1 {
		t.Errorf("events:%s", a.log)
	}
}

// A trunk or phone that is put again as it was is left alone, so that no call
// is refused while a controller starts; a changed one is replaced.
func TestLive_PutAgain(t *testing.T) {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	for range 3 {
		if err := a.PutTrunk(t.Context(), r.Carrier()); err != nil {
			t.Fatal(err)
		}
		c := r.Caller(t, "01012341234", "Kim")
		before := a.log.Len()
		c.Call(t, "07076660001")
		e := expect[engine.LegArrived](t, a, before, nil)
		if e.From != "01012341234" || e.Name != "Kim" {
			t.Errorf("%+v", e)
		}
		if err := a.Hangup(t.Context(), e.Leg, engine.CauseBusy); err != nil {
			t.Error(err)
		}
		eventually(t, "the refusal", 5*time.Second, func() bool { return c.Final() == 486 })
	}
}

// A trunk that several put at once, an admin and the controller's own round, is
// made once: Asterisk turns the callers of one that is made twice into "unknown".
//
// Covers: ADM-3, IN-7.
func TestLive_PutAtOnce(t *testing.T) {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	if err := a.DeleteTrunk(t.Context(), r.Carrier().ID); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := a.PutTrunk(t.Context(), r.Carrier()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	c := r.Caller(t, "01012341235", "Lee")
	c.Call(t, "07076660001")
	e := expect[engine.LegArrived](t, a, 0, nil)
	if e.From != "01012341235" || e.Name != "Lee" {
		t.Errorf("%+v", e)
	}
	if err := a.Hangup(t.Context(), e.Leg, engine.CauseBusy); err != nil {
		t.Error(err)
	}
}
