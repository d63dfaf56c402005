package esl

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/percipia/eslgo"
)

// hold is how long an event waits for one that was sent before it and that the
// library, or FreeSWITCH's dispatcher, has been overtaken with. An event that
// follows its predecessor directly does not wait.
const hold = 25 * time.Millisecond

// ErrOrder means that an event came after its time: later ones have been handed
// on. The link must be given up.
var ErrOrder = errors.New("an event came too late to be put in order")

// ErrOverflow means that events came faster than they were handled.
var ErrOverflow = errors.New("events came faster than they were handled")

// sequencer puts events in the order of their Event-Sequence. FreeSWITCH counts
// all events, also those that were not asked for, so gaps are ordinary.
type sequencer struct {
	out  chan<- *eslgo.Event
	lose context.CancelCauseFunc

	mu    sync.Mutex
	queue arrivals
	last  uint64
	wake  chan struct{} // room for one
}

func newSequencer(out chan<- *eslgo.Event, lose context.CancelCauseFunc) *sequencer {
	return &sequencer{out: out, lose: lose, wake: make(chan struct{}, 1)}
}

// push takes one event, from any goroutine.
func (s *sequencer) push(e *eslgo.Event) {
	n, err := strconv.ParseUint(e.GetHeader("Event-Sequence"), 10, 64)
	if err != nil {
		s.lose(fmt.Errorf("event %q has no Event-Sequence: %w", e.GetName(), err))
		return
	}
	s.mu.Lock()
	if n <= s.last {
		s.lose(fmt.Errorf("%w: %s, number %d after %d", ErrOrder, e.GetName(), n, s.last))
		s.mu.Unlock()
		return
	}
	heap.Push(&s.queue, arrival{n, time.Now(), e})
	first := s.queue[0].number == n
	s.mu.Unlock()
	if first {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

// run hands events on until ctx ends, and closes out.
func (s *sequencer) run(ctx context.Context) {
	defer close(s.out)
	t := time.NewTimer(hold)
	defer t.Stop()
	for {
		due, wait := s.due(time.Now())
		for _, e := range due {
			select {
			case s.out <- e:
			default:
				s.lose(ErrOverflow)
				return
			}
		}
		t.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-t.C:
		}
	}
}

// due takes the events whose turn has come, and says when the next one's may.
func (s *sequencer) due(now time.Time) (due []*eslgo.Event, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.queue) > 0 {
		next := s.queue[0]
		if rest := hold - now.Sub(next.at); rest > 0 && next.number != s.last+1 {
			return due, rest
		}
		heap.Pop(&s.queue)
		s.last = next.number
		due = append(due, next.event)
	}
	return due, time.Hour // push wakes
}

type arrival struct {
	number uint64
	at     time.Time
	event  *eslgo.Event
}

// arrivals is a heap by number.
type arrivals []arrival

func (a arrivals) Len() int           { return len(a) }
func (a arrivals) Less(i, j int) bool { return a[i].number < a[j].number }
func (a arrivals) Swap(i, j int)      { a[i], a[j] = a[j], a[i] }
func (a *arrivals) Push(x any)        { *a = append(*a, x.(arrival)) }
func (a *arrivals) Pop() any {
	old := *a
	x := old[len(old)-1]
	old[len(old)-1] = arrival{}
	*a = old[:len(old)-1]
	return x
}
