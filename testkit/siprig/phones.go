package siprig

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
	"ringdesk/testkit/conformance"
)

// Doors are the addresses that a real engine takes SIP at.
type Doors struct {
	Engine engine.Engine
	Log    *conformance.Log
	Socket string // ws://… of browsers
	Port   string // host:port of carriers
}

// put gives the engine a browser's phone until the test ends.
func (d *Doors) put(t testing.TB, id string) engine.Phone {
	t.Helper()
	p := engine.Phone{ID: id, Password: "secret-of-" + id, Proof: "proof" + id}
	if err := d.Engine.PutPhone(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Engine.DeletePhone(context.Background(), id); err != nil && engine.KindOf(err) != engine.KindGone {
			t.Error(err)
		}
	})
	return p
}

// browser opens a phone's line as the controller does.
func (d *Doors) browser(t testing.TB, p engine.Phone) *Browser {
	t.Helper()
	b := NewBrowser(t, d.Socket, p.ID, p.Proof)
	d.Engine.PhoneLine(p.ID, b.Line(), true)
	t.Cleanup(func() { d.Engine.PhoneLine(p.ID, b.Line(), false) })
	return b
}

// dial calls a phone.
func (d *Doors) dial(t testing.TB, id string) engine.LegID {
	t.Helper()
	leg := engine.LegID(uuid.NewString())
	if err := d.Engine.Dial(t.Context(), engine.DialRequest{Leg: leg, Phone: id, CallerID: "01012345678", Timeout: 20 * time.Second}); err != nil {
		t.Fatal(err)
	}
	return leg
}

func (d *Doors) hangup(t testing.TB, leg engine.LegID) {
	t.Helper()
	if err := d.Engine.Hangup(t.Context(), leg, engine.CauseNormal); err != nil && engine.KindOf(err) != engine.KindGone {
		t.Error(err)
	}
	await(t, d.Log, 0, func(e engine.LegEnded) bool { return e.Leg == leg })
}

// PhoneRegisters is a test for every engine: a browser's phone registers with its
// password and no other, is called, and is gone when its endpoint is deleted.
func (d *Doors) PhoneRegisters(t *testing.T) {
	p := d.put(t, "anna")
	for name, try := range map[string]struct{ id, password string }{"wrong password": {p.ID, "guess"}, "no password": {p.ID, ""}, "unknown": {"berta", p.Password}} {
		if got := NewBrowser(t, d.Socket, try.id, p.Proof).Register(t, try.password); got/100 != 4 {
			t.Errorf("%s: %d", name, got)
		}
	}
	b := d.browser(t, p)
	if got := b.Register(t, p.Password); got != 200 {
		t.Fatalf("with the right password: %d", got)
	}
	leg := d.dial(t, p.ID)
	if body := string(b.Invite(t).Body()); !strings.Contains(body, "opus") || !strings.Contains(body, "fingerprint") {
		t.Errorf("the browser is offered\n%s", body)
	}
	d.hangup(t, leg)
}

// victim is whom a deceived engine would call.
type victim struct{ conn *net.UDPConn }

func newVictim(t testing.TB) victim {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 5)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return victim{conn}
}

func (v victim) contact() string { return fmt.Sprintf("<sip:0900123456@%s>", v.conn.LocalAddr()) }

// called is what has come, without waiting.
func (v victim) called(t testing.TB) string {
	t.Helper()
	if err := v.conn.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	n, err := v.conn.Read(buf)
	if err != nil {
		return ""
	}
	return string(buf[:n])
}

// ContactsLeadNowhere is a test for every engine: whatever a browser registers,
// a call to its phone goes to its own connection or nowhere (SEC-2, OUT-9).
func (d *Doors) ContactsLeadNowhere(t *testing.T) {
	for i, make := range []func(own, foreign string) []string{
		func(_, foreign string) []string { return []string{foreign} },
		func(own, foreign string) []string { return []string{own, foreign} },
		func(own, foreign string) []string { return []string{foreign, own} },
		func(own, foreign string) []string { return []string{own + ", " + foreign} },
		func(own, foreign string) []string {
			return []string{strings.Replace(foreign, "@", "@b.invalid;maddr=", 1)}
		},
		func(own, foreign string) []string { return []string{own + ";q=0.1", foreign + ";q=1.0"} },
		func(own, foreign string) []string { return []string{own + ";expires=0", foreign} },
		func(own, foreign string) []string { return []string{foreign + ";expires=0", foreign} },
	} {
		p, v := d.put(t, fmt.Sprint("greta", i)), newVictim(t)
		b := d.browser(t, p)
		contacts := make(b.Contact(), v.contact())
		if i%2 == 1 { // it has been registered properly before
			if got := b.Register(t, p.Password); got != 200 {
				t.Fatalf("registering: %d", got)
			}
		}
		status := b.Register(t, p.Password, contacts...)
		leg := engine.LegID(uuid.NewString())
		err := d.Engine.Dial(t.Context(), engine.DialRequest{Leg: leg, Phone: p.ID, CallerID: "01012345678", Timeout: 2 * time.Second})
		t.Logf("%q: %d, dialled: %v", contacts, status, err)
		if err == nil {
			await(t, d.Log, 0, func(e engine.LegEnded) bool { return e.Leg == leg })
		}
		if call := v.called(t); call != "" {
			t.Errorf("registered %q: the call went to the other\n%s", contacts, call)
		}
	}
}

// PortIsNotForPhones is a test for every engine: a phone's endpoint is worth
// nothing on the port for carriers, from whatever address (SEC-2).
func (d *Doors) PortIsNotForPhones(t *testing.T) {
	p := d.put(t, "dora")
	Put(t, d.Engine, engine.Trunk{ID: "here", Hosts: []string{"127.0.0.1"}})
	for _, from := range []string{"127.0.0.1", Address, "127.0.0.9"} {
		b := NewDesktop(t, from, d.Port, p.ID, "")
		if got := b.Register(t, p.Password); got < 400 {
			t.Errorf("REGISTER from %s: %d", from, got)
		}
		for _, method := range []string{"OPTIONS", "INVITE", "MESSAGE"} {
			if got := b.Ask(t, method, p.ID, "sip:07076660001@"+d.Port, "").StatusCode; method == "INVITE" && got < 400 {
				t.Errorf("%s from %s: %d", method, from, got)
			}
		}
	}
	leg := d.dial(t, p.ID)
	if e := await(t, d.Log, 0, func(e engine.LegEnded) bool { return e.Leg == leg }); e.Cause != engine.CauseAbsent {
		t.Errorf("the phone is called, and ends for cause %d", e.Cause)
	}
}

// SocketIsNoTrunk is a test for every engine: what comes through the socket of
// browsers is never a call of the trunk whose address the controller has (SEC-3).
func (d *Doors) SocketIsNoTrunk(t *testing.T) {
	p := d.put(t, "emma")
	Put(t, d.Engine, engine.Trunk{ID: "here", Hosts: []string{"127.0.0.1"}})
	b := d.browser(t, p)
	before := d.Log.Len()
	for _, from := range []string{"01055556666", p.ID, "here", "anonymous", "carrier"} {
		for _, to := range []string{"07076660001", "+827076660001", "0900123456"} {
			if got := b.Ask(t, "INVITE", from, "sip:"+to+"@"+d.Port, "Contact: "+b.Contact()+"\r\n").StatusCode; got < 400 {
				t.Errorf("INVITE from %s to %s: %d", from, to, got)
			}
		}
	}
	// A call that arrives afterwards is told after those.
	if err := d.Engine.TestCall(t.Context(), "01000000000", "07076660001"); err != nil {
		t.Fatal(err)
	}
	last := await(t, d.Log, before, func(e engine.LegArrived) bool { return e.Trunk == "" })
	d.hangup(t, last.Leg)
	for _, e := range d.Log.Entries()[before:] {
		if a, ok := e.Event.(engine.LegArrived); ok && a.Leg != last.Leg {
			t.Errorf("a call arrived through the socket: %+v", a)
		}
	}
}
