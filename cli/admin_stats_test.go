package cli

import (
	"strings"
	"testing"

	"ringdesk/configs"
)

// Statistics are made anew from the journal, and it is told what was not as it says.
//
// Covers: STAT-0.
func TestRebuildStats(t *testing.T) {
	s := configs.Default()
	s.Storage.Data = t.TempDir()
	if _, err := output(t, func() error { return seedCmd{Conversations: 20, Contacts: 10, Days: 2, Seed: 1}.Run(s) }); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"20 calls have ended; the statistics of 20 were missing and of 0 were wrong", "20 calls have ended; the statistics of 0 were missing"} {
		if out, err := output(t, func() error { return rebuildStatsCmd{}.Run(s) }); err != nil || !strings.Contains(out, want) {
			t.Errorf("got %q, %v, want %q", out, err, want)
		}
	}
}
