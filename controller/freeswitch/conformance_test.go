package freeswitch_test

import (
	"testing"

	"ringdesk/controller/engine/enginetest"
)

// TestConformance shows that FreeSWITCH does what every engine must.
//
// Covers: SYS-1
func TestConformance(t *testing.T) {
	live(t)
	enginetest.Run(t, func(t testing.TB) enginetest.Rig { return newRig(t) })
}
