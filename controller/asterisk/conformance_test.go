package asterisk_test

import (
	"testing"

	"ringdesk/testkit/conformance"
)

// TestConformance shows that Asterisk does what every engine must.
//
// Covers: SYS-1
func TestConformance(t *testing.T) {
	live(t)
	conformance.Run(t, func(t testing.TB) conformance.Rig { return newRig(t) }, conformance.FollowsPorts())
}

// Offers and answers that only the guard lets no harm come of.
//
// Covers: SYS-1, RFC 3264 6, RFC 3264 8, RFC 3261 8.2.1.
func TestGuarded(t *testing.T) {
	live(t)
	conformance.RunGuarded(t, func(t testing.TB) conformance.Rig { return newRig(t) })
}
