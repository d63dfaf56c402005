package freeswitch_test

import (
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/siprig"
)

// trunkPatience is how long the state of a trunk may take to be told: FreeSWITCH
// gives a carrier up 32 s after an OPTIONS without an answer (RFC 3261, timer F).
const trunkPatience = time.Minute

// becomes waits for a trunk's state.
func becomes(t testing.TB, a *running, id string, want engine.TrunkState) {
	t.Helper()
	siprig.Becomes(t, a, id, want, trunkPatience)
}

// Covers: OUT-5
func TestLive_TrunkRegisters(t *testing.T) {
	a := linked(t, newRig(t), 0)
	siprig.TrunkRegisters(t, a, a.log, trunkPatience)
}

// A wrong password is told from a carrier that is gone, and both from one that
// is there again.
//
// Covers: SYS-1
func TestLive_TrunkStates(t *testing.T) {
	a := linked(t, newRig(t), 0)
	g := siprig.NewRegistrar(t, "user", "right")
	trunk := engine.Trunk{ID: "wrong", Remote: g.Addr(), Register: true, Username: "user", Password: "wrong"}
	siprig.Put(t, a, trunk)
	becomes(t, a, "wrong", engine.TrunkRejected)
	trunk.Password = "right"
	siprig.Put(t, a, trunk)
	becomes(t, a, "wrong", engine.TrunkRegistered)
	g.Set(func(s *siprig.RegistrarState) { s.Silent = true })
	becomes(t, a, "wrong", engine.TrunkUnreachable)
	g.Set(func(s *siprig.RegistrarState) { s.Silent = false })
	becomes(t, a, "wrong", engine.TrunkRegistered)
	siprig.Put(t, a, engine.Trunk{ID: "inonly", Hosts: []string{"192.0.2.9"}})
	becomes(t, a, "inonly", engine.TrunkUnknown)
}
