package asterisk_test

import (
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/siprig"
)

// becomes waits for a trunk's state.
func becomes(t testing.TB, a *running, id string, want engine.TrunkState) {
	t.Helper()
	siprig.Becomes(t, a, id, want, trunkPatience)
}

// trunkPatience is how long the state of a trunk may take to be told.
const trunkPatience = 15 * time.Second

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

// Covers: OUT-5
func TestTrunk_Registers(t *testing.T) {
	_, a := trunked(t)
	siprig.TrunkRegisters(t, a, a.log, trunkPatience)
	if states, err := a.TrunkStates(t.Context()); err != nil || len(states) != 0 {
		t.Errorf("states %v, %v after the trunk was deleted", states, err)
	}
}

// A wrong password is told from a carrier that is gone.
func TestTrunk_States(t *testing.T) {
	r, a := trunked(t)
	g := siprig.NewRegistrar(t, "user", "right")
	siprig.Put(t, a, engine.Trunk{ID: "wrong", Remote: g.Addr(), Register: true, Username: "user", Password: "wrong"})
	becomes(t, a, "wrong", engine.TrunkRejected)
	siprig.Put(t, a, engine.Trunk{ID: "wrong", Remote: g.Addr(), Register: true, Username: "user", Password: "right"})
	becomes(t, a, "wrong", engine.TrunkRegistered)
	g.Set(func(g *siprig.RegistrarState) { g.Silent = true })
	becomes(t, a, "wrong", engine.TrunkUnreachable)
	g.Set(func(g *siprig.RegistrarState) { g.Silent = false })
	becomes(t, a, "wrong", engine.TrunkRegistered)

	siprig.Put(t, a, r.Carrier())
	becomes(t, a, r.Carrier().ID, engine.TrunkReachable)
	r.Far.Close()
	becomes(t, a, r.Carrier().ID, engine.TrunkUnreachable)
	siprig.Put(t, a, r.Carrier()) // as it is done over and over
	if states, err := a.TrunkStates(t.Context()); err != nil || states[r.Carrier().ID] != engine.TrunkUnreachable {
		t.Errorf("states %v, %v after the same trunk was put again", states, err)
	}
	siprig.Put(t, a, engine.Trunk{ID: "inonly", Hosts: []string{"192.0.2.9"}})
	becomes(t, a, "inonly", engine.TrunkUnknown)
}

// A carrier that answers no OPTIONS looks unreachable but can be called.
func TestTrunk_Deaf(t *testing.T) {
	_, a := trunked(t)
	g := siprig.NewRegistrar(t, "user", "right")
	g.Set(func(g *siprig.RegistrarState) { g.Deaf = true })
	siprig.Put(t, a, engine.Trunk{ID: "deaf", Remote: g.Addr(), Username: "user", Password: "right"})
	becomes(t, a, "deaf", engine.TrunkUnknown)
	becomes(t, a, "deaf", engine.TrunkUnreachable)
	asked := 0
	g.Set(func(g *siprig.RegistrarState) { asked = g.Options })
	g.Await(t, "another OPTIONS", func(g *siprig.RegistrarState) bool { return g.Options > asked+1 })
	if cause := siprig.DialOut(t, a, a.log, "deaf", "+821012345678"); cause != engine.CauseBusy {
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
