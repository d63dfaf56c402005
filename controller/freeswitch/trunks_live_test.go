package freeswitch_test

import (
	"context"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/enginetest/siprig"
)

// becomes waits for a trunk's state. FreeSWITCH gives a carrier up 32 s after an
// OPTIONS without an answer (RFC 3261's timer F).
func becomes(t testing.TB, a *running, id string, want engine.TrunkState) {
	t.Helper()
	var got engine.TrunkState
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(50 * time.Millisecond) {
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

// We register with a carrier, which calls us through the registration and
// challenges our calls; when the trunk is deleted, nothing is left.
//
// Covers: OUT-5
func TestLive_TrunkRegisters(t *testing.T) {
	a := linked(t, newRig(t), 0)
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
	leg := engine.LegID(uuid.NewString())
	if err := a.Dial(t.Context(), engine.DialRequest{Leg: leg, Trunk: "reg", Number: "+821012345678", CallerID: "+827076660001", Timeout: 5 * time.Second}); err != nil {
		t.Fatal(err)
	}
	if end := expect(t, a, 0, func(e engine.LegEnded) bool { return e.Leg == leg }); end.Cause != engine.CauseBusy {
		t.Errorf("a call after the challenge ended for cause %d, want busy", end.Cause)
	}
	var invite *sip.Request
	g.Set(func(s *siprig.RegistrarState) { invite = s.Invited })
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
	if err := a.DeleteTrunk(t.Context(), "reg"); err != nil {
		t.Fatal(err)
	}
	for _, g := range []*siprig.Registrar{g, other} {
		eventually(t, "the end of the registration", 10*time.Second, func() bool {
			gone := false
			g.Set(func(s *siprig.RegistrarState) { gone = s.Accepted > 0 && s.Expires == "0" })
			return gone
		})
	}
	if states, err := a.TrunkStates(t.Context()); err != nil || states["reg"] != "" {
		t.Errorf("states %v, %v after the trunk was deleted", states, err)
	}
}

// A wrong password is told from a carrier that is gone, and both from one that
// is there again.
//
// Covers: SYS-1
func TestLive_TrunkStates(t *testing.T) {
	a := linked(t, newRig(t), 0)
	g := siprig.NewRegistrar(t, "user", "right")
	trunk := engine.Trunk{ID: "wrong", Remote: g.Addr(), Register: true, Username: "user", Password: "wrong"}
	put(t, a, trunk)
	becomes(t, a, "wrong", engine.TrunkRejected)
	trunk.Password = "right"
	put(t, a, trunk)
	becomes(t, a, "wrong", engine.TrunkRegistered)
	g.Set(func(s *siprig.RegistrarState) { s.Silent = true })
	becomes(t, a, "wrong", engine.TrunkUnreachable)
	g.Set(func(s *siprig.RegistrarState) { s.Silent = false })
	becomes(t, a, "wrong", engine.TrunkRegistered)
	put(t, a, engine.Trunk{ID: "inonly", Hosts: []string{"192.0.2.9"}})
	becomes(t, a, "inonly", engine.TrunkUnknown)
}
