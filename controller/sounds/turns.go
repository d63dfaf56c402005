package sounds

import (
	"context"
	"sync"
)

// turns lets one upload of each workspace through at a time, so that no
// workspace takes the converter from the others (SEC-3).
type turns struct {
	mu sync.Mutex
	of map[string]*turn
}

// turn is the line of one workspace; it exists while somebody stands in it.
type turn struct {
	slot chan struct{}
	here int // whose turn it is, and who waits
}

// take waits for the workspace's turn, which lasts until done is called.
func (t *turns) take(ctx context.Context, workspace string) (done func(), err error) {
	t.mu.Lock()
	own := t.of[workspace]
	if own == nil {
		own = &turn{slot: make(chan struct{}, 1)}
		t.of[workspace] = own
	}
	if own.here > waiting {
		t.mu.Unlock()
		return nil, ErrBusy
	}
	own.here++
	t.mu.Unlock()
	select {
	case own.slot <- struct{}{}:
		return func() { <-own.slot; t.leave(workspace, own) }, nil
	case <-ctx.Done():
		t.leave(workspace, own)
		return nil, ctx.Err()
	}
}

func (t *turns) leave(workspace string, own *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if own.here--; own.here == 0 {
		delete(t.of, workspace)
	}
}
