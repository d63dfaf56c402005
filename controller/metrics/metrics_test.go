package metrics_test

import (
	"maps"
	"sync"
	"testing"
	"time"

	"ringdesk/controller/metrics"
)

// A histogram counts each value once, in all buckets that are big enough for it.
func TestHistogram(t *testing.T) {
	took := metrics.Durations(time.Millisecond, time.Second)
	for _, d := range []time.Duration{-time.Hour, 0, time.Millisecond, time.Millisecond + 1, time.Second, time.Minute} {
		took.Took(d)
	}
	count, sum, buckets := took.Read()
	if want := map[float64]uint64{0.001: 3, 1: 5}; count != 6 || sum < 61.0019 || sum > 61.0021 || !maps.Equal(buckets, want) {
		t.Errorf("%d values, sum %v, %v, want 6 and %v", count, sum, buckets, want)
	}
	sizes := metrics.Sizes(1, 4)
	for _, n := range []int64{1, 3, 9} {
		sizes.Observe(n)
	}
	count, sum, buckets = sizes.Read()
	if want := map[float64]uint64{1: 1, 4: 2}; count != 3 || sum != 13 || !maps.Equal(buckets, want) {
		t.Errorf("%d values, sum %v, %v, want 3, 13 and %v", count, sum, buckets, want)
	}
}

// A label that is not known is counted by the last, and none is lost when many
// count at once.
func TestSet(t *testing.T) {
	s := metrics.NewSet("a", "b", "other")
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			s.Of("a").Inc()
			s.Of("unheard of").Inc()
		})
	}
	all.Wait()
	got := map[string]uint64{}
	s.Each(func(label string, count uint64) { got[label] = count })
	if want := map[string]uint64{"a": 100, "b": 0, "other": 100}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// What one step of a call pays for being counted.
func BenchmarkStep(b *testing.B) {
	c := metrics.NewCalls()
	b.ReportAllocs()
	for b.Loop() {
		began := time.Now()
		c.Steps.Took(time.Since(began))
	}
}

// What the end of a call pays for being counted.
func BenchmarkEnd(b *testing.B) {
	c := metrics.NewCalls()
	b.ReportAllocs()
	for b.Loop() {
		c.Inbound.Of("cancelled").Inc()
		c.Offers.Of(metrics.OfferEnded).Inc()
	}
}
