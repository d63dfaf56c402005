package exchange_test

import (
	"fmt"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/testkit/memory"
)

// BenchmarkWholeCall is what one call costs the controller, from a caller whom nobody knows to the
// agent's freedom: rung, answered, hung up, each step on disk.
func BenchmarkWholeCall(b *testing.B) {
	newStage(b, 1, memory.Options{}).wholeCalls(b)
}

// wholeCalls measures calls, one after the other.
func (w *stage) wholeCalls(b *testing.B) {
	calls, last := 0, ""
	ring := func() {
		calls++
		caller := w.caller(fmt.Sprintf("010%08d", calls))
		caller.Call(number)
		w.soon("the phone to ring", func() bool { in := w.phones[0].State().Invited.Call; return in != "" && in != last })
		last = w.phones[0].State().Invited.Call
		w.phones[0].Answer()
		w.soon("the answer", func() bool { return caller.State().Final == 200 })
		caller.Hangup()
		w.soon("the call's end", func() bool {
			goesOn := false
			w.x.Each(func(c *call.Call) { goesOn = goesOn || c.EndedAt.IsZero() })
			return !goesOn
		})
	}
	for range 20 {
		ring()
	}
	var mu sync.Mutex
	var commits []time.Duration
	w.store.OnBatch(func(_ int, took time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		commits = append(commits, took)
	})
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		ring()
	}
	b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
	w.soon("what is left of calls", func() bool { return w.x.Live() == 0 })
	mu.Lock()
	defer mu.Unlock()
	slices.Sort(commits)
	b.ReportMetric(float64(len(commits))/float64(b.N), "commits/op")
	b.ReportMetric(float64(commits[len(commits)/2].Microseconds()), "p50-µs/commit")
	b.ReportMetric(float64(commits[len(commits)*99/100].Microseconds()), "p99-µs/commit")
}

// soon is await with little of the processor and of the time taken for waiting.
func (w *stage) soon(what string, cond func() bool) {
	w.t.Helper()
	for end := time.Now().Add(10 * time.Second); !cond(); time.Sleep(200 * time.Microsecond) {
		if time.Now().After(end) {
			w.t.Fatalf("waited 10 s for %s", what)
		}
	}
}

// processorTime is what this process has had of the processors.
func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
