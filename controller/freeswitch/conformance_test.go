package freeswitch_test

import (
	"testing"

	"ringdesk/testkit/conformance"
)

// TestConformance shows that FreeSWITCH does what every engine must.
//
// Covers: SYS-1
func TestConformance(t *testing.T) {
	live(t)
	conformance.Run(t, func(t testing.TB) conformance.Rig { return newRig(t) })
}
