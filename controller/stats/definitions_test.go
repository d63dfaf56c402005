package stats_test

import (
	"os"
	"testing"

	"ringdesk/controller/stats"
)

// docs/statistics.md is what the definitions say.
//
// Covers: STAT-0.
func TestReferenceIsUpToDate(t *testing.T) {
	written, err := os.ReadFile("../../docs/statistics.md")
	if err != nil || string(written) != stats.Reference() {
		t.Errorf("run: go run ./scripts/reference statistics > docs/statistics.md (%v)", err)
	}
}
