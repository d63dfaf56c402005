// Package metrics counts what happens, so that others can watch the controller.
// An event costs a few atomic additions: the code that counts it keeps its counter
// at hand.
// Package scrape gives the figures to Prometheus.
package metrics

import (
	"sync/atomic"
	"time"
)

// Counter counts up from 0.
type Counter struct{ n atomic.Uint64 }

// Inc counts one more.
func (c *Counter) Inc() { c.n.Add(1) }

// Value is the count so far.
func (c *Counter) Value() uint64 { return c.n.Load() }

// Set is the counters of one thing by the few values that a label can have. It
// is found by comparing: a map would cost more.
type Set[L ~string] struct {
	labels []L
	counts []Counter
}

// NewSet makes the counters of some labels. The last one counts every label that is
// none of them.
func NewSet[L ~string](labels ...L) *Set[L] {
	return &Set[L]{labels: labels, counts: make([]Counter, len(labels))}
}

// Of is a label's counter.
func (s *Set[L]) Of(label L) *Counter {
	for i, l := range s.labels {
		if l == label {
			return &s.counts[i]
		}
	}
	return &s.counts[len(s.counts)-1]
}

// Each gives every label with its count.
func (s *Set[L]) Each(f func(label L, count uint64)) {
	for i := range s.counts {
		f(s.labels[i], s.counts[i].Value())
	}
}

// Histogram counts values by their size.
type Histogram struct {
	unit   float64 // what one of a value is in the unit that is shown
	bounds []int64 // upper bounds, ascending
	counts []atomic.Uint64
	sum    atomic.Int64
}

// Durations makes a histogram that shows seconds, with these upper bounds.
func Durations(bounds ...time.Duration) *Histogram {
	h := &Histogram{unit: 1e-9}
	for _, b := range bounds {
		h.bounds = append(h.bounds, int64(b))
	}
	h.counts = make([]atomic.Uint64, len(bounds)+1)
	return h
}

// Sizes makes a histogram of whole numbers, with these upper bounds.
func Sizes(bounds ...int64) *Histogram {
	return &Histogram{unit: 1, bounds: bounds, counts: make([]atomic.Uint64, len(bounds)+1)}
}

// Took counts a duration. A clock that was set back makes it 0.
func (h *Histogram) Took(d time.Duration) { h.Observe(max(0, int64(d))) }

// Observe counts a value.
func (h *Histogram) Observe(v int64) {
	i := 0
	for i < len(h.bounds) && v > h.bounds[i] {
		i++
	}
	h.counts[i].Add(1)
	h.sum.Add(v)
}

// Read gives how many values there were, their sum, and how many were at most as
// big as each upper bound, in the unit that is shown.
func (h *Histogram) Read() (count uint64, sum float64, buckets map[float64]uint64) {
	buckets = make(map[float64]uint64, len(h.bounds))
	for i, bound := range h.bounds {
		count += h.counts[i].Load()
		buckets[float64(bound)*h.unit] = count
	}
	count += h.counts[len(h.bounds)].Load()
	return count, float64(h.sum.Load()) * h.unit, buckets
}
