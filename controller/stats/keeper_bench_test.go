package stats_test

import (
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/models"
)

// BenchmarkPass is what the facts of a second's calls cost to keep: 60, in as many of 170 businesses, of which each second one is
// looked at again in the next pass, since something small has changed. Other programs distort times on the clock; look at
// the processor's (cpu-µs/pass).
func BenchmarkPass(b *testing.B) {
	const businesses, atOnce = 170, 60
	store, err := models.Open(filepath.Join(b.TempDir(), "ringdesk.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	for n := range businesses {
		w := fmt.Sprint("w", n)
		err := store.Tx(b.Context(), func(tx *models.Tx) error { return openBusiness(tx, w, "Asia/Seoul", fmt.Sprint("+82707666", 1000+n)) })
		if err != nil {
			b.Fatal(err)
		}
	}
	now, calls := evening, 0
	k := keeper(store, "one", &now)
	if err := k.Pass(b.Context()); err != nil {
		b.Fatal(err)
	}
	var used time.Duration
	for b.Loop() {
		b.StopTimer()
		err := store.Tx(b.Context(), func(tx *models.Tx) error {
			for range atOnce {
				if calls++; calls > atOnce && calls%2 == 0 {
					before := fmt.Sprint("call", calls-atOnce)
					if err := tx.Changed(fmt.Sprint("w", (calls-atOnce)%businesses), journal.TopicCall, before); err != nil {
						return err
					}
				}
				if err := endedCall(tx, fmt.Sprint("call", calls), fmt.Sprint("w", calls%businesses)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		before := processor(b)
		if err := k.Pass(b.Context()); err != nil {
			b.Fatal(err)
		}
		used += processor(b) - before
	}
	b.ReportMetric(float64(used.Microseconds())/float64(b.N), "cpu-µs/pass")
}

// processor is what this program has used of the processor.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
