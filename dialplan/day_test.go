package dialplan_test

import (
	"testing"
	"time"

	"ringdesk/dialplan"
)

// A day begins when its date does: also where clocks go on or back at midnight, or a whole
// day was left out.
//
// Covers: IN-10, STAT-0.
func TestDayBegins(t *testing.T) {
	for _, c := range []struct {
		zone    string
		y, m, d int
		want    string
	}{
		{"UTC", 2026, 11, 30, "2026-11-30T00:00:00Z"},
		{"UTC", 2026, 11, 31, "2026-12-01T00:00:00Z"},
		{"Asia/Seoul", 2026, 3, 3, "2026-03-02T15:00:00Z"},
		{"America/New_York", 2026, 11, 1, "2026-11-01T04:00:00Z"},
		{"America/New_York", 2026, 11, 2, "2026-11-02T05:00:00Z"},
		{"America/Santiago", 2026, 9, 6, "2026-09-06T04:00:00Z"}, // 24:00 is 01:00
		{"America/Santiago", 2026, 4, 5, "2026-04-05T04:00:00Z"}, // 24:00 is 23:00
		{"Pacific/Kiritimati", 2026, 1, 1, "2025-12-31T10:00:00Z"},
		{"Pacific/Pago_Pago", 2026, 1, 1, "2026-01-01T11:00:00Z"},
		{"Pacific/Apia", 2011, 12, 31, "2011-12-30T10:00:00Z"}, // there was no 30 December
	} {
		if at := dialplan.DayBegins(c.y, time.Month(c.m), c.d, dialplan.Location(c.zone)); at.UTC().Format(time.RFC3339) != c.want {
			t.Errorf("%d-%d-%d in %s begins at %s, want %s", c.y, c.m, c.d, c.zone, at.UTC().Format(time.RFC3339), c.want)
		}
	}
}
