package asterisk_test

import (
	"testing"

	"ringdesk/controller/asterisk/local"
	"ringdesk/testkit/conformance"
	"ringdesk/testkit/ports"
)

// Without the guard no carrier's redirect is followed either: what calls over
// trunks has nothing that follows.
//
// Covers: OUT-8, OUT-9, SEC-2
func TestLive_RedirectedUnguarded(t *testing.T) {
	sip, err := ports.Addr()
	if err != nil {
		t.Fatal(err)
	}
	s, err := local.Start(t.Context(), local.Options{Root: root(), Data: t.TempDir(), SIP: sip, RTPFrom: 24000, RTPTo: 24199, Unguarded: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	conformance.Run(t, func(t testing.TB) conformance.Rig { return newRigOn(t, s) }, conformance.Only("dial/redirected", "dial/challenged"))
}
