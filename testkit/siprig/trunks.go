package siprig

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"ringdesk/controller/engine"
	"ringdesk/testkit/conformance"
)

// Becomes waits for a trunk's state.
func Becomes(t testing.TB, e engine.Engine, id string, want engine.TrunkState, within time.Duration) {
	t.Helper()
	var got engine.TrunkState
	for deadline := time.Now().Add(within); ; time.Sleep(50 * time.Millisecond) {
		states, err := e.TrunkStates(t.Context())
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

// Put gives the engine a trunk until the test ends.
func Put(t testing.TB, e engine.Engine, trunk engine.Trunk) {
	t.Helper()
	if err := e.PutTrunk(t.Context(), trunk); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.DeleteTrunk(context.Background(), trunk.ID); err != nil {
			t.Error(err)
		}
	})
}

// DialOut dials over a trunk and gives how that ended.
func DialOut(t testing.TB, e engine.Engine, log *conformance.Log, trunk, number string) engine.Cause {
	t.Helper()
	leg := engine.LegID(uuid.NewString())
	if err := e.Dial(t.Context(), engine.DialRequest{Leg: leg, Trunk: trunk, Number: number, CallerID: "+827076660001", Timeout: 5 * time.Second}); err != nil {
		t.Fatal(err)
	}
	return await(t, log, 0, func(e engine.LegEnded) bool { return e.Leg == leg }).Cause
}

// await waits for an event after the first skip.
func await[E engine.Event](t testing.TB, log *conformance.Log, skip int, match func(E) bool) E {
	t.Helper()
	entry, ok := log.AwaitAfter(skip, time.Now().Add(10*time.Second), func(ev engine.Event) bool {
		e, ok := ev.(E)
		return ok && match(e)
	})
	if !ok {
		var none E
		t.Fatalf("no %T; events:%s", none, log)
	}
	return entry.Event.(E)
}

// TrunkRegisters is a test for every engine: it registers with a carrier, which
// calls us through the registration and challenges our calls; a changed trunk
// takes effect, and when it is deleted, nothing is left (OUT-5). within is how
// long the engine may take to tell a state.
func TrunkRegisters(t *testing.T, e engine.Engine, log *conformance.Log, within time.Duration) {
	first, second := NewRegistrar(t, "07076660001", "s3cret"), NewRegistrar(t, "user2", "s3cret")
	trunk := engine.Trunk{ID: "reg", Remote: first.Addr(), Register: true, Username: "07076660001", Password: "s3cret", FromDomain: "sip.ringdesk.example"}
	Put(t, e, trunk)
	Becomes(t, e, "reg", engine.TrunkRegistered, within)
	// Another customer of the same carrier, known by its address: whose call it is,
	// the registration that it comes to tells.
	host, _, err := net.SplitHostPort(first.Addr())
	if err != nil {
		t.Fatal(err)
	}
	neighbours := []string{"aaaaddress", "zzzzaddress"}
	for _, id := range neighbours {
		if err := e.PutTrunk(t.Context(), engine.Trunk{ID: id, Hosts: []string{host}}); err != nil {
			t.Fatal(err)
		}
	}
	for i, to := range []string{"07076660001", "07076660009"} {
		before := log.Len()
		first.Call(t, to)
		arrived := await(t, log, before, func(engine.LegArrived) bool { return true })
		if arrived.Trunk != "reg" || arrived.To != to || arrived.From != "01012345678" {
			t.Errorf("call %d: %+v", i, arrived)
		}
		if err := e.Hangup(t.Context(), arrived.Leg, engine.CauseBusy); err != nil {
			t.Error(err)
		}
	}
	for _, id := range neighbours {
		if err := e.DeleteTrunk(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	if cause := DialOut(t, e, log, "reg", "+821012345678"); cause != engine.CauseBusy {
		t.Errorf("a call after the challenge ended for cause %d, want busy", cause)
	}
	var invite *sip.Request
	first.Set(func(s *RegistrarState) { invite = s.Invited })
	if invite == nil || invite.From().Address.Host != "sip.ringdesk.example" || invite.From().Address.User != "+827076660001" {
		t.Errorf("INVITE\n%v", invite)
	}
	trunk.Remote, trunk.Username = second.Addr(), "user2"
	if err := e.PutTrunk(t.Context(), trunk); err != nil {
		t.Fatal(err)
	}
	Becomes(t, e, "reg", engine.TrunkRegistered, within)
	second.Await(t, "the new registration", func(s *RegistrarState) bool { return s.Accepted > 0 })
	if err := e.DeleteTrunk(t.Context(), "reg"); err != nil {
		t.Fatal(err)
	}
	for _, g := range []*Registrar{first, second} {
		g.Await(t, "the end of the registration", func(s *RegistrarState) bool { return s.Expires == "0" })
	}
	if states, err := e.TrunkStates(t.Context()); err != nil || states["reg"] != "" {
		t.Errorf("states %v, %v after the trunk was deleted", states, err)
	}
}
