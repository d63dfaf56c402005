package figures_test

import (
	"testing"

	"ringdesk/controller/stats"
	"ringdesk/testkit/figures"
	"ringdesk/testkit/memstore"
	"ringdesk/testkit/sim"
)

// Random days around changes of the clocks and midnights: the live board, the report while
// calls go on and afterwards, the facts, those made anew, another time zone's report and the
// raw data give the same figures.
//
// Covers: STAT-0, STAT-1, STAT-2, STAT-3, STAT-4, END-5.
func TestAllFiguresAgree(t *testing.T) {
	var told figures.Told
	for seed := uint64(100); seed < 108; seed++ {
		_, err := sim.Run(sim.Options{Seed: seed, Calls: 300, Flows: true, Over: func(h memstore.History, live stats.Figures) {
			one, err := figures.Agree(t.Context(), t.TempDir(), h, live, seed)
			if err != nil {
				t.Error(err)
			}
			told.Add(one)
		}})
		if err != nil {
			t.Error(err)
		}
	}
	for i, d := range told.Differences {
		if i == 20 {
			t.Errorf("… and %d more", len(told.Differences)-i)
			break
		}
		t.Error(d)
	}
	if told.Calls < 2400 || told.Figures < 100_000 {
		t.Errorf("%d figures of %d calls were compared", told.Figures, told.Calls)
	}
	t.Logf("%d figures of %d calls, %d differences", told.Figures, told.Calls, len(told.Differences))
}
