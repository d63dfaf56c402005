package provision

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// changed are the trunks that the engine must be told of.
type changed struct {
	mu   sync.Mutex
	ids  map[string]bool
	wake chan struct{} // made when it is first needed
}

func (c *changed) note(trunk string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ids == nil {
		c.ids = map[string]bool{}
	}
	c.ids[trunk] = true
}

func (c *changed) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	ids := slices.Sorted(maps.Keys(c.ids))
	clear(c.ids)
	return ids
}

func (c *changed) bell() chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wake == nil {
		c.wake = make(chan struct{}, 1)
	}
	return c.wake
}

// Changed notes that a trunk was added, changed or removed in the store. It
// does not block.
func (p *Provisioner) Changed(trunk string) {
	p.changed.note(trunk)
	select {
	case p.changed.bell() <- struct{}{}:
	default:
	}
}

// Watch tells the engine of trunks as soon as they change, while up says that
// its link is there, until ctx ends. Failures are tried again
// every Interval.
func (p *Provisioner) Watch(ctx context.Context, up func() error) {
	again := time.NewTicker(Interval)
	defer again.Stop()
	for {
		select {
		case <-p.changed.bell():
		case <-again.C:
		case <-ctx.Done():
			return
		}
		if up() == nil { // else All follows when it is
			p.catchUp(ctx)
		}
	}
}

// catchUp tells the engine of the trunks that have changed.
func (p *Provisioner) catchUp(ctx context.Context) {
	for _, id := range p.changed.take() {
		if err := p.Trunk(ctx, id); err != nil && ctx.Err() == nil {
			p.Log.Error("the engine could not be told of a trunk", "trunk", id, "error", err)
		}
	}
}
