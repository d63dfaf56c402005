package exchange

import (
	"context"
	"slices"
	"sync"
)

// queue is an unbounded queue with one taker: a call's inputs and commands are
// few, and none may be lost or block whoever puts them.
type queue[T any] struct {
	bell Bell // rings when something is put, and when the queue is closed

	mu     sync.Mutex
	items  []T
	taken  bool // the taker is busy with what it took
	closed bool
}

func newQueue[T any](bell Bell) *queue[T] { return &queue[T]{bell: bell} }

// put says whether the item was taken in: a closed queue takes none.
func (q *queue[T]) put(item T) bool {
	q.mu.Lock()
	closed := q.closed
	if !closed {
		q.items = append(q.items, item)
	}
	q.mu.Unlock()
	q.bell.Ring()
	return !closed
}

// take gives all that is there. Taking again says that what was taken before is
// dealt with.
func (q *queue[T]) take() []T {
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.items
	q.items, q.taken = nil, len(items) > 0
	return items
}

// has says whether something that fits was put and is not taken yet.
func (q *queue[T]) has(fits func(T) bool) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.ContainsFunc(q.items, fits)
}

// idle says whether all that was put is taken and done.
func (q *queue[T]) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items) == 0 && !q.taken
}

// close lets nothing more in. Entries that are there can still be taken.
func (q *queue[T]) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.bell.Ring()
}

// wait takes what is there, or waits for it; open is false once the queue is
// closed.
func (q *queue[T]) wait() (items []T, open bool) {
	for {
		q.mu.Lock()
		items, open = q.items, !q.closed
		q.items, q.taken = nil, len(q.items) > 0
		q.mu.Unlock()
		if len(items) > 0 || !open {
			return items, open
		}
		q.bell.Wait(context.Background(), 0)
	}
}

// reply is where whoever asks a call something waits for the answer.
type reply[T any] struct {
	bell Bell

	mu     sync.Mutex
	value  T
	given  bool
	lapsed bool // the call has ended, and there will be no answer
}

func newReply[T any](rt Runtime) *reply[T] { return &reply[T]{bell: rt.Bell()} }

func (p *reply[T]) give(value T) {
	p.mu.Lock()
	p.value, p.given = value, true
	p.mu.Unlock()
	p.bell.Ring()
}

// lapse says that there will be no answer; one that was given stays.
func (p *reply[T]) lapse() {
	p.mu.Lock()
	p.lapsed = true
	p.mu.Unlock()
	p.bell.Ring()
}

// wait gives the answer; false says that the call ended without one, or that ctx
// has ended.
func (p *reply[T]) wait(ctx context.Context) (T, bool) {
	for {
		p.mu.Lock()
		value, given, lapsed := p.value, p.given, p.lapsed
		p.mu.Unlock()
		if given || lapsed || ctx.Err() != nil {
			return value, given
		}
		p.bell.Wait(ctx, 0)
	}
}

// asking is an input that somebody waits for.
type asking interface{ lapse() }
