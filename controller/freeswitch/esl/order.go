package esl

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/percipia/eslgo"
)

// ErrOverflow means that events came faster than they were handled.
var ErrOverflow = errors.New("events came faster than they were handled")

// sequencer hands events on in the order of the tap's numbers, however late the
// library's goroutines deliver them. That order is FreeSWITCH's: it fires events
// into one queue, which one thread empties. Its own Event-Sequence is no order to
// go by, being given when an event is begun, which may be long before it is fired.
type sequencer struct {
	lose context.CancelCauseFunc

	mu     sync.Mutex
	out    chan<- *eslgo.Event // nil when closed
	passed uint64              // number of the last event that was handed on
	early  map[uint64]*eslgo.Event
}

func newSequencer(out chan<- *eslgo.Event, lose context.CancelCauseFunc) *sequencer {
	return &sequencer{out: out, lose: lose, early: make(map[uint64]*eslgo.Event)}
}

// push takes one event, from any goroutine. The library reads the event still, so
// nobody may change it.
func (s *sequencer) push(e *eslgo.Event) {
	n, err := strconv.ParseUint(e.GetHeader(numberHeader), 10, 64)
	if err != nil {
		s.lose(fmt.Errorf("event %q has no number: %w", e.GetName(), err))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.out == nil {
		return
	}
	s.early[n] = e
	for next := s.early[s.passed+1]; next != nil; next = s.early[s.passed+1] {
		select {
		case s.out <- next:
		default:
			s.lose(ErrOverflow)
			return
		}
		s.passed++
		delete(s.early, s.passed)
	}
	if len(s.early) > cap(s.out) {
		s.lose(ErrOverflow)
	}
}

// close ends the handing on. An event that has not come yet is left out, with all
// that follow it.
func (s *sequencer) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.out)
	s.out = nil
}
