package asterisk_test

import (
	"context"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/enginetest/siprig"
)

// becomes waits for a trunk's state.
func becomes(t testing.TB, a *running, id string, want engine.TrunkState) {
	t.Helper()
	var got engine.TrunkState
	for deadline := time.Now().Add(15 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		states, err := a.TrunkStates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got = states[id]; got == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("trunk %s is %q, want %q", id, got, want)
		}
	}
}

// trunked is an adapter that looks after trunks often.
func trunked(t testing.TB) (*rig, *running) {
	t.Helper()
	r := newRig(t)
	opt := r.options()
	opt.Qualify, opt.RegisterRetry = time.Second, time.Second
	a := run(t, opt, nil)
	expect[engine.LinkUp](t, a, 0, nil)
	return r, a
}

func put(t testing.TB, a *running, trunk engine.Trunk) {
	t.Helper()
	if err := a.PutTrunk(t.Context(), trunk); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.DeleteTrunk(context.Background(), trunk.ID); err != nil {
			t.Error(err)
		}
	})
}

// dialOut dials over a trunk and gives how that ended.
func dialOut(t testing.TB, a *running, trunk, number string) engine.Cause {
	t.Helper()
	leg := engine.LegID(uuid.NewString())
	if err := a.Dial(t.Context(), engine.DialRequest{Leg: leg, Trunk: trunk, Number: number, CallerID: "+827076660001", Timeout: 5 * time.Second}); err != nil {
		t.Fatal(err)
	}
	return expect(t, a, 0, func(e engine.LegEnded) bool { return e.Leg == leg }).Cause
}

// We register with a carrier, which calls us through the registration and
// challenges our calls; when the trunk is deleted, nothing is left.
//
// Covers: OUT-5
func TestTrunk_Registers(t *testing.T) {
	_, a := trunked(t)
	g := siprig.NewRegistrar(t, "07076660001", "s3cret")
	trunk := engine.Trunk{ID: "reg", Remote: g.Addr(), Register: true, Username: "07076660001", Password: "s3cret", FromDomain: "sip.ringdesk.example"}
	put(t, a, trunk)
	becomes(t, a, "reg", engine.TrunkRegistered)
	for i, to := range []string{"07076660001", "07076660009"} {
		before := a.log.Len()
		g.Call(t, to)
		e := expect[engine.LegArrived](t, a, before, nil)
		if e.Trunk != "reg" || e.To != to || e.From != "01012345678" {
			t.Errorf("call %d: %+v", i, e)
		}
		if err := a.Hangup(t.Context(), e.Leg, engine.CauseBusy); err != nil {
			t.Error(err)
		}
	}
	if cause := dialOut(t, a, "reg", "+821012345678"); cause != engine.CauseBusy {
		t.Errorf("a call after the challenge ended for cause %d, want busy", cause)
	}
	var invite *sip.Request
	g.Set(func(g *siprig.RegistrarState) { invite = g.Invited })
	if invite == nil || invite.From().Address.Host != "sip.ringdesk.example" || invite.From().Address.User != "+827076660001" {
		t.Errorf("INVITE\n%v", invite)
	}
	// A changed trunk takes effect at once.
	other := siprig.NewRegistrar(t, "user2", "s3cret")
	trunk.Remote, trunk.Username = other.Addr(), "user2"
	if err := a.PutTrunk(t.Context(), trunk); err != nil {
		t.Fatal(err)
	}
	becomes(t, a, "reg", engine.TrunkRegistered)
	eventually(t, "the new registration", 5*time.Second, func() bool {
		n := 0
		other.Set(func(g *siprig.RegistrarState) { n = g.Accepted })
		return n > 0
	})
	if err := a.DeleteTrunk(t.Context(), "reg"); err != nil {
		t.Fatal(err)
	}
	for _, g := range []*siprig.Registrar{g, other} {
		eventually(t, "the end of the registration", 5*time.Second, func() bool {
			gone := false
			g.Set(func(g *siprig.RegistrarState) { gone = g.Expires == "0" })
			return gone
		})
	}
	if states, err := a.TrunkStates(t.Context()); err != nil || len(states) != 0 {
		t.Errorf("states %v, %v after the trunk was deleted", states, err)
	}
}

// A wrong password is told from a carrier that is gone.
func TestTrunk_States(t *testing.T) {
	r, a := trunked(t)
	g := siprig.NewRegistrar(t, "user", "right")
	put(t, a, engine.Trunk{ID: "wrong", Remote: g.Addr(), Register: true, Username: "user", Password: "wrong"})
	becomes(t, a, "wrong", engine.TrunkRejected)
	put(t, a, engine.Trunk{ID: "wrong", Remote: g.Addr(), Register: true, Username: "user", Password: "right"})
	becomes(t, a, "wrong", engine.TrunkRegistered)
	g.Set(func(g *siprig.RegistrarState) { g.Silent = true })
	becomes(t, a, "wrong", engine.TrunkUnreachable)
	g.Set(func(g *siprig.RegistrarState) { g.Silent = false })
	becomes(t, a, "wrong", engine.TrunkRegistered)

	put(t, a, r.Carrier())
	becomes(t, a, r.Carrier().ID, engine.TrunkReachable)
	r.carrier.Close()
	becomes(t, a, r.Carrier().ID, engine.TrunkUnreachable)
	put(t, a, r.Carrier()) // as it is done over and over
	if states, err := a.TrunkStates(t.Context()); err != nil || states[r.Carrier().ID] != engine.TrunkUnreachable {
		t.Errorf("states %v, %v after the same trunk was put again", states, err)
	}
	put(t, a, engine.Trunk{ID: "inonly", Hosts: []string{"192.0.2.9"}})
	becomes(t, a, "inonly", engine.TrunkUnknown)
}

// A carrier that answers no OPTIONS looks unreachable but can be called.
func TestTrunk_Deaf(t *testing.T) {
	_, a := trunked(t)
	g := siprig.NewRegistrar(t, "user", "right")
	g.Set(func(g *siprig.RegistrarState) { g.Deaf = true })
	put(t, a, engine.Trunk{ID: "deaf", Remote: g.Addr(), Username: "user", Password: "right"})
	becomes(t, a, "deaf", engine.TrunkUnknown)
	becomes(t, a, "deaf", engine.TrunkUnreachable)
	asked := 0
	g.Set(func(g *siprig.RegistrarState) { asked = g.Options })
	eventually(t, "another OPTIONS", 10*time.Second, func() bool {
		now := 0
		g.Set(func(g *siprig.RegistrarState) { now = g.Options })
		return now > asked+1
	})
	if cause := dialOut(t, a, "deaf", "+821012345678"); cause != engine.CauseBusy {
		t.Errorf("ended for cause %d, want busy", cause)
	}
}

func TestTrunk_Refused(t *testing.T) {
	r, _, f := started(t)
	f.set(func(f *fake) { f.requests = nil })
	good := engine.Trunk{ID: "t", Remote: "192.0.2.1:5060", Register: true, Username: "u", Password: "p"}
	for name, spoil := range map[string]func(*engine.Trunk){
		"no user name":           func(t *engine.Trunk) { t.Username = "" },
		"no remote":              func(t *engine.Trunk) { t.Remote = "" },
		"a user name with an at": func(t *engine.Trunk) { t.Username = "u@evil" },
		"a password with a line": func(t *engine.Trunk) { t.Password = "p\nx" },
		"a domain with a semi":   func(t *engine.Trunk) { t.FromDomain = "a;b" },
	} {
		trunk := good
		spoil(&trunk)
		if err := r.PutTrunk(t.Context(), trunk); engine.KindOf(err) != engine.KindRefused {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.requests) != 0 {
		t.Errorf("requests %q reached Asterisk", f.requests)
	}
}
