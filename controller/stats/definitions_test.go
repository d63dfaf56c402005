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

// The desk's words for figures are what the definitions say.
//
// Covers: STAT-0, SYS-4.
func TestWordsAreUpToDate(t *testing.T) {
	for _, locale := range []string{"en", "ko"} {
		written, err := os.ReadFile("../../web/src/features/stats/figures." + locale + ".ts")
		if err != nil || string(written) != stats.Words(locale) {
			t.Errorf("run: go run ./scripts/reference figures %s > web/src/features/stats/figures.%s.ts (%v)", locale, locale, err)
		}
	}
}
