package sim

import (
	"container/heap"
	"time"
)

// clock is virtual time: it stands still while something happens, and jumps
// to what happens next. It is the Clock of the in-memory engine, too.
type clock struct {
	now   time.Time
	seq   uint64
	queue agenda
}

// item is something that will happen. Of those at one moment the one that was
// planned first happens first.
type item struct {
	at  time.Time
	seq uint64
	do  func() // nil when called off
}

func (c *clock) Now() time.Time { return c.now }

// AfterFunc implements memory.Clock.
func (c *clock) AfterFunc(d time.Duration, do func()) func() bool {
	it := c.after(d, do)
	return func() bool {
		on := it.do != nil
		it.do = nil
		return on
	}
}

func (c *clock) after(d time.Duration, do func()) *item {
	c.seq++
	it := &item{at: c.now.Add(max(d, 0)), seq: c.seq, do: do}
	heap.Push(&c.queue, it)
	return it
}

// next lets the next thing happen; false says that nothing is planned before
// until.
func (c *clock) next(until time.Time) bool {
	for len(c.queue) > 0 && !c.queue[0].at.After(until) {
		it := heap.Pop(&c.queue).(*item)
		if it.do == nil {
			continue
		}
		c.now = it.at
		do := it.do
		it.do = nil
		do()
		return true
	}
	return false
}

type agenda []*item

func (h agenda) Len() int { return len(h) }
func (h agenda) Less(i, j int) bool {
	return h[i].at.Before(h[j].at) || h[i].seq < h[j].seq && h[i].at.Equal(h[j].at)
}
func (h agenda) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *agenda) Push(x any)   { *h = append(*h, x.(*item)) }
func (h *agenda) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return last
}
