package memory

import (
	"container/heap"
	"time"
)

// Clock is the time that a Switch lives in.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f after d, not from inside AfterFunc. stop prevents the
	// call where it can.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// systemClock is real time, or virtual time in a testing/synctest bubble.
type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}

// timer is one thing to be done at a time.
type timer struct {
	at  time.Time
	seq uint64 // timers of one moment fire in the order in which they were set
	do  func() // nil when stopped
}

func (t *timer) stop() {
	if t != nil {
		t.do = nil
	}
}

type timers []*timer

func (h timers) Len() int { return len(h) }
func (h timers) Less(i, j int) bool {
	return h[i].at.Before(h[j].at) || h[i].at.Equal(h[j].at) && h[i].seq < h[j].seq
}
func (h timers) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *timers) Push(x any)   { *h = append(*h, x.(*timer)) }
func (h *timers) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return last
}

// after sets a timer. The caller holds mu, and do is called under it.
func (s *Switch) after(d time.Duration, do func()) *timer {
	s.timerSeq++
	t := &timer{at: s.clock.Now().Add(d), seq: s.timerSeq, do: do}
	heap.Push(&s.timers, t)
	if s.timers[0] == t {
		s.arm()
	}
	return t
}

// arm asks the clock for the earliest timer only, so that the order of timers
// is ours and not the clock's.
func (s *Switch) arm() {
	if s.disarm != nil {
		s.disarm()
		s.disarm = nil
	}
	if len(s.timers) > 0 {
		s.disarm = s.clock.AfterFunc(max(0, s.timers[0].at.Sub(s.clock.Now())), s.fire)
	}
}

func (s *Switch) fire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	for len(s.timers) > 0 && (s.timers[0].do == nil || !s.timers[0].at.After(now)) {
		if t := heap.Pop(&s.timers).(*timer); t.do != nil {
			t.do()
		}
	}
	s.arm()
}
